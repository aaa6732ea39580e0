using NicEmu.Spec.Seams;
using NicEmu.Tests.Block.Native;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Toe;

/// <summary>Something nasty inside every host transaction of the engine: nothing throws, nothing of before a reset touches memory after it, and the engine works afterwards.</summary>
internal sealed class ToeReentryTests
{
    private static readonly Dictionary<string, Action<ToeBench>> Disturbances = new()
    {
        ["FunctionLevelReset"] = static b => b.Card.Config(0x68, 0x8000, 2),
        ["PowerOn"] = static b => b.Card.Device.Function.Reset(ResetKind.PowerOn),
        ["DriverReset"] = static b => b.Card.Write(0, 0x0008, 0x8000_0000),
        ["EngineOff"] = static b => b.Card.Write(0, 0x800C, 0),
        ["EngineReset"] = static b => b.Card.Write(0, 0x800C, 0x8000_0000),
        ["EngineOffAndOn"] = static b =>
        {
            b.Card.Write(0, 0x800C, 0x8000_0000);
            b.Card.Write(0, 0x800C, 1);
        },
        ["TailAllOnes"] = static b => b.Card.Write(0, 0x8018, uint.MaxValue),
        ["ConsumerAllOnes"] = static b => b.Card.Write(0, 0x8034, uint.MaxValue),
        ["FirmwareRestart"] = static b => b.Card.Write(0, 0x018C, 1),
        ["BusMasterOff"] = static b => b.Card.Config(0x04, 0x0002, 2),
        ["AddressChanges"] = static b => b.Card.Write(0, 0x8050, 0x0900_000A),
        ["LinkDown"] = static b => b.Card.Link.SetUp(false),
    };

    private static readonly string[] Stops = ["FunctionLevelReset", "PowerOn", "DriverReset", "EngineOff", "EngineReset"];

    private static string[] Names() => [.. Disturbances.Keys];

    [TestCaseSource(nameof(Names))]
    public void Disturbance_InsideEveryTransaction_LeavesAnEngineThatWorks(string name)
    {
        int calls = Scenario(static _ => { }, at: -1).Card.Host.Calls.Count;
        Assert.That(calls, Is.GreaterThan(12), "the scenario is worth disturbing");

        for (int at = 0; at < calls; at++)
        {
            ToeBench bench = Scenario(Disturbances[name], at);
            if (Stops.Contains(name))
            {
                Assert.That(bench.Card.Host.Calls, Has.Count.EqualTo(at + 1), $"{name} inside call {at}: nothing of before may follow");
            }

            bench.StartAnew();
            bench.AssertWorks($"{name} inside call {at}");
        }
    }

    [TestCase(0x8000u, 0x0000_0800u, TestName = "Enable_RingNotAligned_IsRefused")]
    [TestCase(0x8008u, 2u, TestName = "Enable_RingTooSmall_IsRefused")]
    [TestCase(0x8008u, 16u, TestName = "Enable_RingTooLarge_IsRefused")]
    [TestCase(0x8008u, uint.MaxValue, TestName = "Enable_RingSizeAllOnes_IsRefused")]
    [TestCase(0x8020u, 0x0000_0001u, TestName = "Enable_CompletionsNotAligned_IsRefused")]
    [TestCase(0x8028u, 2u, TestName = "Enable_CompletionsTooSmall_IsRefused")]
    [TestCase(0x8030u, 33u, TestName = "Enable_VectorPastTheLast_IsRefused")]
    [TestCase(0x8030u, uint.MaxValue, TestName = "Enable_VectorAllOnes_IsRefused")]
    public void Enable_ValueOutOfRange_IsRefused(uint register, uint value)
    {
        var bench = new ToeBench();
        bench.Card.Write(0, 0x800C, 0x8000_0000);
        bench.Card.Write(0, register, value);

        bench.Card.Write(0, 0x800C, 1);

        Assert.That(bench.Status, Is.EqualTo(0x100u), "not enabled, configuration error");
        bench.StartAnew();
        bench.AssertWorks("afterwards");
    }

    [TestCase(17u)]
    [TestCase(uint.MaxValue)]
    public void Tail_PastTheRing_StopsTheEngine(uint tail)
    {
        var bench = new ToeBench();

        bench.Card.Write(0, 0x8018, tail);

        Assert.That(bench.Status, Is.EqualTo(0x200u), "doorbell range");
        bench.StartAnew();
        bench.AssertWorks("afterwards");
    }

    [Test]
    public void Registers_RandomWrites_NeverThrowAndAResetMendsAll()
    {
        uint x = 1;
        for (int round = 0; round < 20; round++)
        {
            var bench = new ToeBench();
            bench.Connect();
            for (int i = 0; i < 200; i++)
            {
                x = (x * 1664525) + 1013904223;
                ulong offset = 0x8000 + ((x >> 8) % 0x80 * 4);
                x = (x * 1664525) + 1013904223;
                bench.Card.Write(0, offset, (x & 3) switch { 0 => 0, 1 => uint.MaxValue, 2 => x >> 20, _ => x });
                if (i % 16 == 0)
                {
                    bench.Card.Run(NativeBench.Millisecond / 100);
                }
            }

            bench.StartAnew();
            bench.AssertWorks($"round {round}");
        }
    }

    [Test]
    public void Commands_RandomBytes_AreAnsweredOnceAndTheEngineRunsOn()
    {
        uint x = 7;
        for (int round = 0; round < 10; round++)
        {
            var bench = new ToeBench();
            ulong handle = bench.Connect();
            int posted = 0;
            for (int i = 0; i < 40; i++, posted++)
            {
                byte[] command = ToeBench.Command((byte)(1 + (i % 7)), handle);
                for (int k = 0; k < 4; k++)
                {
                    x = (x * 1664525) + 1013904223;
                    command[16 + ((x >> 8) % 32)] = (byte)(x >> 24);
                }

                bench.Post(command);
                bench.Run(1);
            }

            bench.Run(40);

            Assert.That(bench.Status, Is.EqualTo(1u), $"round {round}");
            Assert.That(bench.Ended.Select(static c => System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(c.AsSpan(4))), Is.Unique);
            Assert.That(bench.Ended, Has.Count.LessThanOrEqualTo(posted + 1));
            bench.StartAnew();
            bench.AssertWorks($"round {round}");
        }
    }

    private static ToeBench Scenario(Action<ToeBench> disturb, int at)
    {
        var bench = new ToeBench(enable: false);
        bench.Card.Write(0, 0x8038, 0);
        NicEmu.Net.TcpListener listener = bench.Peer.Listen(80);
        bench.Card.Host.Inside = n =>
        {
            if (n == at)
            {
                disturb(bench);
            }
        };
        bench.Enable();
        bench.Card.Write(0, 0x8038, 0);
        bench.List(0, ToeBench.Memory, 20_000);
        bench.Post(ToeBench.Open());
        bench.Run(10);
        byte[]? opened = bench.Find(0);
        if (opened is null || !listener.TryAccept(out NicEmu.Net.TcpConnection? peer))
        {
            return bench;
        }

        ulong handle = ToeBench.HandleOf(opened);
        peer.Write([1, 2, 3, 4]);
        bench.Post(ToeBench.Transfer(4, handle));
        bench.Post(ToeBench.Transfer(5, handle));
        bench.Run(10);
        bench.Post(ToeBench.Command(7, handle));
        bench.Run(10);
        return bench;
    }
}
