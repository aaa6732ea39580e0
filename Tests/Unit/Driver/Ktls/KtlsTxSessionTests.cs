using System.Buffers.Binary;
using NicEmu.Driver.Crypto;
using NicEmu.Driver.Ktls;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Ktls;

/// <summary>What the sending side posts for each kind of segment (ktls-semantics §1.3).</summary>
[TestFixture]
public sealed class KtlsTxSessionTests
{
    // Wraps within the first record.
    private const uint Start = 0xFFFF_FF00;
    private const ulong Handle = 0xABCD;

    // Two records of 1000 bytes: 5 + 1000 + 1 + 16.
    private const int RecordLength = 1022;

    private KtlsCounters _counters = null!;
    private FakeStream _stream = null!;
    private RecordingPoster _poster = null!;
    private KtlsTxSession _session = null!;
    private TlsCryptoInfo _info = null!;

    [SetUp]
    public void SetUp() => Begin(TlsVersion.Tls13, TlsCipher.Aes128Gcm, Handle);

    [TearDown]
    public void TearDown() => _session.Dispose();

    [Test]
    public void Send_InDevice_WritesPlaintextWithPlaceholder()
    {
        _session.Send(TlsContentType.ApplicationData, KtlsFixture.Pattern(1000, 1), 16384);

        Assert.That(_stream.Bytes[..5], Is.EqualTo(new byte[] { 0x17, 0x03, 0x03, 0x03, 0xF9 }));
        Assert.That(_stream.Bytes[5..1005], Is.EqualTo(KtlsFixture.Pattern(1000, 1)));
        Assert.That(_stream.Bytes[1005], Is.EqualTo(23));
        Assert.That(_stream.Bytes[1006..], Is.EqualTo("<<no tag yet!!>>"u8.ToArray()));
    }

    [TestCase(TlsVersion.Tls12, TlsCipher.Aes256Gcm)]
    [TestCase(TlsVersion.Tls13, TlsCipher.ChaCha20Poly1305)]
    public void Send_InSoftware_WritesWireBytes(TlsVersion version, TlsCipher cipher)
    {
        Begin(version, cipher, 0);

        _session.Send(TlsContentType.ApplicationData, KtlsFixture.Pattern(300, 1), 100);

        Assert.That(Open(_stream.Bytes), Is.EqualTo(KtlsFixture.Pattern(300, 1)));
        Assert.That(_session.RecordsHeld, Is.Zero);
    }

    [Test]
    public void Send_Tls12Gcm_ExplicitNonceCountsUpFromGivenIv()
    {
        Begin(TlsVersion.Tls12, TlsCipher.Aes128Gcm, Handle);

        _session.Send(TlsContentType.ApplicationData, new byte[20], 10);

        // 5 + 8 + 10 + 16 = 39.
        Assert.That(_stream.Bytes[5..13], Is.EqualTo(new byte[] { 0xE0, 0xE1, 0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7 }));
        Assert.That(_stream.Bytes[44..52], Is.EqualTo(new byte[] { 0xE0, 0xE1, 0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE8 }));
    }

    [Test]
    public void Send_BufferFull_TakesWholeRecordsOnly()
    {
        _stream = new(Start, 2500);
        _session = new(_info, _stream, Handle, _counters);

        int taken = _session.Send(TlsContentType.ApplicationData, new byte[5000], 1000);

        Assert.That(taken, Is.EqualTo(2000));
        Assert.That(_stream.Bytes, Has.Length.EqualTo(2 * RecordLength));
    }

    [Test]
    public void Send_LastRecordNumberUsed_StopsThere()
    {
        _info = KtlsFixture.Info(TlsVersion.Tls13, TlsCipher.Aes128Gcm, ulong.MaxValue);
        _session = new(_info, _stream, Handle, _counters);

        int taken = _session.Send(TlsContentType.ApplicationData, new byte[20], 10);

        Assert.That(taken, Is.EqualTo(10));
        Assert.That(_session.Error, Is.EqualTo(KtlsError.SequenceOverflow));
    }

    [Test]
    public void Transmit_InOrder_DataOnlyAndHeadMoves()
    {
        WriteTwoRecords();

        Assert.That(Transmit(0, 700), Is.EqualTo(TxVerdict.Posted));
        Assert.That(Transmit(700, RecordLength), Is.EqualTo(TxVerdict.Posted));

        Assert.That(_poster.Log, Is.EqualTo(new[] { "DATA 700 TLS", "DATA 1022 TLS" }));
        Assert.That(_session.Expected, Is.EqualTo(unchecked(Start + 1722)));
        Assert.That(_counters.TxTlsOoo, Is.Zero);
    }

