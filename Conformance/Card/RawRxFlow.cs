using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Spec.Testing;
using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Card;

/// <summary>A receive context driven by hand, the stream of records that its sender sends, and what each packet of it must look like.</summary>
public sealed class RawRxFlow
{
    private readonly RawCard _card;
    private readonly List<byte> _wire = [];
    private readonly List<byte> _plain = [];
    private readonly List<int> _records = [];
    private readonly ushort _remotePort;

    /// <summary>Creates key and context and activates the rule.</summary>
    /// <param name="card">The card, powered up.</param>
    /// <param name="seed">Decides the keys.</param>
    /// <param name="version">TLS version.</param>
    /// <param name="cipher">Record protection.</param>
    /// <param name="start">TCP sequence number of the first record.</param>
    /// <param name="remotePort">TCP port of the sender; another one for each context.</param>
    /// <param name="budgetBytes">Bytes before an unanswered request expires; 0 for the card's default.</param>
    /// <param name="budgetUs">Microseconds before an unanswered request expires; 0 for the card's default.</param>
    /// <exception cref="CaseFailedException">The card refuses.</exception>
    public RawRxFlow(RawCard card, ulong seed, TlsVersion version = TlsVersion.Tls13, TlsCipher cipher = TlsCipher.Aes128Gcm, uint start = 1000, ushort remotePort = RawFrames.PeerPort, uint budgetBytes = 0, uint budgetUs = 0)
    {
        ArgumentNullException.ThrowIfNull(card);
        (_card, Start, _remotePort) = (card, start, remotePort);
        FlowKeys keys = CaseKeys.Draw(seed, $"rx/{remotePort}/{version}/{cipher}", version, cipher);
        Codec = new RecordCodec(keys);
        // The queue first: packets of the rule need buffers.
        card.Rx();
        Expect.Equal(card.KeyCreate(keys, out ulong key), 0u, "the status of KEY_CREATE");
        Expect.Equal(card.RxCreate(keys, key, start, remotePort, RawFrames.CardPort, out ulong handle, budgetBytes, budgetUs), 0u, "the status of RX_CREATE");
        Expect.Equal(card.Submit(49, handle), 0u, "the status of RX_ACTIVATE");
        (Key, Handle) = (key, handle);
    }

    /// <summary>Seals records.</summary>
    public RecordCodec Codec { get; }

    /// <summary>Handle of the key.</summary>
    public ulong Key { get; }

    /// <summary>Handle of the context.</summary>
    public ulong Handle { get; }

    /// <summary>TCP sequence number of the first record.</summary>
    public uint Start { get; }

    /// <summary>Bytes of all records so far.</summary>
    public int Length => _wire.Count;

    /// <summary>The stream as on the wire.</summary>
    public ReadOnlySpan<byte> Wire => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_wire);

    /// <summary>Offset in the stream at which a record begins.</summary>
    /// <param name="record">0 for the first.</param>
    public int OffsetOf(int record) => _records[record];

    /// <summary>Appends a record to the stream; nothing is sent.</summary>
    /// <param name="content">Its content.</param>
    /// <param name="flip">Offset in the record of a byte to spoil; -1 for none.</param>
    /// <returns>Offset of its first byte.</returns>
    public int Add(ReadOnlySpan<byte> content, int flip = -1)
    {
        int at = _wire.Count;
        byte[] record = Codec.Seal(23, content, (ulong)_records.Count);
        if (flip >= 0) record[flip] ^= 0x10;
        _records.Add(at);
        _wire.AddRange(record);
        // Header, explicit nonce, inner type and tag stay; the content is replaced.
        byte[] image = [.. record];
        content.CopyTo(image.AsSpan(Codec.PrefixLength));
        if (Codec.Overhead == Codec.PrefixLength + 17) image[Codec.PrefixLength + content.Length] = 23;
        _plain.AddRange(image);
        return at;
    }

    /// <summary>Appends a record of the same framing whose ciphertext is chosen: it cannot be authentic.</summary>
    /// <param name="body">What stands between header and tag.</param>
    /// <returns>Offset of its first byte.</returns>
    public int AddFake(ReadOnlySpan<byte> body)
    {
        int at = Add(body);
        body.CopyTo(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_wire)[(at + Codec.PrefixLength)..]);
        return at;
    }

    /// <summary>Number of the record that begins at an offset; -1 when none does.</summary>
    /// <param name="offset">Offset in the stream.</param>
    public int RecordAt(int offset) => _records.IndexOf(offset);

    /// <summary>Offset of the first record that begins at an offset or behind it; the stream's end when none does.</summary>
    /// <param name="offset">Offset in the stream.</param>
    public int NextRecord(int offset)
    {
        foreach (int record in _records)
        {
            if (record >= offset) return record;
        }

        return Length;
    }

    /// <summary>Builds the packet of a range of the stream.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes.</param>
    public byte[] Packet(int offset, int length) => RawFrames.FromPeer(Start + (uint)offset, Wire.Slice(offset, length), _remotePort);

    /// <summary>Delivers a range of the stream as one packet.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes.</param>
    /// <exception cref="CaseFailedException">Not exactly one completion comes.</exception>
    public RawRxCompletion Deliver(int offset, int length) => Deliver(Packet(offset, length));

    /// <summary>Delivers a packet.</summary>
    /// <param name="packet">The packet.</param>
    /// <exception cref="CaseFailedException">Not exactly one completion comes.</exception>
    public RawRxCompletion Deliver(byte[] packet)
    {
        IReadOnlyList<RawRxCompletion> completions = _card.Rx().Deliver(packet);
        Expect.Equal(completions.Count, 1, "the number of completions for one packet");
        return completions[0];
    }

    /// <summary>Delivers a range and demands that it comes decrypted.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="what">What the packet is.</param>
    public void ExpectDecrypted(int offset, int length, string what)
    {
        RawRxCompletion completion = Deliver(offset, length);
        Expect.Equal(completion.Verdict, (byte)1, $"the verdict on {what} (reason {completion.Reason})");
        Expect.Equal(completion.Handle, Handle, $"the context of {what}");
        Expect.Bytes(completion.Frame.AsSpan(RawFrames.HeaderLength), System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_plain).Slice(offset, length), what);
    }

    /// <summary>Delivers a range and demands that it comes as on the wire, without the mark.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="what">What the packet is.</param>
    /// <returns>Its completion.</returns>
    public RawRxCompletion ExpectUntouched(int offset, int length, string what)
    {
        RawRxCompletion completion = Deliver(offset, length);
        Expect.That(completion.Verdict != 1, $"{what} is not marked as decrypted");
        Expect.Bytes(completion.Frame, Packet(offset, length), what);
        return completion;
    }

    /// <summary>Tells the context about a record.</summary>
    /// <param name="kind">0 refusal, 1 acknowledgement, 2 hint.</param>
    /// <param name="sequence">TCP sequence number of the record's first byte.</param>
    /// <param name="number">Its number.</param>
    /// <returns>Status of the descriptor.</returns>
    public byte Answer(byte kind, uint sequence, ulong number)
    {
        IReadOnlyList<RawCompletion> completions = _card.Tx().Post(RawTxQueue.Bare(0x16, Handle).U8(2, kind).U32(16, sequence).U64(24, number).Span.ToArray());
        Expect.Equal(completions.Count, 1, "the number of completions of an answer");
        return completions[0].Status;
    }
}
