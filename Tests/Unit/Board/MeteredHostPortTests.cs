using System.Buffers.Binary;
using System.Runtime.InteropServices;
using NicEmu.Board.Bus;
using NicEmu.Board.Faults;
using NicEmu.Board.Memory;
using NicEmu.Driver.Memory;
using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NicEmu.Spec.Registers;
using NicEmu.Spec.Seams;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Board;

/// <summary>What the card reads and writes is told apart by the descriptors that it fetched before.</summary>
public sealed class MeteredHostPortTests
{
    private const int Headers = 54;

    private HostMemory _memory = null!;
    private MemoryMeter _meter = null!;
    private MeteredHostPort _port = null!;
    private DmaBuffer _ring = null!;
    private DmaBuffer _arena = null!;
    private DmaBuffer _completions = null!;
    private MeteredRegion _pages = null!;
    private int _posted;

    [SetUp]
    public void Prepare()
    {
        (_memory, _meter, _posted) = (new(), new(), 0);
        var rings = new RingMap();
        _port = new(new MemoryPort(_memory), _meter, () => rings);
        _ring = _memory.Allocate(64 * 64);
        _completions = _memory.Allocate(16 * 64);
        _arena = _memory.Allocate(4096);
        _pages = new(_memory.Allocate(65536), _meter, "pages");
        QueueBlock(rings, NativeMap.TxQueue.Base, NativeMap.TxQueue.RingSize, _ring.BusAddress);
        QueueBlock(rings, NativeMap.TxQueue.CompletionBase, NativeMap.TxQueue.CompletionSize, _completions.BusAddress);
    }

    [TearDown]
    public void Release()
    {
        _ring.Dispose();
        _completions.Dispose();
        _arena.Dispose();
        _pages.Dispose();
    }

    [Test]
    public void Read_DescriptorRing_IsMetadataAndCountsDescriptors()
    {
        _port.Read(_ring.BusAddress, new byte[3 * 64]);

        AssertCounted(metadata: 3 * 64);
        Assert.That(_meter[MemoryEvent.TxDescriptors], Is.EqualTo(3));
    }

    [Test]
    public void Read_DataChain_HeadersAreMetadataAndTheRestIsPayload()
    {
        Post(new DataDescriptor { Opcode = TxOpcode.Data, Flags = TxFlags.More, SegmentCount = 2, Offloads = TxOffloads.Segmentation, Mss = 1448, HeaderLength = Headers, Address0 = _arena.BusAddress, Length0 = Headers, Address1 = _pages.Address(0), Length1 = 4096 });
        Post(new DataDescriptor { Opcode = TxOpcode.Data, SegmentCount = 1, Address0 = _pages.Address(4096), Length0 = 500 });
        Fetch(2);

        Gather(_arena.BusAddress, Headers);
        Gather(_pages.Address(0), 4096);
        Gather(_pages.Address(4096), 500);

        AssertCounted(metadata: (2 * 64) + Headers, nicRead: 4596);
        Assert.That(_meter[MemoryEvent.UnmeteredPayloadBytes], Is.Zero);
    }

    [TestCase(20)]
    [TestCase(30)]
    [TestCase(54)]
    [TestCase(60)]
    public void Read_ChainWithoutHeaderLength_FrameTellsWhereItsPayloadBegins(int firstSegment)
    {
        byte[] frame = TestFrames.Tcp4(1, 100);
        frame.CopyTo(_arena.Span);
        Post(new DataDescriptor { Opcode = TxOpcode.Data, SegmentCount = 2, Address0 = _arena.BusAddress, Length0 = (uint)firstSegment, Address1 = _arena.BusAddress + (uint)firstSegment, Length1 = (uint)(frame.Length - firstSegment) });
        Fetch(1);

        Gather(_arena.BusAddress, firstSegment);
        Gather(_arena.BusAddress + (uint)firstSegment, frame.Length - firstSegment);

        AssertCounted(metadata: 64 + Headers, nicRead: 100);
        Assert.That(_meter[MemoryEvent.UnmeteredPayloadBytes], Is.EqualTo(100), "the arena is not metered");
    }

