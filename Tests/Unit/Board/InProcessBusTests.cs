using NicEmu.Board.Bus;
using NicEmu.Board.Memory;
using NicEmu.Board.Time;
using NicEmu.Spec.Events;
using NicEmu.Spec.Seams;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Board;

public sealed class InProcessBusTests
{
    private readonly EventLoop _loop = new();
    private readonly EventRecorder _recorder = new();
    private readonly FakeFunction _function = new();
    private readonly HostMemory _memory = new();
    private InProcessBus _bus = null!;

    [SetUp]
    public void Create()
    {
        _recorder.Events.Clear();
        _function.Accesses.Clear();
        _bus = new InProcessBus(_loop, _memory, new TraceSource(_loop, 1) { Sink = _recorder });
        _bus.Attach(_function);
    }

    [TestCase(1, 0x11UL)]
    [TestCase(2, 0x2211UL)]
    [TestCase(4, 0x4433_2211UL)]
    [TestCase(8, 0x8877_6655_4433_2211UL)]
    public void Read_Width_IsLittleEndianAndReported(int width, ulong expected)
    {
        ulong value = _bus.Read(0, 0x40, width);

        Assert.That(value, Is.EqualTo(expected));
        Assert.That(_function.Accesses, Is.EqualTo(new[] { $"br 0 40 {width}" }));
        Assert.That(_recorder.Events, Is.EqualTo(new[] { new TraceEvent { Kind = TraceEventKind.MmioRead, Device = 1, Address = 0x40, Length = width, Value = expected, TimePs = _loop.NowPs } }));
    }

    [TestCase(1, "88")]
    [TestCase(2, "8877")]
    [TestCase(4, "88776655")]
    [TestCase(8, "8877665544332211")]
    public void Write_Width_PassesLowBytesInOrder(int width, string bytes)
    {
        _bus.Write(2, 0x10, width, 0x1122_3344_5566_7788);

        Assert.That(_function.Accesses, Is.EqualTo(new[] { "bw 2 10 " + bytes }));
    }