    [Test]
    public void Transmit_SuperSegment_AsksForSegmentation()
    {
        WriteTwoRecords();

        Transmit(0, 2044, 500);

        Assert.That(_poster.Frames[0].Offloads, Is.EqualTo(TxOffloads.Tls | TxOffloads.Segmentation));
        Assert.That(_poster.Frames[0].Mss, Is.EqualTo(500));
    }

    [Test]
    public void Transmit_NoPayload_Untouched()
    {
        WriteTwoRecords();

        Assert.That(Transmit(0, 0), Is.EqualTo(TxVerdict.SendAsIs));
        Assert.That(_session.Expected, Is.EqualTo(Start));
    }

    [Test]
    public void Transmit_BeforeStart_Untouched()
    {
        WriteTwoRecords();

        Assert.That(_session.Transmit(Segment(unchecked(Start - 50), new byte[50]), _poster), Is.EqualTo(TxVerdict.SendAsIs));
        Assert.That(_counters.TxTlsSkipNoSyncData, Is.EqualTo(1));
    }

    [Test]
    public void Transmit_AcrossStart_Dropped()
    {
        WriteTwoRecords();

        Assert.That(_session.Transmit(Segment(unchecked(Start - 50), new byte[51]), _poster), Is.EqualTo(TxVerdict.Drop));
        Assert.That(_counters.TxTlsDropBypassReq, Is.EqualTo(1));
        Assert.That(_poster.Log, Is.Empty);
    }

    // First record: payload and inner type end at 1006, tag 1006 to 1021.
    [TestCase(0, 100, "POSITION 7, DATA 100 TLS", TestName = "Transmit_AgainFromRecordStart_NoReplay")]
    [TestCase(0, 1022, "POSITION 7, DATA 1022 TLS", TestName = "Transmit_AgainWholeRecord_NoReplay")]
    [TestCase(100, 906, "POSITION 7, DATA 906 TLS", TestName = "Transmit_AgainUpToTag_NoReplay")]
    [TestCase(100, 907, "POSITION 7, REPLAY 100, DATA 907 TLS", TestName = "Transmit_AgainFirstTagByte_Replay")]
    [TestCase(1021, 1, "POSITION 7, REPLAY 1021, DATA 1 TLS", TestName = "Transmit_AgainLastTagByte_Replay")]
    [TestCase(1010, 100, "POSITION 7, REPLAY 1010, DATA 100 TLS", TestName = "Transmit_AgainTagAndNextRecord_Replay")]
    [TestCase(1022, 500, "POSITION 8, DATA 500 TLS", TestName = "Transmit_AgainSecondRecord_ItsNumber")]
    [TestCase(3, 1, "POSITION 7, DATA 1 TLS", TestName = "Transmit_AgainInsideHeader_NoReplay")]
    public void Transmit_Again(int offset, int length, string expected)
    {
        WriteTwoRecords();
        Transmit(0, 2044);
        _poster.Log.Clear();

        Transmit(offset, length);

        Assert.That(string.Join(", ", _poster.Log), Is.EqualTo(expected));
        Assert.That(_session.Expected, Is.EqualTo(unchecked(Start + 2044)), "a retransmission does not move the head");
        Assert.That(_counters.TxTlsOoo, Is.EqualTo(1));
    }

    [Test]
    public void Transmit_Again_PositionDescribesTheRecord()
    {
        Begin(TlsVersion.Tls12, TlsCipher.Aes256Gcm, Handle);
        _session.Send(TlsContentType.Alert, new byte[600], 600);
        Transmit(0, 629);

        Transmit(100, 529);

        PositionDescriptor position = _poster.Positions[0];
        Assert.That(position.RecordType, Is.EqualTo(0x15));
        Assert.That(position.Handle, Is.EqualTo(Handle));
        Assert.That(position.RecordStartSequence, Is.EqualTo(Start));
        Assert.That(position.LengthField, Is.EqualTo(624));
        Assert.That(position.HeaderVersion, Is.EqualTo(0x0303));
        Assert.That(position.RecordNumber, Is.EqualTo(7UL));
        Assert.That(position.ExplicitNonce, Is.EqualTo(0xE0E1E2E3E4E5E6E7UL));
        Assert.That(_poster.Replays[0], Is.EqualTo(_stream.Bytes[..100]));
    }

