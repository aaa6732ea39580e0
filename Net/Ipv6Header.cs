using System.Buffers.Binary;

namespace NicEmu.Net;

/// <summary>An IPv6 header (RFC 8200 §3) and the extension headers up to the upper layer.</summary>
public readonly record struct Ipv6Header
{
    /// <summary>Bytes of the fixed header.</summary>
    public const int FixedLength = 40;

    /// <summary>Bytes from the version field to the upper-layer header, at least 40.</summary>
    public int UpperOffset { get; init; }

    /// <summary>Bytes behind the fixed header, extension headers included.</summary>
    public int PayloadLength { get; init; }

    /// <summary>Upper-layer protocol behind all extension headers, see <see cref="IpProtocol"/>.</summary>
    public byte UpperProtocol { get; init; }

    /// <summary>Hops left.</summary>
    public byte HopLimit { get; init; }

    /// <summary>Source address.</summary>
    public IpAddress Source { get; init; }

    /// <summary>Destination address.</summary>
    public IpAddress Destination { get; init; }

    /// <summary>Reads a header from the start of a packet that may carry padding behind it; hop-by-hop and destination options are skipped.</summary>
    /// <returns><see cref="DropReason.None"/>, or why the packet has to be dropped.</returns>
    public static DropReason Read(ReadOnlySpan<byte> packet, out Ipv6Header header)
    {
        header = default;
        if (packet.Length < FixedLength || packet[0] >> 4 != 6) return DropReason.IpMalformed;
        int payloadLength = BinaryPrimitives.ReadUInt16BigEndian(packet[4..]);
        int end = FixedLength + payloadLength;
        if (end > packet.Length) return DropReason.IpMalformed;

        byte next = packet[6];
        int offset = FixedLength;
        // Each turn consumes at least eight bytes, so the packet's length bounds the loop.
        while (next is IpProtocol.HopByHop or IpProtocol.DestinationOptions)
        {
            if (offset + 8 > end) return DropReason.IpMalformed;
            next = packet[offset];
            offset += (packet[offset + 1] + 1) * 8;
            if (offset > end) return DropReason.IpMalformed;
        }

        if (next == IpProtocol.Fragment) return DropReason.IpFragment;
        header = new()
        {
            UpperOffset = offset,
            PayloadLength = payloadLength,
            UpperProtocol = next,
            HopLimit = packet[7],
            Source = IpAddress.ReadIpv6(packet[8..]),
            Destination = IpAddress.ReadIpv6(packet[24..]),
        };
        return DropReason.None;
    }

    /// <summary>Writes 40 bytes without extension headers; traffic class and flow label are 0.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, 0x6000_0000);
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], (ushort)PayloadLength);
        destination[6] = UpperProtocol;
        destination[7] = HopLimit;
        Source.Write(destination[8..]);
        Destination.Write(destination[24..]);
    }
}
