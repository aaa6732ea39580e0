using System.Buffers.Binary;
using NicEmu.Driver.Crypto;
using NicEmu.Driver.Ktls;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NicEmu.Spec.Tls;

namespace NicEmu.Tests.Unit.Driver.Ktls.Strategies;

/// <summary>A transmit session over a stream that only remembers and a poster that writes down, with segments by offset from the first record.</summary>
internal sealed class TxHarness : IDisposable
{
    // Wraps within the first records.
    public const uint Start = 0xFFFF_FF00;
    public const ulong Handle = 0xABCD;
    public const ulong FirstNumber = 7;

    /// <summary>5 + 1000 + 1 + 16: a record of 1000 bytes in TLS 1.3.</summary>
    public const int RecordLength = 1022;

    private readonly List<Action<bool>> _answers = [];
    private readonly List<int> _lengths = [];

    public TxHarness(TxSessionOptions options, TlsVersion version = TlsVersion.Tls13, TlsCipher cipher = TlsCipher.Aes128Gcm)
    {
        Info = KtlsFixture.Info(version, cipher, FirstNumber);
        Session = new(Info, Stream, Handle, Counters, options with
        {
            Update = (sequence, number, done) =>
            {
                Updates.Add(((int)(sequence - Start), number));
                _answers.Add(done);
            },
            Degraded = Reasons.Add,
            Resumed = () => Resumed++,
        });
    }

    public TlsCryptoInfo Info { get; }

    public KtlsCounters Counters { get; } = new();

    public FakeStream Stream { get; } = new(Start, 1 << 24);

    public RecordingPoster Poster { get; } = new();

    public KtlsTxSession Session { get; }

    /// <summary>Places that the card was told, by offset and record number.</summary>
    public List<(int Offset, ulong Number)> Updates { get; } = [];

    public List<KtlsFallbackReason> Reasons { get; } = [];

    public int Resumed { get; private set; }

    public string Log => string.Join(", ", Poster.Log);

    /// <summary>Offset of the card's place.</summary>
    public int Expected => (int)(Session.Expected - Start);

    /// <summary>Writes records of 1000 bytes.</summary>
    /// <returns>Records taken.</returns>
    public int Write(int records, int payload = 1000)
    {
        int taken = Session.Send(TlsContentType.ApplicationData, KtlsFixture.Pattern(records * payload, 3), payload) / payload;
        for (int i = 0; i < taken; i++) _lengths.Add(RecordFraming.Length(Info.Layout, payload));
        return taken;
    }

    public TxVerdict Transmit(int offset, int length, int mss = 0) =>
        Session.Transmit(Segment(Start + (uint)offset, Stream.Bytes.AsSpan(offset, length), mss), Poster);

    public static TxSegment Segment(uint sequence, ReadOnlySpan<byte> payload, int mss = 0) =>
        new() { Headers = Headers(sequence, payload.Length), Payload = payload, Sequence = sequence, Mss = mss };

    public bool Refuse(int offset, int length, TxStatus status = TxStatus.NotInSequence)
    {
        byte[] headers = Headers(Start + (uint)offset, length);
        byte[] frame = [.. headers, .. Stream.Bytes.AsSpan(offset, length)];
        return Session.OnFailure(new TxFailure { Status = status, Opcode = TxOpcode.Data, Handle = Handle, Frame = frame, HeaderLength = headers.Length }, new byte[length]);
    }

    /// <summary>Answers the oldest open command.</summary>
    public void Answer(bool taken)
    {
        Action<bool> done = _answers[0];
        _answers.RemoveAt(0);
        done(taken);
    }

    /// <summary>What the stream is on the wire, by the driver's own cipher.</summary>
    public byte[] Wire()
    {
        byte[] wire = Stream.Bytes;
        using var cipher = new RecordCipher(Info);
        int at = 0;
        for (int i = 0; i < _lengths.Count; at += _lengths[i++]) cipher.Seal(FirstNumber + (ulong)i, wire.AsSpan(at, _lengths[i]));
        return wire;
    }

    public void Dispose() => Session.Dispose();

    /// <summary>Ethernet, IPv4 and TCP with FIN, PSH and ACK.</summary>
    private static byte[] Headers(uint sequence, int payloadLength)
    {
        var headers = new byte[54];
        headers[12] = 0x08;
        headers[14] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(headers.AsSpan(16), (ushort)(40 + payloadLength));
        headers[23] = 6;
        BinaryPrimitives.WriteUInt32BigEndian(headers.AsSpan(38), sequence);
        headers[46] = 0x50;
        headers[47] = 0x19;
        return headers;
    }
}
