using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Peer;
using NicEmu.Net;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Testing;
using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Card;

/// <summary>A transmit context driven by hand, the records that are handed to it, and what they must be on the wire.</summary>
public sealed class RawTxStream
{
    private readonly RawCard _card;
    private readonly List<byte> _plain = [];
    private readonly List<byte> _wire = [];
    private readonly List<int> _records = [];

    /// <summary>Creates key and context.</summary>
    /// <param name="card">The card, powered up.</param>
    /// <param name="seed">Decides the keys.</param>
    /// <param name="version">TLS version.</param>
    /// <param name="cipher">Record protection.</param>
    /// <param name="start">TCP sequence number of the first record.</param>
    /// <param name="queue">Transmit queue.</param>
    /// <param name="mode">0 sequence-tracked, 1 positional, 2 range.</param>
    /// <exception cref="CaseFailedException">The card refuses.</exception>
    public RawTxStream(RawCard card, ulong seed, TlsVersion version = TlsVersion.Tls13, TlsCipher cipher = TlsCipher.Aes128Gcm, uint start = 1000, ushort queue = 0, byte mode = 0)
    {
        ArgumentNullException.ThrowIfNull(card);
        (_card, Start) = (card, start);
        Keys = CaseKeys.Draw(seed, $"tx/{start}/{version}/{cipher}/{mode}", version, cipher);
        Codec = new RecordCodec(Keys);
        card.Tx(queue);
        Expect.Equal(card.KeyCreate(Keys, out ulong key), 0u, "the status of KEY_CREATE");
        Expect.Equal(card.TxCreate(Keys, key, start, out ulong handle, queue, mode), 0u, "the status of TX_CREATE");
        (Key, Handle) = (key, handle);
    }

    /// <summary>The keys.</summary>
    public FlowKeys Keys { get; }

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

    /// <summary>The stream as it must be on the wire.</summary>
    public ReadOnlySpan<byte> Wire => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_wire);

    /// <summary>Appends a record to the stream; nothing is sent.</summary>
    /// <param name="content">Its content.</param>
    /// <param name="type">Content type.</param>
    /// <param name="filler">Byte that stands where the tag will be.</param>
    /// <returns>Offset of its first byte.</returns>
    public int Add(ReadOnlySpan<byte> content, byte type = 23, byte filler = 0xEE)
    {
        int at = _wire.Count;
        byte[] record = Codec.Seal(type, content, (ulong)_records.Count);
        _records.Add(at);
        _wire.AddRange(record);
        _plain.AddRange(Codec.Framed(record, type, content, filler));
        return at;
    }

    /// <summary>Framed plaintext of a range.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes.</param>
    public byte[] Plain(int offset, int length) => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_plain).Slice(offset, length).ToArray();

    /// <summary>DATA with a range of the stream behind ordinary IPv4 headers.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="mss">Payload of one frame; 0 does not cut.</param>
    public byte[] Data(int offset, int length, ushort mss = 0)
    {
        byte[] frame = RawFrames.Tcp(Start + (uint)offset, Plain(offset, length));
        return RawTxQueue.Data(Put(frame), (uint)frame.Length, Handle, RawFrames.HeaderLength, (uint)offset, mss);
    }

    /// <summary>POSITION at a record.</summary>
    /// <param name="record">0 for the first.</param>
    /// <param name="advance">Whether the range becomes the context's place.</param>
    public byte[] Position(int record, bool advance = false)
    {
        int at = _records[record];
        ulong nonce = Keys.Version == TlsVersion.Tls12 && Keys.Cipher != TlsCipher.ChaCha20Poly1305 ? System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(Wire[(at + 5)..]) : 0;
        ushort length = System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(Wire[(at + 3)..]);
        return RawTxQueue.Bare(0x12, Handle, flags: (byte)(advance ? 4 : 0)).U8(2, Wire[at]).U32(16, Start + (uint)at).U16(20, length).U16(22, 0x0303).U64(24, (ulong)record).U64(32, nonce).Span.ToArray();
    }

    /// <summary>REPLAY of a range of the stream.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes.</param>
    public byte[] Replay(int offset, int length) =>
        RawTxQueue.Bare(0x13, Handle, flags: 0).U8(2, 1).U64(32, Put(Plain(offset, length))).U32(40, (uint)length).Span.ToArray();

    /// <summary>Takes the frames of this stream that left, and demands of each byte that it is what it must be.</summary>
    /// <param name="what">What was sent.</param>
    /// <param name="unwrap">Takes away what the reader of frames does not know; null for nothing.</param>
    /// <returns>Offset and length of each frame's payload.</returns>
    /// <exception cref="CaseFailedException">A frame is malformed, or carries other bytes.</exception>
    public IReadOnlyList<(int Offset, int Length)> TakeFrames(string what, Func<byte[], byte[]>? unwrap = null)
    {
        var frames = new List<(int, int)>();
        while (_card.Rig.Wire.TryTakeFromDevice(out byte[] frame))
        {
            bool isTcp = FrameCodec.TryRead(unwrap is null ? frame : unwrap(frame), out _, out TcpHeader header, out _, out byte[] payload, out string? flaw);
            Expect.That(isTcp && flaw is null, $"the frame of {what} is well-formed ({flaw})");
            int offset = (int)(header.Sequence - Start);
            Expect.That(offset >= 0 && offset + payload.Length <= Length, $"the frame of {what} is of the stream");
            Expect.Bytes(payload, Wire.Slice(offset, payload.Length), $"the payload of {what}");
            frames.Add((offset, payload.Length));
        }

        return frames;
    }

    /// <summary>Posts descriptors and demands that every completion has a status.</summary>
    /// <param name="status">The status.</param>
    /// <param name="what">What is posted.</param>
    /// <param name="descriptors">64 bytes each.</param>
    /// <param name="queue">Transmit queue.</param>
    public void Post(byte status, string what, byte[][] descriptors, int queue = 0)
    {
        IReadOnlyList<RawCompletion> completions = _card.Tx(queue).Post(descriptors);
        Expect.AtLeast(completions.Count, 1, $"the number of completions of {what}");
        foreach (RawCompletion completion in completions) Expect.Equal(completion.Status, status, $"the status of {what}");
    }

    /// <summary>Bytes in memory that the card may read, for as long as it lives.</summary>
    private ulong Put(byte[] bytes)
    {
        DmaBuffer buffer = _card.Rig.Bus.AllocateDma(bytes.Length);
        bytes.CopyTo(buffer.Span);
        return buffer.BusAddress;
    }
}
