using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Testing;
using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Card;

/// <summary>A transmit context of a card driven by hand, and the stream of records that is sent under it.</summary>
public sealed class RawTxFlow
{
    /// <summary>What stands in the place of a tag until the card writes the tag there.</summary>
    public const byte Filler = 0xA5;

    private readonly RawCard _card;
    private readonly ulong _seed;
    private readonly string _label;
    private readonly ushort _queue;
    private uint _cookie;

    /// <summary>Creates key and context.</summary>
    /// <param name="card">The card.</param>
    /// <param name="seed">Decides key and contents.</param>
    /// <param name="label">Another label gives another key.</param>
    /// <param name="start">TCP sequence number of the first record.</param>
    /// <param name="version">TLS version.</param>
    /// <param name="cipher">Record protection.</param>
    /// <param name="number">Number of the first record.</param>
    /// <param name="queue">Transmit queue.</param>
    public RawTxFlow(RawCard card, ulong seed, string label, uint start = 1000, TlsVersion version = TlsVersion.Tls13, TlsCipher cipher = TlsCipher.Aes128Gcm, ulong number = 0, ushort queue = 0)
    {
        ArgumentNullException.ThrowIfNull(card);
        (_card, _seed, _label, _queue, Next, Number) = (card, seed, label, queue, start, number);
        Keys = CaseKeys.Draw(seed, label, version, cipher, number);
        Codec = new RecordCodec(Keys);
        Expect.Equal(card.KeyCreate(Keys, out ulong key), 0u, "the status of KEY_CREATE");
        Expect.Equal(card.TxCreate(Keys, key, start, out ulong context, queue), 0u, "the status of TX_CREATE");
        (Key, Context) = (key, context);
    }

    /// <summary>The key.</summary>
    public FlowKeys Keys { get; }

    /// <summary>Seals as the card must.</summary>
    public RecordCodec Codec { get; }

    /// <summary>Handle of the key object.</summary>
    public ulong Key { get; }

    /// <summary>Handle of the context.</summary>
    public ulong Context { get; }

    /// <summary>TCP sequence number of the next byte of the stream.</summary>
    public uint Next { get; set; }

    /// <summary>Number of the next record.</summary>
    public ulong Number { get; set; }

    /// <summary>Makes the next record.</summary>
    /// <param name="contentLength">Bytes of content.</param>
    /// <returns>What is handed to the card, with filler for the tag, and what must leave it.</returns>
    public (byte[] Framed, byte[] Sealed) Record(int contentLength)
    {
        byte[] content = CaseKeys.Bytes(_seed, $"{_label}/content/{Number}", contentLength);
        byte[] right = Codec.Seal(23, content, Number++);
        return (Codec.Framed(right, 23, content, Filler), right);
    }

    /// <summary>A descriptor that sends a part of the stream as one segment; its buffer stays mapped.</summary>
    /// <param name="sequence">TCP sequence number of the first byte.</param>
    /// <param name="payload">The bytes.</param>
    /// <param name="mss">Payload of one frame; 0 does not cut.</param>
    public byte[] Segment(uint sequence, ReadOnlySpan<byte> payload, ushort mss = 0)
    {
        byte[] frame = RawFrames.Tcp(sequence, payload);
        DmaBuffer buffer = _card.Rig.Bus.AllocateDma(frame.Length);
        frame.CopyTo(buffer.Span);
        return RawTxQueue.Data(buffer.BusAddress, (uint)frame.Length, Context, RawFrames.HeaderLength, ++_cookie, mss);
    }

    /// <summary>Sends the next bytes of the stream.</summary>
    /// <param name="payload">The bytes, framed.</param>
    /// <param name="mss">Payload of one frame; 0 does not cut.</param>
    /// <returns>Status of the completion.</returns>
    public byte Send(ReadOnlySpan<byte> payload, ushort mss = 0)
    {
        byte status = Status(_card.Tx(_queue).Post(Segment(Next, payload, mss)));
        if (status == 0) Next += (uint)payload.Length;
        return status;
    }

    /// <summary>Sends one record and demands that it leaves as it must.</summary>
    /// <param name="contentLength">Bytes of content.</param>
    /// <param name="what">What the bytes are, for the message.</param>
    public void ExpectRecord(int contentLength, string what)
    {
        (byte[] framed, byte[] right) = Record(contentLength);
        Expect.Equal(Send(framed), (byte)0, $"the status of DATA with {what}");
        Expect.Bytes(TakePayload(), right, what);
    }

    /// <summary>TCP payloads of everything that left the card since the last call, in order.</summary>
    public byte[] TakePayload()
    {
        var bytes = new List<byte>();
        while (_card.Rig.Wire.TryTakeFromDevice(out byte[] frame)) bytes.AddRange(frame.AsSpan(RawFrames.HeaderLength));
        return [.. bytes];
    }

    /// <summary>The status of the only completion.</summary>
    /// <param name="completions">What came.</param>
    public static byte Status(IReadOnlyList<RawCompletion> completions)
    {
        ArgumentNullException.ThrowIfNull(completions);
        Expect.Equal(completions.Count, 1, "the number of completions");
        return completions[0].Status;
    }
}
