using CsCheck;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;
using NicEmu.Spec.Registers;
using NicEmu.Spec.Seams;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Native;

/// <summary>Reset forgets everything but what is sticky; register writes of any kind never throw.</summary>
internal sealed class ResetTests
{
    [Test]
    public void PowerOn_EverythingDirty_IsAsNew()
    {
        var bench = new NativeBench(withFirmware: false);
        var fresh = new NativeBench(withFirmware: false, start: false);
        Dirty(bench);

        bench.Device.Function.Reset(ResetKind.PowerOn);

        Assert.That(bench.Device.Inspect().ToString(), Is.EqualTo(fresh.Device.Inspect().ToString()));
    }

    [Test]
    public void FunctionLevelReset_EverythingDirty_IsAsNewButForTheEpoch()
    {
        var bench = new NativeBench(withFirmware: false);
        var fresh = new NativeBench(withFirmware: false, start: false);
        Dirty(bench);

        bench.Device.Function.Reset(ResetKind.FunctionLevel);
        fresh.Device.Function.Reset(ResetKind.FunctionLevel);

        Assert.That(bench.Device.Inspect().Find("REGISTERS/DEV/DEV_EPOCH")!.Value, Is.EqualTo("0x00000002"));
        Assert.That(WithoutStatistics(bench), Is.EqualTo(WithoutStatistics(fresh)));
    }

    [Test]
    public void DriverReset_Configuration_Stays()
    {
        var bench = new NativeBench();
        bench.Config(0x10, 0xABCD_0000, 4);

        bench.Write(0, 0x0008, 0x8000_0000);

        Assert.That(bench.Config(0x10), Is.EqualTo(0xABCC_0004u));
        Assert.That(bench.Config(0x52, 2), Is.EqualTo(0x8020u), "MSI-X stays on");
        Assert.That(bench.Read(4, 8), Is.EqualTo(0xA0u), "and its table");
        Assert.That(bench.Read(0, 0x0010), Is.EqualTo(2u));
        Assert.That(bench.Read(0, 0x0008), Is.Zero, "RESET clears itself");
    }

    [Test]
    public void Reset_Statistics_SurviveAllButPowerOn()
    {
        var bench = new NativeBench();
        bench.EnableTx();
        bench.Descriptor(0, 0, NativeBench.DataDescriptor(bench.Frame(0, 60), 60));
        bench.Doorbell(0, 0x00, 1);
        bench.Run(NativeBench.Millisecond);

        bench.Write(0, 0x0008, 0x8000_0000);
        uint afterDriverReset = bench.Read(0, 0x1000);
        bench.Device.Function.Reset(ResetKind.FunctionLevel);
        bench.Config(0x04, 6, 2);
        uint afterFunctionReset = bench.Read(0, 0x1000);
        bench.Device.Function.Reset(ResetKind.PowerOn);
        bench.Config(0x04, 6, 2);

        Assert.That((afterDriverReset, afterFunctionReset, bench.Read(0, 0x1000)), Is.EqualTo((1u, 1u, 0u)));
    }

    [Test]
    public void Epoch_AtItsEnd_StaysAndRefusesNewObjects()
    {
        var bench = new NativeBench();
        for (int i = 0; i < 65540; i++)
        {
            bench.Device.Function.Reset(ResetKind.Driver);
        }

        bench.Start();
        for (ulong i = 0; i < 8; i++)
        {
            bench.Write(0, 0x0140 + (4 * i), 0x1111_1111);
        }

        Assert.That(bench.Read(0, 0x0010), Is.EqualTo(0xFFFFu));
        Assert.That(bench.Command(16, [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]), Is.EqualTo(13u), "EPOCH_EXHAUSTED");
    }

