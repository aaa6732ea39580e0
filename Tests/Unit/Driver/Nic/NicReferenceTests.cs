using NicEmu.Driver.Nic;
using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Nic;

/// <summary>Payloads that stay where they are: descriptors name them, and nothing is loaded or copied.</summary>
[TestFixture]
public sealed class NicReferenceTests
{
    private readonly byte[] _headers = [.. Enumerable.Range(0, 54).Select(static i => (byte)(i + 1))];
    private FakeScheduler _scheduler = null!;
    private FakeCard _card = null!;
    private FailureLog _client = null!;
    private PieceMemory _memory = null!;

    [SetUp]
    public void SetUp()
    {
        _scheduler = new();
        _card = new();
        _client = new();
        _memory = new();
        _card.OnCommand = (_, _) => _card.Answer(MailboxStatus.Ok);
    }

    [Test]
    public void TrySend_PayloadInPieces_DescriptorsNameThemInOrder()
    {
        using NicDriver driver = Run(new() { TxSegmentBytes = 4096 });
        DmaPiece[] pieces = [_memory.Add(0x7_0000_0000, new byte[5]), _memory.Add(0x7_0000_1010, new byte[5000]), _memory.Add(0x7_0000_3000, new byte[17])];

        bool sent = driver.TrySend(0, new TxFrame { Headers = _headers, Payload = new TxBytes(pieces, _memory), Offloads = TxOffloads.Segmentation, Mss = 1448 });

        Assert.That(sent, Is.True);
        Assert.That((uint)_card.Read(2, 0x0000, 4), Is.EqualTo(3u), "DB_TX_TAIL: headers 5 | 4096 904 | 17");
        DataDescriptor first = _card.TxDescriptor<DataDescriptor>(0);
        DataDescriptor last = _card.TxDescriptor<DataDescriptor>(2);
        Assert.That(_card.At(first.Address0, 54).ToArray(), Is.EqualTo(_headers));
        Assert.That((first.Address1, first.Length1, first.Flags), Is.EqualTo((0x7_0000_0000UL, 5u, TxFlags.More)));
        DataDescriptor middle = _card.TxDescriptor<DataDescriptor>(1);
        Assert.That((middle.Address0, middle.Length0, middle.Address1, middle.Length1), Is.EqualTo((0x7_0000_1010UL, 4096u, 0x7_0000_2010UL, 904u)));
        Assert.That((last.Address0, last.Length0, last.SegmentCount, last.Flags), Is.EqualTo((0x7_0000_3000UL, 17u, (byte)1, TxFlags.Complete)));
        Assert.That(_memory.BytesLoaded, Is.Zero);
    }

    [Test]
    public void TrySend_PiecesByTheThousand_ArenaHoldsHeadersOnly()
    {
        // 256 KiB of arena would hold four of these payloads.
        using NicDriver driver = Run(new() { TxArenaBytes = 1 << 18, TxRingLog2 = 6 });
        DmaPiece[] pieces = [_memory.Add(0x7_0000_0000, new byte[60_000])];
        int sent = 0;

        while (driver.TrySend(0, new TxFrame { Headers = _headers, Payload = new TxBytes(pieces, _memory), Offloads = TxOffloads.Segmentation, Mss = 1448 })) sent++;

        Assert.That(sent, Is.EqualTo(21), "64 descriptors, 3 each: 54 16384 | 16384 16384 | 10848");
    }

    [Test]
    public void PostReplay_PlaintextInPieces_NamesThem()
    {
        using NicDriver driver = Run(new());
        DmaPiece[] pieces = [_memory.Add(0x7_0000_0000, new byte[5]), _memory.Add(0x7_0000_1000, new byte[100])];

        driver.TxQueue(0).PostReplay(9, new TxBytes(pieces, _memory)[..50]);

        var replay = _card.TxDescriptor<ReplayDescriptor>(0);
        Assert.That((replay.Address0, replay.Length0, replay.Address1, replay.Length1, replay.Handle), Is.EqualTo((0x7_0000_0000UL, 5u, 0x7_0000_1000UL, 45u, 9UL)));
        Assert.That(_memory.BytesLoaded, Is.Zero);
    }

