using NicEmu.Conformance.Card;
using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Peer;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Testing;
using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Cases;

/// <summary>T007 to T012: the switch from plain bytes to records, and records received.</summary>
internal static class ToeRecordCases
{
    private const string Manual = "register manual, TOE; docs/toe.md";
    private const int MidRecord = 11;
    private const int BufferTooSmall = 12;
    private const int BadTag = 14;

    [Case("T007", CaseProfile.Toe, "Receiving switches at the boundary and nowhere else: plain bytes before it are handed over as they are, the first record behind it is opened, whatever the segments are.", Source = Manual + "; FreeBSD D37351", Stimulus = "100 plain bytes and a record in one stream, cut into segments of 60 bytes; SWITCH_TLS at 100 before, between and behind their arrival.", Observes = "completions")]
    public static void ReceivingSwitchesAtTheBoundary(DeviceCase c)
    {
        for (int when = 0; when < 3; when++)
        {
            var bench = new Bench(c, TlsVersion.Tls13, TlsCipher.Aes128Gcm);
            byte[] stream = [.. CaseKeys.Bytes(c.Seed, "plain", 100), .. bench.Seal(23, CaseKeys.Bytes(c.Seed, "record", 300), 0)];
            uint switched = when == 0 ? bench.Switch(offset: 100) : 0;
            bench.Peer.Send(stream.AsSpan(0, 60), 60);
            if (when == 1) switched = bench.Switch(offset: 100);
            bench.Peer.Send(stream.AsSpan(60), 60);
            if (when == 2)
            {
                bench.Toe.Run();
                switched = bench.Switch(offset: 100);
            }

            Expect.Equal(bench.Toe.End(switched, "SWITCH_TLS").Status, 0, "the status of SWITCH_TLS");
            var plain = new List<byte>();
            while (plain.Count < 100)
            {
                RawToeCompletion part = bench.Receive();
                Expect.Equal((part.Status, part.ContentType), (0, 0), "status and type of plain bytes");
                plain.AddRange(bench.Buffer.Span[..part.Length]);
            }

            Expect.Bytes([.. plain], stream.AsSpan(0, 100), "the plain bytes");
            RawToeCompletion record = bench.Receive();
            Expect.Equal((record.Status, record.ContentType, record.Length), (0, 23, 300), "status, type and length of the record");
            Expect.Bytes(bench.Buffer.Span[..300], CaseKeys.Bytes(c.Seed, "record", 300), "the record's content");
        }
    }