    [Test]
    public void Registers_RandomWrites_NeverThrowAndReadsAnswer()
    {
        RegisterBlock[] blocks = [.. NativeMap.Blocks];
        Gen<(int Bar, ulong Offset, int Width, ulong Value)> known = Gen.Select(Gen.Int[0, blocks.Length - 1], Gen.Int, Gen.Int, Gen.ULong).Select(t =>
        {
            RegisterBlock block = blocks[t.Item1];
            Register register = block.Registers.ElementAt((t.Item2 & int.MaxValue) % block.Registers.Count);
            return (block.Bar, (ulong)block.OffsetOf(register, (t.Item3 & int.MaxValue) % block.Count), 4, t.Item4);
        });
        Gen<(int Bar, ulong Offset, int Width, ulong Value)> any = Gen.Select(
            Gen.Int[-1, 6], Gen.ULong[0, 0x2_1000], Gen.Int[0, 3].Select(static i => 1 << i), Gen.ULong);
        Gen.OneOf(known, known, any).Array[1, 200].Sample(
            writes =>
            {
                var bench = new NativeBench();
                bench.EnableTx();
                bench.EnableRx();
                bench.EnableEvents();
                foreach ((int bar, ulong offset, int width, ulong value) in writes)
                {
                    bench.Write(bar, offset, value, width);
                    bench.Read(bar, offset, width);
                    bench.Run(1_000_000);
                }

                bench.Device.Function.Reset(ResetKind.PowerOn);
                bench.Config(0x04, 6, 2);
                Assert.That(bench.Read(0, 0), Is.EqualTo(0x5443_494Eu));
            },
            iter: 60);
    }

    [Test]
    public void Configuration_RandomWrites_NeverThrow() =>
        Gen.Select(Gen.Int[-8, 4104], Gen.Int[0, 2].Select(static i => 1 << i), Gen.UInt).Array[1, 100].Sample(
            writes =>
            {
                var bench = new NativeBench(withFirmware: false);
                foreach ((int offset, int width, uint value) in writes)
                {
                    bench.Config(offset, value, width);
                    bench.Config(offset, width);
                }

                Assert.That(bench.Config(0x00), Is.EqualTo(0x7C01_4E1Du));
            },
            iter: 60);

    [Test]
    public void Descriptors_RandomBytes_NeverThrowAndTheQueueEnds() =>
        Gen.Byte.Array[64].Array[8].Sample(
            descriptors =>
            {
                var bench = new NativeBench();
                bench.EnableTx(completionLog2: 4);
                for (uint i = 0; i < 8; i++)
                {
                    descriptors[i][0] = (byte)(descriptors[i][0] % 0x20);
                    bench.Descriptor(0, i, descriptors[i]);
                }

                bench.Doorbell(0, 0x00, 8);
                bench.Run(NativeBench.Millisecond);
                Assert.That(bench.Read(0, 0x4014), Is.EqualTo(8u), "every descriptor was fetched");
                Assert.That(bench.Errors, Has.None.EqualTo(GuestErrorCode.NotBusMaster));
            },
            iter: 200);

    private static void Dirty(NativeBench bench)
    {
        bench.EnableEvents();
        bench.EnableTx();
        bench.EnableRx(queue: 15);
        bench.Descriptor(0, 0, NativeBench.DataDescriptor(bench.Frame(0, 60), 60, flags: 2));
        bench.Descriptor(0, 1, NativeBench.BareDescriptor(0xFF));
        bench.Doorbell(0, 0x00, 2);
        bench.Doorbell(0, 0x08, 0);
        bench.RxBuffer(15, 0, NativeBench.Data, 2048, 1);
        bench.Doorbell(15, 0x10, 1);
        bench.Run(NativeBench.Millisecond);
        foreach (RegisterBlock block in NativeMap.Blocks)
        {
            foreach (Register register in block.Registers)
            {
                // Not DEV_CTRL.RESET, which would clean up half-way.
                uint value = register == NativeMap.Device.Control ? 3u : 0xFFFF_FFFF;
                bench.Write(block.Bar, block.OffsetOf(register, block.Count - 1), value);
            }
        }

        for (ulong i = 0; i < 256; i += 8)
        {
            bench.Write(0, 0x200 + i, ulong.MaxValue, 8);
        }

        bench.Config(0x0C, 0xFF, 1);
        bench.Config(0x3C, 0xFF, 1);
        bench.Link.SetUp(false);
        bench.Link.SetUp(true);
    }

    private static string WithoutStatistics(NativeBench bench) =>
        string.Join('\n', bench.Device.Inspect().ToString().Split('\n').Where(static l => !l.Contains("STAT_", StringComparison.Ordinal)));
}
