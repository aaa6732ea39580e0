using NicEmu.Driver.Nic;
using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Nic;

/// <summary>What the driver puts into rings, and what it makes of completions.</summary>
[TestFixture]
public sealed class NicQueueTests
{
    private FakeScheduler _scheduler = null!;
    private FakeCard _card = null!;
    private RecordingClient _client = null!;

    [SetUp]
    public void SetUp()
    {
        _scheduler = new();
        _card = new();
        _client = new();
        _card.OnCommand = (_, _) => _card.Answer(MailboxStatus.Ok);
    }

    [Test]
    public void TrySend_HeadersAndPayload_OneDescriptorTwoSegments()
    {
        using NicDriver driver = Run(new());
        byte[] headers = Pattern(54, 1);
        byte[] payload = Pattern(100, 2);

        bool sent = driver.TrySend(0, new TxFrame
        {
            Headers = headers,
            Payload = payload,
            Offloads = TxOffloads.Segmentation | TxOffloads.Tls | TxOffloads.VlanInsert,
            Mss = 1460,
            VlanTci = 0x2005,
            Handle = 0x0102_0304_0506_0708,
        });

        Assert.That(sent, Is.True);
        DataDescriptor descriptor = _card.TxDescriptor<DataDescriptor>(0);
        Assert.That(_card.TxDescriptor(0)[..24].ToArray(), Is.EqualTo(new byte[]
        {
            0x01, 0x01, 0x02, 0x1C, 0, 0, 0, 0, 0x08, 0x07, 0x06, 0x05, 0x04, 0x03, 0x02, 0x01, 0xB4, 0x05, 54, 0, 0x05, 0x20, 0, 0,
        }));
        Assert.That(_card.At(descriptor.Address0, (int)descriptor.Length0).ToArray(), Is.EqualTo(headers));
        Assert.That(_card.At(descriptor.Address1, (int)descriptor.Length1).ToArray(), Is.EqualTo(payload));
        Assert.That(_card.Read(2, 0x0000, 4), Is.EqualTo(1u), "DB_TX_TAIL");
    }

    [Test]
    public void TrySend_LongPayload_ChainLinkedByMore()
    {
        using NicDriver driver = Run(new() { TxSegmentBytes = 2048 });
        byte[] headers = Pattern(66, 1);
        byte[] payload = Pattern(9000, 2);

        driver.TrySend(0, new TxFrame { Headers = headers, Payload = payload, Offloads = TxOffloads.Segmentation, Mss = 1448 });

        uint tail = (uint)_card.Read(2, 0x0000, 4);
        Assert.That(tail, Is.EqualTo(3u), "66 | 2048 2048 2048 2048 808: six pieces");
        Assert.That(Flags(0), Is.EqualTo(TxFlags.More));
        Assert.That(Flags(1), Is.EqualTo(TxFlags.More));
        Assert.That(Flags(2), Is.EqualTo(TxFlags.Complete));
        Assert.That(_card.TxDescriptor(1)[16..32].ToArray(), Is.All.Zero, "offload fields of later descriptors");
        Assert.That(Gather(0, tail), Is.EqualTo((byte[])[.. headers, .. payload]));
    }

    [Test]
    public void TrySend_UntilFull_RefusesThenWakes()
    {
        using NicDriver driver = Run(new() { TxRingLog2 = 6 });
        uint sent = 0;
        while (driver.TrySend(0, new TxFrame { Headers = new byte[60] })) sent++;

        _card.CompleteTx(sent - 1, sent);
        Interrupt(1);
        Assert.That(_client.Errors, Is.EqualTo(Array.Empty<NicError>()));
        bool again = driver.TrySend(0, new TxFrame { Headers = new byte[60] });

        Assert.That(sent, Is.EqualTo(63u).Or.EqualTo(64u));
        Assert.That(_client.Room, Is.EqualTo(new[] { 0 }));
        Assert.That(again, Is.True);
        Assert.That(_card.Read(2, 0x0004, 4), Is.EqualTo(1u), "DB_TX_CONSUMER");
        Assert.That(_card.Read(2, 0x0008, 4), Is.EqualTo(1u), "DB_TX_ARM");
    }

    [Test]
    public void TrySend_ManyTimesRoundTheArena_BytesSurviveTheWrap()
    {
        using NicDriver driver = Run(new() { TxArenaBytes = 1 << 18, TxRingLog2 = 6 });
        uint tail = 0;

        for (int i = 0; i < 100; i++)
        {
            byte[] payload = Pattern(30_001, i);
            driver.TrySend(0, new TxFrame { Headers = Pattern(54, i), Payload = payload, Offloads = TxOffloads.Segmentation, Mss = 1460 });
            uint first = tail;
            tail = (uint)_card.Read(2, 0x0000, 4);
            Assert.That(Gather(first, tail).AsSpan(54).SequenceEqual(payload), Is.True, $"frame {i}");
            _card.CompleteTx(first, tail);
            Interrupt(1);
        }

        Assert.That(driver.State, Is.EqualTo(NicState.Running));
    }

    [Test]
    public void TxCompletion_Error_GivesFrameBack()
    {
        using NicDriver driver = Run(new());
        byte[] headers = Pattern(54, 1);
        byte[] payload = Pattern(40, 2);
        driver.TrySend(0, new TxFrame { Headers = headers, Payload = payload, Offloads = TxOffloads.Tls, Handle = 9 });

        _card.CompleteTx(0, 1, TxStatus.NotInSequence);
        Interrupt(1);

        Assert.That(_client.TxFailures, Has.Count.EqualTo(1));
        Assert.That(_client.TxFailures[0].Status, Is.EqualTo(TxStatus.NotInSequence));
        Assert.That(_client.TxFailures[0].Handle, Is.EqualTo(9UL));
        Assert.That(_client.TxFailures[0].HeaderLength, Is.EqualTo(54));
        Assert.That(_client.TxFailures[0].Frame, Is.EqualTo((byte[])[.. headers, .. payload]));
        Assert.That(driver.TxFailures, Is.EqualTo(1));
    }