    [Test]
    public void Transmit_AcrossHead_TwoFramesThatJoin()
    {
        WriteTwoRecords();
        Transmit(0, 700);
        _poster.Log.Clear();
        _poster.Frames.Clear();

        Transmit(600, 800);

        Assert.That(_poster.Log, Is.EqualTo(new[] { "POSITION 7", "DATA 100 TLS", "DATA 700 TLS" }));
        Assert.That(_session.Expected, Is.EqualTo(unchecked(Start + 1400)));
        Assert.That((byte[])[.. _poster.Frames[0].Payload, .. _poster.Frames[1].Payload], Is.EqualTo(_stream.Bytes[600..1400]));
        Assert.That(SequenceOf(_poster.Frames[0].Headers), Is.EqualTo(unchecked(Start + 600)));
        Assert.That(SequenceOf(_poster.Frames[1].Headers), Is.EqualTo(unchecked(Start + 700)));
        Assert.That(_poster.Frames[0].Headers[47], Is.EqualTo(0x10), "PSH and FIN belong to the end");
        Assert.That(_poster.Frames[1].Headers[47], Is.EqualTo(0x19));
        Assert.That(BinaryPrimitives.ReadUInt16BigEndian(_poster.Frames[0].Headers.AsSpan(16)), Is.EqualTo(140));
        Assert.That(BinaryPrimitives.ReadUInt16BigEndian(_poster.Frames[1].Headers.AsSpan(16)), Is.EqualTo(740));
    }

    [Test]
    public void Transmit_BeyondHead_PositionAdvances()
    {
        WriteTwoRecords();

        Transmit(300, 200);
        Transmit(500, 100);

        Assert.That(_poster.Log, Is.EqualTo(new[] { "POSITION 7 ADVANCE", "REPLAY 300", "DATA 200 TLS", "DATA 100 TLS" }));
        Assert.That(_session.Expected, Is.EqualTo(unchecked(Start + 600)));
    }

    [Test]
    public void Transmit_RecordAcknowledged_Dropped()
    {
        WriteTwoRecords();
        Transmit(0, 2044);
        _session.OnAcknowledged(unchecked(Start + RecordLength));
        _poster.Log.Clear();

        Assert.That(Transmit(10, 20), Is.EqualTo(TxVerdict.Drop));

        Assert.That(_poster.Log, Is.Empty);
        Assert.That(_counters.TxTlsDropNoSyncData, Is.EqualTo(1));
    }

    [TestCase(0, 2)]
    [TestCase(1, 2)]
    [TestCase(1021, 2)]
    [TestCase(1022, 1)]
    [TestCase(2043, 1)]
    [TestCase(2044, 0)]
    public void OnAcknowledged_PartOfRecord_KeepsIt(int bytes, int held)
    {
        WriteTwoRecords();

        _session.OnAcknowledged(unchecked(Start + (uint)bytes));

        Assert.That(_session.RecordsHeld, Is.EqualTo(held));
    }

    [TestCase(TxStatus.NotInSequence, true)]
    [TestCase(TxStatus.DmaFault, true)]
    [TestCase(TxStatus.LinkDown, false)]
    [TestCase(TxStatus.Flushed, false)]
    public void OnFailure_Refusal_SoftwareGivesWireBytesOrNothing(TxStatus status, bool again)
    {
        WriteTwoRecords();
        Transmit(0, 2044);

        var payload = new byte[1500];
        bool resend = Fail(status, 300, 1500, payload);

        Assert.That(resend, Is.EqualTo(again));
        if (again) Assert.That(payload, Is.EqualTo(Wire()[300..1800]));
        Assert.That(_session.Degraded, Is.False);
    }

    [TestCase(TxStatus.NotInSequence, true)]
    [TestCase(TxStatus.LinkDown, false)]
    [TestCase(TxStatus.Flushed, false)]
    public void OnFailure_ManyTimes_LeavesTheCardOnlyWhereTheCardRefuses(TxStatus status, bool degraded)
    {
        WriteTwoRecords();
        Transmit(0, 500);

        for (int i = 0; i < 64; i++) Fail(status, 0, 500, new byte[500]);

        Assert.That(_session.Degraded, Is.EqualTo(degraded));
    }

    [Test]
    public void OnFailure_NextSegment_SetsTheCardsPlaceAnew()
    {
        WriteTwoRecords();
        Transmit(0, 500);
        Fail(TxStatus.NotInSequence, 0, 500, new byte[500]);
        _poster.Log.Clear();

        Transmit(500, 100);
        Transmit(600, 100);

        Assert.That(_poster.Log, Is.EqualTo(new[] { "POSITION 7 ADVANCE", "REPLAY 500", "DATA 100 TLS", "DATA 100 TLS" }));
    }