    [Test]
    public void Read_FrameWithoutTcp_IsMetadata()
    {
        _arena.Span[12] = 0x08;
        _arena.Span[13] = 0x06;
        Post(new DataDescriptor { Opcode = TxOpcode.Data, SegmentCount = 1, Address0 = _arena.BusAddress, Length0 = 60 });
        Fetch(1);

        Gather(_arena.BusAddress, 60);

        AssertCounted(metadata: 64 + 60);
    }

    [Test]
    public void Read_Replay_IsNotPayloadThatIsSent()
    {
        Post(new ReplayDescriptor { Opcode = TxOpcode.Replay, SegmentCount = 2, Address0 = _pages.Address(0), Length0 = 1000, Address1 = _pages.Address(4096), Length1 = 24 });
        Fetch(1);

        Gather(_pages.Address(0), 1000);
        Gather(_pages.Address(4096), 24);

        AssertCounted(metadata: 64, replay: 1024);
    }

    [Test]
    public void Read_SameBytesForReplayAndForData_AreToldApartByTheirOrder()
    {
        Post(new ReplayDescriptor { Opcode = TxOpcode.Replay, SegmentCount = 1, Address0 = _pages.Address(0), Length0 = 1000 });
        Post(new DataDescriptor { Opcode = TxOpcode.Data, SegmentCount = 2, Offloads = TxOffloads.Tls, HeaderLength = Headers, Address0 = _arena.BusAddress, Length0 = Headers, Address1 = _pages.Address(0), Length1 = 1000 });
        Fetch(2);

        Gather(_pages.Address(0), 1000);
        Gather(_arena.BusAddress, Headers);
        Gather(_pages.Address(0), 1000);

        AssertCounted(metadata: (2 * 64) + Headers, nicRead: 1000, replay: 1000);
    }

    [Test]
    public void Read_RangeThatSkips_ItsPrefixIsNotSent()
    {
        Post(new RangeDescriptor { Opcode = TxOpcode.Range, Length = 3000, Skip = 1200 });
        Post(new DataDescriptor { Opcode = TxOpcode.Data, SegmentCount = 2, Flags = TxFlags.More, Offloads = TxOffloads.Tls, HeaderLength = Headers, Address0 = _arena.BusAddress, Length0 = Headers, Address1 = _pages.Address(0), Length1 = 1000 });
        Post(new DataDescriptor { Opcode = TxOpcode.Data, SegmentCount = 1, Address0 = _pages.Address(4096), Length0 = 2000 });
        Post(new DataDescriptor { Opcode = TxOpcode.Data, SegmentCount = 2, Offloads = TxOffloads.Tls, HeaderLength = Headers, Address0 = _arena.BusAddress, Length0 = Headers, Address1 = _pages.Address(0), Length1 = 10 });
        Fetch(4);

        Gather(_arena.BusAddress, Headers);
        Gather(_pages.Address(0), 1000);
        Gather(_pages.Address(4096), 2000);
        Gather(_arena.BusAddress, Headers);
        Gather(_pages.Address(0), 10);

        AssertCounted(metadata: (4 * 64) + (2 * Headers), nicRead: 1800 + 10, replay: 1200);
    }

    [Test]
    public void Read_SegmentsOfARefusedChain_ArePassedOver()
    {
        Post(new DataDescriptor { Opcode = TxOpcode.Data, SegmentCount = 2, Offloads = TxOffloads.Tls, HeaderLength = Headers, Address0 = _arena.BusAddress, Length0 = Headers, Address1 = _pages.Address(0), Length1 = 777 });
        Post(new ReplayDescriptor { Opcode = TxOpcode.Replay, SegmentCount = 1, Address0 = _pages.Address(8192), Length0 = 30 });
        Fetch(2);

        Gather(_pages.Address(8192), 30);
        Gather(_pages.Address(0), 777);

        AssertCounted(metadata: (2 * 64) + 777, replay: 30);
    }