    [Test]
    public void TxCompletion_ErrorOfANamedPayload_TellsItsLength()
    {
        using NicDriver driver = Run(new());
        DmaPiece[] pieces = [_memory.Add(0x7_0000_0000, new byte[300])];
        driver.TrySend(0, new TxFrame { Headers = _headers, Payload = new TxBytes(pieces, _memory), Skip = 12, Offloads = TxOffloads.Tls, Handle = 9 });

        _card.CompleteTx(0, 1, TxStatus.NotInSequence);
        _card.Interrupt(1);

        Assert.That(_client.Failures, Is.EqualTo(new[] { (TxStatus.NotInSequence, 54, 54, 288) }));
        Assert.That(_memory.BytesLoaded, Is.Zero);
    }

    [Test]
    public void WorstDescriptors_WithPiecesReserved_HoldTheWorstSegment()
    {
        using NicDriver driver = Run(new());
        NicTxQueue queue = driver.TxQueue(0);
        int before = queue.WorstDescriptors;

        queue.ReserveForPieces(40);

        Assert.That(queue.WorstDescriptors, Is.GreaterThanOrEqualTo(before + (39 / 2) + (2 * 39)), "39 more pieces of data, and of a record before each of two frames");
        Assert.That(queue.DescriptorsFor(1000, 40), Is.EqualTo(21), "headers, perhaps in two, and 40: 42 segments");
    }

    [Test]
    public void Keep_OfAFrame_ItsBufferIsNotPostedUntilReturned()
    {
        var kept = new List<(uint Buffer, ulong Address)>();
        using NicDriver driver = Run(new() { RxRingLog2 = 3, RxSpareBuffers = 2 });
        NicRxQueue queue = driver.RxQueue(0);
        _client.Frame = () => kept.Add(queue.Keep());

        for (uint frame = 0; frame < 4; frame++) _card.Receive(frame, [(byte)frame], new() { Length = 1 });
        _card.Interrupt(2);
        uint posted = (uint)_card.Read(2, 0x0010, 4);
        ulong firstAddress = kept[0].Address;
        byte first = _card.At(firstAddress, 1)[0];
        queue.Return(kept[0].Buffer);

        Assert.That(kept.Select(static k => k.Buffer), Is.EqualTo(new uint[] { 0, 1, 2, 3 }));
        Assert.That(first, Is.Zero, "what frame 0 brought");
        Assert.That(posted, Is.EqualTo(8u + 2), "DB_RX_TAIL: two spare buffers took the places of four kept ones");
        Assert.That((uint)_card.Read(2, 0x0010, 4), Is.EqualTo(8u + 3));
        Assert.That(() => queue.Keep(), Throws.InvalidOperationException);
    }

    [Test]
    public void Return_WithinTheFrame_BufferIsPostedOnce()
    {
        using NicDriver driver = Run(new() { RxRingLog2 = 3 });
        NicRxQueue queue = driver.RxQueue(0);
        _client.Frame = () => queue.Return(queue.Keep().Buffer);

        for (uint frame = 0; frame < 3; frame++) _card.Receive(frame, [1], new() { Length = 1 });
        _card.Interrupt(2);

        Assert.That((uint)_card.Read(2, 0x0010, 4), Is.EqualTo(8u + 3), "DB_RX_TAIL");
        Assert.That(driver.State, Is.EqualTo(NicState.Running));
    }

    private NicDriver Run(NicOptions options)
    {
        var driver = new NicDriver(_card, _scheduler, _client, options);
        driver.Start();
        _scheduler.Advance(100_000_000);
        _card.Interrupt(0);
        Assert.That(driver.State, Is.EqualTo(NicState.Running));
        return driver;
    }

    private sealed class FailureLog : INicClient
    {
        public List<(TxStatus Status, int FrameLength, int HeaderLength, int PayloadLength)> Failures { get; } = [];

        public Action? Frame { get; set; }

        public void OnFrame(int queue, ReadOnlySpan<byte> frame, in RxCompletion completion) => Frame?.Invoke();

        public void OnTxFailure(int queue, in TxFailure failure) => Failures.Add((failure.Status, failure.Frame.Length, failure.HeaderLength, failure.PayloadLength));
    }
}
