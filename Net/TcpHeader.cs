using System.Buffers.Binary;

namespace NicEmu.Net;

/// <summary>The TCP header without its options (RFC 9293 §3.1).</summary>
public readonly record struct TcpHeader
{
    /// <summary>Bytes of a header without options.</summary>
    public const int MinimumLength = 20;

    /// <summary>Byte offset of the checksum field.</summary>
    public const int ChecksumOffset = 16;

    /// <summary>Source port.</summary>
    public ushort SourcePort { get; init; }

    /// <summary>Destination port.</summary>
    public ushort DestinationPort { get; init; }

    /// <summary>Sequence number of the first byte, or of SYN.</summary>
    public uint Sequence { get; init; }

    /// <summary>Next sequence number expected, if <see cref="TcpFlags.Ack"/> is set.</summary>
    public uint Acknowledgment { get; init; }

    /// <summary>Header length in bytes with options, 20 to 60, a multiple of 4.</summary>
    public int HeaderLength { get; init; }

    /// <summary>Control bits.</summary>
    public TcpFlags Flags { get; init; }

    /// <summary>Window field, not scaled.</summary>
    public ushort Window { get; init; }

    /// <summary>Reads a header; false if the data offset is below 5 or the segment ends inside the header.</summary>
    public static bool TryRead(ReadOnlySpan<byte> segment, out TcpHeader header)
    {
        header = default;
        if (segment.Length < MinimumLength) return false;
        int headerLength = (segment[12] >> 4) * 4;
        if (headerLength < MinimumLength || headerLength > segment.Length) return false;
        header = new()
        {
            SourcePort = BinaryPrimitives.ReadUInt16BigEndian(segment),
            DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(segment[2..]),
            Sequence = BinaryPrimitives.ReadUInt32BigEndian(segment[4..]),
            Acknowledgment = BinaryPrimitives.ReadUInt32BigEndian(segment[8..]),
            HeaderLength = headerLength,
            Flags = (TcpFlags)segment[13],
            Window = BinaryPrimitives.ReadUInt16BigEndian(segment[14..]),
        };
        return true;
    }

    /// <summary>Writes 20 bytes; checksum and urgent pointer are 0.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], DestinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], Acknowledgment);
        destination[12] = (byte)(HeaderLength / 4 << 4);
        destination[13] = (byte)Flags;
        BinaryPrimitives.WriteUInt16BigEndian(destination[14..], Window);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], 0);
    }
}
