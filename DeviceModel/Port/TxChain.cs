using System.Buffers.Binary;
using NicEmu.Spec.Core;
using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Port;

/// <summary>One chain in the port's queue: the bytes before segmentation, TLS already done, and how far it has been sent. Slots are used again.</summary>
internal sealed class TxChain
{
    private byte[] _buffer = [];

    /// <summary>Headers and payload.</summary>
    public Span<byte> Bytes => _buffer.AsSpan(0, Length);

    /// <summary>Bytes of the chain.</summary>
    public int Length { get; private set; }

    /// <summary>Where the headers lie.</summary>
    public FrameLayout Layout;

    /// <summary>What was asked for.</summary>
    public TxOffloads Offloads;

    /// <summary>Greatest payload of one segment; 0 without segmentation.</summary>
    public int Mss;

    /// <summary>Tag to insert.</summary>
    public ushort VlanTci;

    /// <summary>Transmit queue that it came from.</summary>
    public int Queue;

    /// <summary>TLS context that encrypted the payload; 0 for none.</summary>
    public ulong Handle;

    /// <summary>Set only when the TLS engine has accepted the payload: a chain with a handle leaves in no other state.</summary>
    public bool IsProtected;

    /// <summary>TCP sequence number of the first payload byte.</summary>
    public uint Sequence;

    /// <summary>Number of the record that ends at <see cref="RecordEnd"/>.</summary>
    public ulong RecordNumber;

    /// <summary>Payload offset at which that record ends and the next header begins.</summary>
    public int RecordEnd;

    /// <summary>Number of the next frame to send.</summary>
    public int NextFrame;

    /// <summary>Frames that the chain makes.</summary>
    public int FrameCount => SegmentationEngine.FrameCount(Layout.PayloadLength, Mss);

    /// <summary>Starts a new chain in the slot.</summary>
    /// <param name="bytes">Headers and payload, which are copied.</param>
    public void Load(ReadOnlySpan<byte> bytes)
    {
        if (_buffer.Length < bytes.Length)
        {
            _buffer = new byte[Math.Max(2048, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)bytes.Length))];
        }

        bytes.CopyTo(_buffer);
        Length = bytes.Length;
        Layout = default;
        Offloads = TxOffloads.None;
        Mss = 0;
        VlanTci = 0;
        Queue = 0;
        Handle = 0;
        IsProtected = false;
        Sequence = 0;
        RecordNumber = 0;
        RecordEnd = 0;
        NextFrame = 0;
    }

    /// <summary>Takes bytes off the front of the payload. What is left goes out with lengths that are written anew.</summary>
    /// <param name="count">Bytes, fewer than the payload has.</param>
    public void Skip(int count)
    {
        if (count == 0)
        {
            return;
        }

        Bytes[(Layout.PayloadOffset + count)..].CopyTo(Bytes[Layout.PayloadOffset..]);
        Length -= count;
        Layout.PacketEnd -= count;
        if (Mss == 0)
        {
            // One segment of what is left: the way in which the engine writes lengths.
            Offloads |= TxOffloads.Segmentation;
            Mss = Layout.PayloadLength;
        }
    }

    /// <summary>Bytes of a frame on the wire, without frame check sequence.</summary>
    /// <param name="index">Number of the frame.</param>
    public int FrameLength(int index)
    {
        int length = Mss == 0 ? Length : Layout.PayloadOffset + SegmentationEngine.PayloadOf(Length - Layout.PayloadOffset, Mss, index).Length;
        return (Offloads & TxOffloads.VlanInsert) != 0 ? length + FrameParser.VlanTagLength : length;
    }

    /// <summary>Number of the record that holds a payload byte; asked in ascending order. Record headers stay readable in ciphertext.</summary>
    /// <param name="offset">Offset in the payload.</param>
    public ulong RecordAt(int offset)
    {
        ReadOnlySpan<byte> payload = Bytes[Layout.PayloadOffset..];
        while (RecordEnd <= offset)
        {
            int lengthAt = RecordEnd + TlsRecordLayout.HeaderLength - sizeof(ushort);
            RecordNumber++;
            RecordEnd = lengthAt + sizeof(ushort) <= payload.Length
                ? lengthAt + sizeof(ushort) + BinaryPrimitives.ReadUInt16BigEndian(payload[lengthAt..])
                : int.MaxValue;
        }

        return RecordNumber;
    }

    /// <summary>The chain's state, copied.</summary>
    public TxChainSnapshot Save() =>
        new([.. Bytes], Layout, Offloads, Mss, VlanTci, Queue, Handle, IsProtected, Sequence, RecordNumber, RecordEnd, NextFrame);

    /// <summary>Puts a saved state back.</summary>
    /// <param name="snapshot">The state.</param>
    public void Restore(TxChainSnapshot snapshot)
    {
        Load(snapshot.Bytes.AsSpan());
        Layout = snapshot.Layout;
        Offloads = snapshot.Offloads;
        Mss = snapshot.Mss;
        VlanTci = snapshot.VlanTci;
        Queue = snapshot.Queue;
        Handle = snapshot.Handle;
        IsProtected = snapshot.IsProtected;
        Sequence = snapshot.Sequence;
        RecordNumber = snapshot.RecordNumber;
        RecordEnd = snapshot.RecordEnd;
        NextFrame = snapshot.NextFrame;
    }
}