    [Test]
    public void Read_ThatFails_CountsNothing()
    {
        BusStatus status = _port.Read(0, new byte[64]);

        Assert.That(status, Is.EqualTo(BusStatus.Unmapped));
        AssertCounted();
    }

    [Test]
    public void Write_Completion_CountsOneWhenItsLastWordIsThere()
    {
        _port.Write(_completions.BusAddress + 16, new byte[12]);
        long before = _meter[MemoryEvent.TxCompletions];
        _port.Write(_completions.BusAddress + 28, new byte[4]);

        Assert.That((before, _meter[MemoryEvent.TxCompletions]), Is.EqualTo((0, 1)));
        AssertCounted(metadata: 16);
    }

    [Test]
    public void Write_PostedBuffer_HeadersAreMetadataAndTheRestIsPayload()
    {
        DmaBuffer rxRing = _memory.Allocate(16 * 64);
        var rings = new RingMap();
        QueueBlock(rings, NativeMap.RxQueue.Base, NativeMap.RxQueue.RingSize, rxRing.BusAddress);
        var port = new MeteredHostPort(new MemoryPort(_memory), _meter, () => rings);
        MemoryMarshal.Write(rxRing.Span, new RxDescriptor { Address = _pages.Address(2048), Length = 2048, Cookie = 0 });
        port.Read(rxRing.BusAddress, new byte[16]);

        port.Write(_pages.Address(2048), TestFrames.Tcp4(1, 700));
        port.Write(_pages.Address(2048), TestFrames.Tcp4(1, 700));

        Assert.That(_meter[MemoryTraffic.NicWrite], Is.EqualTo(700), "the buffer was posted once");
        Assert.That(_meter[MemoryTraffic.Metadata], Is.EqualTo(16 + Headers + Headers + 700));
        Assert.That(port.Bytes, Is.EqualTo(16 + (2 * (Headers + 700))));
        Assert.That(_meter[MemoryEvent.RxDescriptors], Is.EqualTo(1));
    }

    private static void QueueBlock(RingMap rings, Register address, Register size, ulong bus)
    {
        var data = new byte[8];
        bool transmit = address == NativeMap.TxQueue.Base || address == NativeMap.TxQueue.CompletionBase;
        RegisterBlock block = transmit ? NativeMap.TxQueue : NativeMap.RxQueue;
        BinaryPrimitives.WriteUInt64LittleEndian(data, bus);
        rings.OnWrite(NativeDevice.RegisterBar, block.OffsetOf(address), data);
        BinaryPrimitives.WriteUInt32LittleEndian(data, 6);
        rings.OnWrite(NativeDevice.RegisterBar, block.OffsetOf(size), data.AsSpan(0, 4));
    }

    private void Post<T>(in T descriptor)
        where T : struct => MemoryMarshal.Write(_ring.Span[(64 * _posted++)..], descriptor);

    private void Fetch(int count) => _port.Read(_ring.BusAddress, new byte[64 * count]);

    private void Gather(ulong address, int length) => _port.Read(address, new byte[length]);

    private void AssertCounted(long metadata = 0, long nicRead = 0, long replay = 0)
    {
        Assert.That((_meter[MemoryTraffic.Metadata], _meter[MemoryTraffic.NicRead], _meter[MemoryTraffic.ReplayRead]), Is.EqualTo((metadata, nicRead, replay)));
        Assert.That(_port.Bytes, Is.EqualTo(metadata + nicRead + replay), "every byte is counted once");
    }

    private sealed class MemoryPort(HostMemory memory) : IHostPort
    {
        public BusStatus Read(ulong address, Span<byte> data) => memory.Read(address, data);

        public BusStatus Write(ulong address, ReadOnlySpan<byte> data) => memory.Write(address, data);

        public BusStatus Interrupt(int vector, in MsixMessage message) => BusStatus.Ok;
    }
}
