using NicEmu.Spec.Seams;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Native;

/// <summary>
/// Every host transaction is a re-entry point. A scenario is run once to count its transactions, then again once for each of them with something
/// nasty done inside: nothing throws, nothing of before a reset touches memory after it, and the device works afterwards.
/// </summary>
internal sealed class ReentryTests
{
    private static readonly Dictionary<string, Action<NativeBench>> Disturbances = new()
    {
        ["FunctionLevelReset"] = static b => b.Config(0x68, 0x8000, 2),
        ["FunctionReset"] = static b => b.Device.Function.Reset(ResetKind.FunctionLevel),
        ["PowerOn"] = static b => b.Device.Function.Reset(ResetKind.PowerOn),
        ["DriverReset"] = static b => b.Write(0, 0x0008, 0x8000_0000),
        ["TxDisable"] = static b => b.Write(0, 0x400C, 0),
        ["TxReset"] = static b => b.Write(0, 0x400C, 0x8000_0000),
        ["RxDisable"] = static b => b.Write(0, 0x600C, 0),
        ["RxReset"] = static b => b.Write(0, 0x600C, 0x8000_0000),
        ["TxTail"] = static b => b.Doorbell(0, 0x00, 8),
        ["TailAllOnes"] = static b => b.Doorbell(0, 0x00, uint.MaxValue),
        ["ConsumerAllOnes"] = static b => b.Doorbell(0, 0x04, uint.MaxValue),
        ["TxEnableOff"] = static b => b.Write(0, 0x0008, 0),
        ["EventQueueOff"] = static b => b.Write(0, 0x050C, 0),
        ["BusMasterOff"] = static b => b.Config(0x04, 0x0002, 2),
        ["MailboxGo"] = static b => b.Write(0, 0x0100, 0x8000_0001),
        ["FirmwareRestart"] = static b => b.Write(0, 0x018C, 1),
    };

    private static readonly string[] Resets = ["FunctionLevelReset", "FunctionReset", "PowerOn", "DriverReset"];

    private static string[] Names() => [.. Disturbances.Keys];

    [TestCaseSource(nameof(Names))]
    public void Disturbance_InsideEveryTransaction_LeavesADeviceThatWorks(string name)
    {
        int calls = Scenario(static _ => { }, at: -1).Host.Calls.Count;
        Assert.That(calls, Is.GreaterThan(15), "the scenario is worth disturbing");

        for (int at = 0; at < calls; at++)
        {
            NativeBench bench = Scenario(Disturbances[name], at);
            if (Resets.Contains(name))
            {
                Assert.That(bench.Host.Calls, Has.Count.EqualTo(at + 1), $"{name} inside call {at}: nothing of before may follow");
            }

            AssertWorks(bench, $"{name} inside call {at}");
        }
    }

    [Test]
    public void Reset_InsideATransaction_ShowsInResetUntilItIsDone()
    {
        uint inside = 0;
        NativeBench bench = Scenario(b =>
        {
            b.Write(0, 0x0008, 0x8000_0000);
            inside = b.Read(0, 0x000C);
        }, at: 3);

        Assert.That(inside >> 31, Is.EqualTo(1u), "IN_RESET");
        Assert.That(bench.Read(0, 0x000C) >> 31, Is.Zero);
        Assert.That(bench.Read(0, 0x0010), Is.EqualTo(2u), "DEV_EPOCH");
    }

    private static NativeBench Scenario(Action<NativeBench> disturb, int at)
    {
        var bench = new NativeBench();
        bench.EnableEvents();
        bench.Write(0, 0x0518, 0);
        bench.EnableTx();
        bench.EnableRx();
        bench.Doorbell(0, 0x08, 0);
        bench.Doorbell(0, 0x18, 0);
        bench.Host.Inside = n =>
        {
            if (n == at)
            {
                disturb(bench);
            }
        };
        for (uint i = 0; i < 4; i++)
        {
            bench.RxBuffer(0, i, NativeBench.Data + 0x10_0000 + (0x800 * i), 2048, i);
        }

        ulong frame = bench.Frame(0, 60);
        bench.Descriptor(0, 0, NativeBench.DataDescriptor(frame, 30, flags: 2));
        bench.Descriptor(0, 1, NativeBench.DataDescriptor(frame + 30, 30));
        bench.Descriptor(0, 2, NativeBench.BareDescriptor(0x17));
        bench.Descriptor(0, 3, NativeBench.BareDescriptor(0x1F));
        for (uint i = 4; i < 8; i++)
        {
            bench.Descriptor(0, i, NativeBench.BareDescriptor(0x1F));
        }

        bench.Doorbell(0, 0x10, 4);
        bench.Doorbell(0, 0x00, 4);
        bench.Run(NativeBench.Millisecond / 20);
        bench.Link.Inject(bench.Host.At(frame, 60).ToArray());
        bench.Run(NativeBench.Millisecond / 20);
        bench.Link.SetUp(false);
        bench.Run(NativeBench.Millisecond / 20);
        return bench;
    }

    private static void AssertWorks(NativeBench bench, string what)
    {
        bench.Host.Inside = null;
        bench.Device.Function.Reset(ResetKind.FunctionLevel);
        bench.Link.SetUp(true);
        bench.Link.Sent.Clear();
        bench.Start();
        bench.EnableTx();
        bench.EnableRx();
        ulong frame = bench.Frame(3, 77);
        bench.Descriptor(0, 0, NativeBench.DataDescriptor(frame, 77));
        bench.RxBuffer(0, 0, NativeBench.Data + 0x18_0000, 2048, 1);
        bench.Doorbell(0, 0x10, 1);
        bench.Doorbell(0, 0x00, 1);
        bench.Run(NativeBench.Millisecond);
        bench.Link.Inject(bench.Host.At(frame, 77).ToArray());

        Assert.That(bench.Link.Sent, Has.Count.EqualTo(1), what);
        Assert.That(bench.Link.Sent[0], Is.EqualTo(bench.Host.At(frame, 77).ToArray()), what);
        Assert.That(bench.Host.At(NativeBench.Data + 0x18_0000, 77).ToArray(), Is.EqualTo(bench.Link.Sent[0]), what);
    }
}
