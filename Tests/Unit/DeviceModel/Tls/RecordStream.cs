using NicEmu.Spec.Tls;

namespace NicEmu.Tests.Unit.DeviceModel.Tls;

/// <summary>A stream of records in both forms: framed plaintext as a driver hands it down, and the wire as the oracle makes it.</summary>
internal sealed class RecordStream
{
    private readonly List<byte> _plain = [];
    private readonly List<byte> _wire = [];
    private readonly Random _random;
    private int? _nonceSeed;

    public RecordStream(TlsVersion version, TlsCipher cipher, ulong firstNumber, uint startSequence, int seed)
    {
        _random = new Random(seed);
        Layout = new TlsRecordLayout(version, cipher);
        Key = new byte[Layout.KeyLength];
        Iv = new byte[12];
        _random.NextBytes(Key);
        _random.NextBytes(Iv);
        FirstNumber = firstNumber;
        StartSequence = startSequence;
    }

    public TlsRecordLayout Layout { get; }

    public byte[] Key { get; }

    public byte[] Iv { get; }

    public ulong FirstNumber { get; }

    public uint StartSequence { get; }

    /// <summary>Offset, length and number of every record.</summary>
    public List<(int Offset, int Length, ulong Number)> Records { get; } = [];

    public byte[] Plain => [.. _plain];

    public byte[] Wire => [.. _wire];

    public int Length => _wire.Count;

    public uint Sequence(int offset) => StartSequence + (uint)offset;

    /// <summary>Index of the record that holds a byte.</summary>
    public int RecordAt(int offset) => Records.FindIndex(r => offset >= r.Offset && offset < r.Offset + r.Length);

    public RecordStream Add(int payloadLength, byte type = 23)
    {
        byte[] payload = new byte[payloadLength];
        _random.NextBytes(payload);
        return Add(payload, type);
    }

    public RecordStream Add(ReadOnlySpan<byte> payload, byte type = 23)
    {
        byte[] framed = Frame(payload, type);
        byte[] wire = Seal(framed);
        Records.Add((_wire.Count, wire.Length, NextNumber));
        _wire.AddRange(wire);
        _plain.AddRange(framed);

        // What a receiver may be given: plaintext, with framing and tag as on the wire.
        Opened.AddRange(framed.AsSpan(0, framed.Length - 16));
        Opened.AddRange(wire.AsSpan(wire.Length - 16));
        return this;
    }

    /// <summary>Adds a record whose payload is chosen so that given bytes stand on the wire: what a sender can do who knows the key.</summary>
    public RecordStream AddWithCiphertext(ReadOnlySpan<byte> ciphertext)
    {
        int state = _random.Next();
        _nonceSeed = state;
        int prefix = Layout.PrefixLength;
        byte[] keystream = Seal(Frame(new byte[ciphertext.Length], 23));
        byte[] payload = new byte[ciphertext.Length];
        for (int i = 0; i < payload.Length; i++)
        {
            payload[i] = (byte)(keystream[prefix + i] ^ ciphertext[i]);
        }

        _nonceSeed = state;
        return Add(payload);
    }

    private ulong NextNumber => unchecked(FirstNumber + (ulong)Records.Count);

    private byte[] Seal(byte[] framed) => RecordOracle.Seal(Layout.Version, Layout.Cipher, Key, Iv, NextNumber, framed);

    private byte[] Frame(ReadOnlySpan<byte> payload, byte type)
    {
        bool isTls13 = Layout.Version == TlsVersion.Tls13;
        int lengthField = Layout.LengthFieldFor(payload.Length);
        byte[] framed = new byte[5 + lengthField];
        framed[0] = isTls13 ? (byte)23 : type;
        framed[1] = 3;
        framed[2] = 3;
        framed[3] = (byte)(lengthField >> 8);
        framed[4] = (byte)lengthField;
        int prefix = 5;
        if (Layout.ExplicitNonceLength > 0)
        {
            new Random(_nonceSeed ?? _random.Next()).NextBytes(framed.AsSpan(5, 8));
            _nonceSeed = null;
            prefix = 13;
        }

        payload.CopyTo(framed.AsSpan(prefix));
        if (isTls13)
        {
            framed[prefix + payload.Length] = type;
        }

        // The driver leaves a pattern where the tag will be; it must never be seen on the wire.
        framed.AsSpan(framed.Length - 16).Fill(0xA5);
        return framed;
    }

    /// <summary>Plaintext with framing and tags as on the wire.</summary>
    public List<byte> Opened { get; } = [];

    /// <summary>Cuts the whole stream into pieces of random lengths.</summary>
    public List<(int Offset, int Length)> Cut(Random random, int longest)
    {
        var cuts = new List<(int, int)>();
        for (int offset = 0; offset < Length;)
        {
            int length = Math.Min(Length - offset, random.Next(4) == 0 ? 1 + random.Next(20) : 1 + random.Next(longest));
            cuts.Add((offset, length));
            offset += length;
        }

        return cuts;
    }
}