    [TestCase(0u, 0u, TestName = "TxCompletion_HeadDoesNotMove_Fails")]
    [TestCase(0u, 2u, TestName = "TxCompletion_HeadBeyondTail_Fails")]
    [TestCase(5u, 1u, TestName = "TxCompletion_CookieNeverPosted_Fails")]
    [TestCase(uint.MaxValue, uint.MaxValue, TestName = "TxCompletion_AllOnes_Fails")]
    public void TxCompletion_Senseless(uint cookie, uint head)
    {
        using NicDriver driver = Run(new());
        driver.TrySend(0, new TxFrame { Headers = new byte[60] });

        _card.CompleteTx(cookie, head);
        Interrupt(1);

        Assert.That(driver.Error, Is.EqualTo(NicError.BadCompletion));
    }

    [Test]
    public void RxCompletion_Frame_HandedOverAndBufferPostedAgain()
    {
        using NicDriver driver = Run(new() { RxRingLog2 = 3 });
        byte[] frame = Pattern(77, 3);

        _card.Receive(0, frame, new() { Length = 77, Verdict = RxVerdict.Decrypted, Handle = 5, RecordNumber = 8 });
        Interrupt(2);

        Assert.That(_client.Frames, Has.Count.EqualTo(1));
        Assert.That(_client.Frames[0].Frame, Is.EqualTo(frame));
        Assert.That(_client.Frames[0].Completion.RecordNumber, Is.EqualTo(8UL));
        Assert.That(_card.Read(2, 0x0010, 4), Is.EqualTo(9u), "DB_RX_TAIL: 8 at first, one more now");
        Assert.That(_card.Read(2, 0x0014, 4), Is.EqualTo(1u), "DB_RX_CONSUMER");
        Assert.That(_card.Read(2, 0x0018, 4), Is.EqualTo(1u), "DB_RX_ARM");
    }

    [Test]
    public void RxCompletion_ManyTimesRound_EveryFrameOnce()
    {
        using NicDriver driver = Run(new() { RxRingLog2 = 3 });

        for (uint i = 0; i < 100; i++)
        {
            _card.Receive(i % 8, Pattern(60, (int)i), new() { Length = 60 });
            Interrupt(2);
            Interrupt(2);
        }

        Assert.That(_client.Frames, Has.Count.EqualTo(100));
        Assert.That(_client.Frames[99].Frame, Is.EqualTo(Pattern(60, 99)));
    }

    [Test]
    public void RxCompletion_NoFrame_BufferGoesBack()
    {
        using NicDriver driver = Run(new());

        _card.Receive(0, [], new() { Status = RxStatus.BufferTooSmall });
        Interrupt(2);

        Assert.That(_client.Frames, Is.Empty);
        Assert.That(_card.Read(2, 0x0010, 4), Is.EqualTo(257u));
    }

    [TestCase(256u, 60u, TestName = "RxCompletion_CookieOneBeyond_Fails")]
    [TestCase(uint.MaxValue, 60u, TestName = "RxCompletion_CookieAllOnes_Fails")]
    [TestCase(0u, 1537u, TestName = "RxCompletion_LongerThanBuffer_Fails")]
    [TestCase(0u, uint.MaxValue, TestName = "RxCompletion_LengthAllOnes_Fails")]
    public void RxCompletion_Senseless(uint cookie, uint length)
    {
        using NicDriver driver = Run(new() { RxBufferBytes = 1536 });

        _card.Receive(cookie, [], new() { Length = length });
        Interrupt(2);

        Assert.That(driver.Error, Is.EqualTo(NicError.BadCompletion));
    }

    [TestCase(0L, ExpectedResult = 0)]
    [TestCase(100_000_000_000L, ExpectedResult = 1)]
    public int RxCompletion_InterruptLost_IsTakenByTheNextLook(long pollPs)
    {
        using NicDriver driver = Run(new() { HealthCheckPs = 0, RingPollPs = pollPs });
        _scheduler.Advance(1_000_000_000_000);
        _card.Receive(0, Pattern(60, 1), new());

        _scheduler.Advance(100_000_000_000);

        return _client.Frames.Count;
    }

    [Test]
    public void Look_CardStopped_IsTakenNoMore()
    {
        NicDriver driver = Run(new() { HealthCheckPs = 0 });
        driver.Dispose();
        int writes = _card.Writes.Count;

        _scheduler.Advance(10_000_000_000_000);

        Assert.That(_card.Writes, Has.Count.EqualTo(writes));
    }

    private static byte[] Pattern(int length, int seed)
    {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) bytes[i] = (byte)((i * 7) + (seed * 13) + (i >> 8));
        return bytes;
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

    private void Interrupt(int vector) => _card.Interrupt(vector);

    private TxFlags Flags(uint index) => _card.TxDescriptor<DataDescriptor>(index).Flags;

    private byte[] Gather(uint from, uint to)
    {
        var bytes = new List<byte>();
        for (uint i = from; i < to; i++)
        {
            DataDescriptor descriptor = _card.TxDescriptor<DataDescriptor>(i);
            bytes.AddRange(_card.At(descriptor.Address0, (int)descriptor.Length0));
            if (descriptor.SegmentCount == 2) bytes.AddRange(_card.At(descriptor.Address1, (int)descriptor.Length1));
        }

        return [.. bytes];
    }
}