    [Case("T008", CaseProfile.Toe, "A switch in the midst of a record is refused with a status of its own, in both directions, and the stream goes on as it was.", Source = Manual, Stimulus = "SWITCH_TLS receiving at an offset behind which bytes were handed over; sending at an offset that is not where the queued bytes end.", Observes = "completions, wire")]
    public static void SwitchInsideARecordIsRefused(DeviceCase c)
    {
        var bench = new Bench(c, TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        bench.Peer.Send(CaseKeys.Bytes(c.Seed, "plain", 200));
        RawToeCompletion first = bench.Receive();
        Expect.Equal(first.Length, 200, "the bytes handed over");
        Expect.Equal(bench.Toe.End(bench.Switch(offset: 150), "SWITCH_TLS behind the boundary").Status, MidRecord, "the status of a switch behind which bytes were handed over");

        byte[] sent = CaseKeys.Bytes(c.Seed, "sent", 200);
        sent.CopyTo(bench.Buffer.Span);
        uint send = bench.Toe.Transfer(RawToe.Send, bench.Handle, bench.Buffer.BusAddress, 200);
        Expect.Equal(bench.Toe.End(bench.Toe.SwitchTls(bench.Handle, bench.Context, receive: false, offset: 199), "SWITCH_TLS").Status, MidRecord, "the status of a switch inside the bytes queued");
        Expect.Equal(bench.Toe.End(send, "SEND").Status, 0, "the status of SEND");
        bench.Toe.Wait(() => bench.Peer.Received.Contiguous == 200, "the bytes arrive");
        Expect.Bytes(bench.Peer.Received.Bytes, sent, "the bytes on the wire");

        bench.Peer.Send([1, 2, 3]);
        RawToeCompletion more = bench.Receive();
        Expect.Equal((more.Status, more.ContentType, more.Length), (0, 0, 3), "status, type and length behind the refused switch");
    }

    [Case("T009", CaseProfile.Toe, "Sending switches behind the bytes queued before, without a byte of them in a record.", Source = Manual, Stimulus = "SEND, SWITCH_TLS, SEND without waiting for completions.", Observes = "wire")]
    public static void SendingSwitchesBehindWhatIsQueued(DeviceCase c)
    {
        var bench = new Bench(c, TlsVersion.Tls12, TlsCipher.ChaCha20Poly1305);
        byte[] content = CaseKeys.Bytes(c.Seed, "sent", 3000);
        content.CopyTo(bench.Buffer.Span);

        bench.Toe.Transfer(RawToe.Send, bench.Handle, bench.Buffer.BusAddress, 1000);
        uint switched = bench.Toe.SwitchTls(bench.Handle, bench.Context, receive: false, offset: 1000);
        bench.Toe.Transfer(RawToe.Send, bench.Handle, bench.Buffer.BusAddress + 1000, 2000, type: 22);
        byte[] expected = [.. content[..1000], .. bench.Seal(22, content.AsSpan(1000), 0)];
        bench.Toe.Wait(() => bench.Peer.Received.Contiguous == expected.Length, "everything arrives");

        Expect.Equal(bench.Toe.End(switched, "SWITCH_TLS").Number, 1000ul, "the boundary that SWITCH_TLS tells");
        Expect.Bytes(bench.Peer.Received.Bytes, expected, "plain bytes and the record");
    }

    [Case("T010", CaseProfile.Toe, "Only whole records are handed over, one for a buffer, and one that is too long for its buffer waits for the next.", Source = Manual + "; data-paths: whole decrypted records", Stimulus = "A record byte by byte; then two records in one segment, with buffers of 10 and 16384 bytes.", Observes = "completions")]
    public static void OnlyWholeRecordsAreHandedOver(DeviceCase c)
    {
        foreach ((TlsVersion version, TlsCipher cipher) in TransmitInOrderCases.AllCiphers())
        {
            var bench = new Bench(c, version, cipher);
            bench.Toe.End(bench.Switch(), "SWITCH_TLS");
            byte[] first = bench.Seal(23, CaseKeys.Bytes(c.Seed, "first", 40), 0);
            uint waiting = bench.Post(16384);
            for (int i = 0; i < first.Length; i++)
            {
                bench.Toe.Run(RawCard.Millisecond / 10);
                Expect.That(!bench.Toe.HasEnded(waiting), "nothing is handed over before the last byte of the record");
                bench.Peer.Send(first.AsSpan(i, 1));
            }

            RawToeCompletion whole = bench.Toe.End(waiting, "RECEIVE");
            Expect.Equal((whole.Status, whole.ContentType, whole.Length, whole.Number), (0, 23, 40, 0ul), "status, type, length and number of the record");
            bench.Peer.Send([.. bench.Seal(23, CaseKeys.Bytes(c.Seed, "second", 50), 1), .. bench.Seal(23, CaseKeys.Bytes(c.Seed, "third", 60), 2)]);
            RawToeCompletion small = bench.Toe.End(bench.Post(10), "RECEIVE with a small buffer");
            Expect.Equal((small.Status, small.Detail, small.Length), (BufferTooSmall, 50, 0), "status, length needed and bytes of a buffer that is too small");
            RawToeCompletion second = bench.Receive();
            Expect.Bytes(bench.Buffer.Span[..second.Length], CaseKeys.Bytes(c.Seed, "second", 50), "the record that waited");
            RawToeCompletion third = bench.Receive();
            Expect.Equal((third.Length, third.Number), (60, 2ul), "length and number of the record behind it");
        }
    }

    [Case("T011", CaseProfile.Toe, "A record that is not authentic is an error and never data, and nothing behind it is handed over.", Source = "RFC 8446 §5.2; " + Manual, Stimulus = "Each of ten bytes of a record changed, spread over header, ciphertext and tag; a right record behind.", Observes = "completions, memory")]
    public static void WrongTagIsNeverData(DeviceCase c)
    {
        for (int i = 0; i < 10; i++)
        {
            var bench = new Bench(c, TlsVersion.Tls13, TlsCipher.Aes256Gcm);
            bench.Toe.End(bench.Switch(), "SWITCH_TLS");
            byte[] record = bench.Seal(23, CaseKeys.Bytes(c.Seed, "content", 200), 0);
            int at = 5 + (i * (record.Length - 6) / 9);
            record[at] ^= 0x10;
            bench.Buffer.Span.Fill(0x5A);
            bench.Peer.Send([.. record, .. bench.Seal(23, [1, 2, 3], 1)]);

            Expect.Equal(bench.Receive().Status, BadTag, $"the status with byte {at} changed");
            Expect.Equal(bench.Receive().Status, BadTag, "the status of a buffer behind it");
            Expect.That(bench.Buffer.Span.IndexOfAnyExcept((byte)0x5A) < 0, "the buffer is untouched");
        }
    }

    [Case("T012", CaseProfile.Toe, "Behind a record that is no application data the direction is held, so that the host can change the key before the next one is opened.", Source = "RFC 8446 §4.6.3, §7.2; " + Manual, Stimulus = "A KeyUpdate and, in the same segment, a record under the next key; SWITCH_TLS only after the KeyUpdate was read.", Observes = "completions")]
    public static void DirectionIsHeldForAKeyUpdate(DeviceCase c)
    {
        var bench = new Bench(c, TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        bench.Toe.End(bench.Switch(), "SWITCH_TLS");
        FlowKeys next = CaseKeys.Draw(c.Seed, "next", TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        bench.Peer.Send([.. bench.Seal(22, [24, 0, 0, 1, 0], 0), .. new RecordCodec(next).Seal(23, [7, 8, 9], 0)]);

        RawToeCompletion update = bench.Receive();
        Expect.Equal((update.Status, update.ContentType, update.Length), (0, 22, 5), "status, type and length of the KeyUpdate");
        uint waiting = bench.Post(16384);
        bench.Toe.Run();
        Expect.That(!bench.Toe.HasEnded(waiting), "nothing is opened before the host has switched");
        Expect.Equal(bench.Toe.End(bench.Toe.SwitchTls(bench.Handle, bench.Toe.Context(next), receive: true), "SWITCH_TLS").Status, 0, "the status of the second SWITCH_TLS");
        RawToeCompletion record = bench.Toe.End(waiting, "RECEIVE");
        Expect.Equal((record.Status, record.ContentType, record.Length, record.Number), (0, 23, 3, 0ul), "status, type, length and number of the first record under the next key");

        bench.Peer.Send([.. new RecordCodec(next).Seal(22, [4, 0, 0, 0], 1), .. new RecordCodec(next).Seal(23, [1], 2)]);
        Expect.Equal(bench.Receive().ContentType, 22, "the type of a ticket");
        Expect.Equal(bench.Toe.End(bench.Post(16384, resume: 1), "RECEIVE that resumes").ContentType, 23, "the type of the record behind it");
    }

    /// <summary>A connection with keys for the peer's records.</summary>
    private sealed class Bench
    {
        private readonly RecordCodec _codec;

        public Bench(DeviceCase c, TlsVersion version, TlsCipher cipher)
        {
            RawCard card = ToeCases.PowerUp(c);
            Toe = new RawToe(card);
            Peer = Toe.Established(out ulong handle);
            Handle = handle;
            FlowKeys keys = CaseKeys.Draw(c.Seed, "toe", version, cipher);
            _codec = new RecordCodec(keys);
            Context = Toe.Context(keys);
            Buffer = card.Rig.Bus.AllocateDma(16384);
        }

        public RawToe Toe { get; }

        public PeerConnection Peer { get; }

        public ulong Handle { get; }

        public ulong Context { get; }

        public DmaBuffer Buffer { get; }

        public byte[] Seal(byte type, ReadOnlySpan<byte> content, ulong number) => _codec.Seal(type, content, number);

        public uint Switch(ulong offset = ulong.MaxValue) => Toe.SwitchTls(Handle, Context, receive: true, offset: offset);

        public uint Post(int length, byte resume = 0) => Toe.Transfer(RawToe.Receive, Handle, Buffer.BusAddress, length, resume);

        public RawToeCompletion Receive() => Toe.End(Post(16384), "RECEIVE");
    }
}