    [TestCase(3)]
    [TestCase(0)]
    [TestCase(16)]
    public void Read_BadWidth_IsArgumentError(int width) => Assert.That(() => _bus.Read(0, 0, width), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void ConfigRead_EightBytes_IsArgumentError() => Assert.That(() => _bus.ConfigRead(0, 8), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void ConfigAccess_ReachesFunctionAndTrace()
    {
        uint value = _bus.ConfigRead(0x10, 2);
        _bus.ConfigWrite(4, 2, 0x0406);

        Assert.That(value, Is.EqualTo(0x2211));
        Assert.That(_function.Accesses, Is.EqualTo(new[] { "cr 10 2", "cw 4 0604" }));
        Assert.That(_recorder.Events.Select(e => (e.Kind, e.Address, e.Length, e.Value)), Is.EqualTo(new[]
        {
            (TraceEventKind.ConfigRead, 0x10UL, 2, 0x2211UL), (TraceEventKind.ConfigWrite, 4UL, 2, 0x0406UL),
        }));
    }

    // Manual, block KEY_STAGE: BAR 0 + 0x0140, key words 0x00..0x1C, IV words 0x20..0x28, control 0x30.
    [TestCase(0x140UL, 4, true)]
    [TestCase(0x15CUL, 4, true)]
    [TestCase(0x160UL, 4, true)]
    [TestCase(0x168UL, 4, true)]
    [TestCase(0x170UL, 4, false)]
    [TestCase(0x13CUL, 4, false)]
    [TestCase(0x138UL, 8, false)]
    [TestCase(0x13CUL, 8, true)]
    [TestCase(0x142UL, 2, true)]
    [TestCase(0x16CUL, 4, false)]
    public void Write_KeyRegister_IsRedactedInTraceOnly(ulong offset, int width, bool isSecret)
    {
        _bus.Write(0, offset, width, 0x5A5A_5A5A_5A5A_5A5A);

        Assert.That((_recorder.Events[0].Value == 0, _recorder.Events[0].Flags), Is.EqualTo((isSecret, isSecret ? 1u : 0u)));
        Assert.That(_function.Accesses[0], Does.EndWith(" 5A5A5A5A5A5A5A5A"[..(1 + (2 * width))]));
    }

    [Test]
    public void Interrupt_MessageOfVector_IsDeliveredLaterAsEventOfItsOwn()
    {
        List<long> at = [];
        MsixMessage message = _bus.OnInterrupt(5, () => at.Add(_loop.NowPs))!.Value;
        long start = _loop.NowPs;

        BusStatus status = ((IHostPort)_bus).Interrupt(5, message);
        int inside = at.Count;
        _loop.RunUntilIdle(1_000_000);

        Assert.That((status, inside), Is.EqualTo((BusStatus.Ok, 0)));
        Assert.That(at, Is.EqualTo(new[] { start + 500_000 }), "manual, model time: 500 ns from a completion to its interrupt");
    }

    [Test]
    public void Interrupt_MessageOfOtherVector_RoutesByMessage()
    {
        List<int> delivered = [];
        _bus.OnInterrupt(1, () => delivered.Add(1));
        MsixMessage two = _bus.OnInterrupt(2, () => delivered.Add(2))!.Value;

        ((IHostPort)_bus).Interrupt(1, two);
        _loop.RunUntilIdle(1_000_000);

        Assert.That(delivered, Is.EqualTo(new[] { 2 }));
    }

    [TestCase(0UL, 0x4101u, TestName = "Interrupt_AddressZero_IsMisrouted")]
    [TestCase(0xFEE0_0000UL, 0u, TestName = "Interrupt_DataZero_IsMisrouted")]
    [TestCase(0xFEE0_0000UL, 0xFFFF_FFFFu, TestName = "Interrupt_DataAllOnes_IsMisrouted")]
    [TestCase(0xFEE0_0000UL, 0x4102u, TestName = "Interrupt_VectorWithoutHandler_IsMisrouted")]
    public void Interrupt_UnknownMessage_IsRefusedAndCounted(ulong address, uint data)
    {
        bool delivered = false;
        _bus.OnInterrupt(1, () => delivered = true);

        BusStatus status = ((IHostPort)_bus).Interrupt(1, new MsixMessage(address, data));
        _loop.RunUntilIdle(1_000_000);

        Assert.That((status, delivered, _bus.InterruptsMisrouted), Is.EqualTo((BusStatus.Unmapped, false, 1L)));
    }

    [Test]
    public void Interrupt_TwiceBeforeDelivery_Merges()
    {
        int delivered = 0;
        MsixMessage message = _bus.OnInterrupt(0, () => delivered++)!.Value;
        IHostPort port = _bus;

        port.Interrupt(0, message);
        port.Interrupt(0, message);
        _loop.RunUntilIdle(1_000_000);
        port.Interrupt(0, message);
        _loop.RunUntilIdle(1_000_000);

        Assert.That(delivered, Is.EqualTo(2));
    }

    [Test]
    public void Removed_Function_ReadsOnesAndAbortsDma()
    {
        DmaBuffer buffer = _bus.AllocateDma(16);
        IHostPort port = _bus;

        _bus.IsRemoved = true;
        _bus.Write(0, 0, 4, 1);

        Assert.That((_bus.Read(0, 0, 4), _bus.Read(0, 0, 8), _bus.ConfigRead(0, 2)), Is.EqualTo((0xFFFF_FFFFUL, ulong.MaxValue, 0xFFFFu)));
        Assert.That((port.Read(buffer.BusAddress, new byte[1]), port.Write(buffer.BusAddress, [1])), Is.EqualTo((BusStatus.Aborted, BusStatus.Aborted)));
        Assert.That(_function.Accesses, Is.Empty);
    }

    [Test]
    public void FaultyPort_ChosenTransaction_FailsAloneAndTransfersNothing()
    {
        DmaBuffer buffer = _bus.AllocateDma(16);
        var port = new FaultyHostPort(_bus);
        port.FailAt(1);

        BusStatus[] results = [port.Write(buffer.BusAddress, [1]), port.Write(buffer.BusAddress, [2]), port.Write(buffer.BusAddress + 1, [3])];

        Assert.That(results, Is.EqualTo(new[] { BusStatus.Ok, BusStatus.Aborted, BusStatus.Ok }));
        Assert.That(buffer.Span[..2].ToArray(), Is.EqualTo(new byte[] { 1, 3 }));
        Assert.That((port.Transactions, port.Failures), Is.EqualTo((3L, 1L)));
    }

    [TestCase(7UL, 1, BusStatus.Ok)]
    [TestCase(7UL, 2, BusStatus.Unmapped)]
    [TestCase(8UL, 1, BusStatus.Unmapped)]
    [TestCase(11UL, 1, BusStatus.Unmapped)]
    [TestCase(12UL, 1, BusStatus.Ok)]
    public void FaultyPort_Range_FailsOnOverlap(ulong offset, int length, BusStatus expected)
    {
        DmaBuffer buffer = _bus.AllocateDma(16);
        var port = new FaultyHostPort(_bus);
        port.FailRange(buffer.BusAddress + 8, 4, BusStatus.Unmapped);

        Assert.That(port.Read(buffer.BusAddress + offset, new byte[length]), Is.EqualTo(expected));
    }

    [Test]
    public void Fanout_TwoSinks_BothGetEventAndData()
    {
        var first = new EventRecorder();
        var second = new EventRecorder();
        var fanout = new TraceFanout();
        fanout.Add(first);
        fanout.Add(second);

        fanout.On(new TraceEvent { Kind = TraceEventKind.FrameSent }, [1, 2]);
        fanout.Remove(first);
        fanout.On(new TraceEvent { Kind = TraceEventKind.FrameReceived }, [3]);

        Assert.That(first.Data, Is.EqualTo(new[] { new byte[] { 1, 2 } }));
        Assert.That(second.Events.Select(e => e.Kind), Is.EqualTo(new[] { TraceEventKind.FrameSent, TraceEventKind.FrameReceived }));
    }
}