    [Test]
    public void OnFailure_RetransmissionBeforeTheCardIsPlacedAnew_IsSoftwares()
    {
        WriteTwoRecords();
        Transmit(0, 500);
        Fail(TxStatus.DmaFault, 0, 500, new byte[500]);
        _poster.Log.Clear();

        Transmit(300, 100);
        Transmit(500, 100);
        Transmit(300, 100);

        Assert.That(_poster.Log, Is.EqualTo(new[] { "DATA 100", "POSITION 7 ADVANCE", "REPLAY 500", "DATA 100 TLS", "POSITION 7", "DATA 100 TLS" }), "the card may stand before it (PASSES_HEAD)");
    }

    [TestCase(TxStatus.KeyStale)]
    [TestCase(TxStatus.ContextInvalid)]
    [TestCase(TxStatus.RecordLimit)]
    public void OnFailure_ContextLost_SegmentsGoThroughSoftware(TxStatus status)
    {
        WriteTwoRecords();
        Transmit(0, 500);
        Fail(status, 0, 500, new byte[500]);
        _poster.Log.Clear();
        _poster.Frames.Clear();

        Transmit(500, 1544);

        Assert.That(_poster.Log, Is.EqualTo(new[] { "DATA 1544" }));
        Assert.That(_poster.Frames[0].Payload, Is.EqualTo(Wire()[500..2044]));
        Assert.That(_poster.Frames[0].Offloads, Is.EqualTo(TxOffloads.Ipv4Checksum | TxOffloads.L4Checksum));
        Assert.That(_counters.TxTlsFallback, Is.EqualTo(2));
    }

    [TestCase(TlsVersion.Tls12, TlsCipher.Aes128Gcm)]
    [TestCase(TlsVersion.Tls12, TlsCipher.ChaCha20Poly1305)]
    [TestCase(TlsVersion.Tls13, TlsCipher.Aes256Gcm)]
    public void Send_SoftwareAndFallback_SameWireBytes(TlsVersion version, TlsCipher cipher)
    {
        byte[] data = KtlsFixture.Pattern(5000, 4);
        Begin(version, cipher, 0);
        _session.Send(TlsContentType.ApplicationData, data, 1500);
        byte[] software = _stream.Bytes;
        Begin(version, cipher, Handle);
        _session.Send(TlsContentType.ApplicationData, data, 1500);

        var payload = new byte[software.Length];
        Fail(TxStatus.NotInSequence, 0, software.Length, payload);

        Assert.That(payload, Is.EqualTo(software));
    }

    private void Begin(TlsVersion version, TlsCipher cipher, ulong handle)
    {
        _counters = new();
        _stream = new(Start, 1 << 20);
        _poster = new();
        _info = KtlsFixture.Info(version, cipher, 7);
        _session = new(_info, _stream, handle, _counters);
    }

    private void WriteTwoRecords() => _session.Send(TlsContentType.ApplicationData, KtlsFixture.Pattern(2000, 1), 1000);

    private TxVerdict Transmit(int offset, int length, int mss = 0) =>
        _session.Transmit(Segment(unchecked(Start + (uint)offset), _stream.Bytes.AsSpan(offset, length), mss), _poster);

    private static TxSegment Segment(uint sequence, ReadOnlySpan<byte> payload, int mss = 0) =>
        new() { Headers = TcpHeaders.Of(sequence, payload.Length), Payload = payload, Sequence = sequence, Mss = mss };

    private bool Fail(TxStatus status, int offset, int length, byte[] payload)
    {
        byte[] headers = TcpHeaders.Of(unchecked(Start + (uint)offset), length);
        byte[] frame = [.. headers, .. _stream.Bytes.AsSpan(offset, length)];
        return _session.OnFailure(new TxFailure { Status = status, Opcode = TxOpcode.Data, Handle = Handle, Frame = frame, HeaderLength = headers.Length }, payload);
    }

    private static uint SequenceOf(byte[] headers) => BinaryPrimitives.ReadUInt32BigEndian(headers.AsSpan(38));

    private byte[] Wire()
    {
        byte[] wire = _stream.Bytes;
        using var cipher = new RecordCipher(_info);
        cipher.Seal(7, wire.AsSpan(0, RecordLength));
        cipher.Seal(8, wire.AsSpan(RecordLength));
        return wire;
    }

    private byte[] Open(byte[] wire)
    {
        var content = new List<byte>();
        using var session = new KtlsRxSession(_info, Start, new(), null);
        for (int at = 0; at < wire.Length;) at += session.Input(wire.AsSpan(at), false, (_, bytes) => content.AddRange(bytes));
        return [.. content];
    }
}
