using System.Buffers.Binary;

namespace NicEmu.DeviceModel.Port;

/// <summary>Finds the headers of an Ethernet frame: up to two VLAN tags, IPv4 with options, IPv6 with extension headers, TCP, UDP. Any bytes are accepted.</summary>
internal static class FrameParser
{
    /// <summary>Destination, source and type.</summary>
    public const int EthernetHeaderLength = 14;

    /// <summary>IEEE 802.1Q tag.</summary>
    public const int VlanTagLength = 4;

    /// <summary>Protocol identifier of an IEEE 802.1Q tag.</summary>
    public const ushort VlanTpid = 0x8100;

    private const ushort ServiceTpid = 0x88A8;
    private const ushort Ipv4Type = 0x0800;
    private const ushort Ipv6Type = 0x86DD;
    private const int Ipv4MinLength = 20;
    private const int Ipv6Length = 40;
    private const int TcpMinLength = 20;
    private const int UdpLength = 8;
    private const int MaxExtensionHeaders = 8;

    /// <summary>Parses a frame whose IP header tells its length.</summary>
    /// <param name="frame">The frame.</param>
    public static FrameLayout Parse(ReadOnlySpan<byte> frame) => Parse(frame, false);

    /// <summary>Parses a frame before segmentation, which ends with its last byte whatever the IP header says: 64 KiB do not fit its length field.</summary>
    /// <param name="frame">The frame.</param>
    public static FrameLayout ParseUnsegmented(ReadOnlySpan<byte> frame) => Parse(frame, true);

    private static FrameLayout Parse(ReadOnlySpan<byte> frame, bool toLastByte)
    {
        FrameLayout layout = default;
        layout.Verdict = FrameVerdict.Truncated;
        if (frame.Length < EthernetHeaderLength)
        {
            return layout;
        }

        int typeOffset = 12;
        ushort type = BinaryPrimitives.ReadUInt16BigEndian(frame[typeOffset..]);
        while (type is VlanTpid or ServiceTpid && layout.VlanTags < 2)
        {
            typeOffset += VlanTagLength;
            if (frame.Length < typeOffset + 2)
            {
                return layout;
            }

            layout.VlanTags++;
            type = BinaryPrimitives.ReadUInt16BigEndian(frame[typeOffset..]);
        }

        layout.L3Offset = typeOffset + 2;
        layout.Verdict = type switch
        {
            Ipv4Type => ParseIpv4(frame, toLastByte, ref layout),
            Ipv6Type => ParseIpv6(frame, toLastByte, ref layout),
            _ => FrameVerdict.NotIp,
        };
        return layout;
    }

    private static FrameVerdict ParseIpv4(ReadOnlySpan<byte> frame, bool toLastByte, ref FrameLayout layout)
    {
        ReadOnlySpan<byte> packet = frame[layout.L3Offset..];
        layout.IpVersion = 4;
        if (packet.Length < Ipv4MinLength)
        {
            return FrameVerdict.Truncated;
        }

        int headerLength = (packet[0] & 0xF) * 4;
        if (packet[0] >> 4 != 4 || headerLength < Ipv4MinLength)
        {
            return FrameVerdict.Malformed;
        }

        int totalLength = toLastByte ? packet.Length : BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        if (totalLength > packet.Length || headerLength > packet.Length)
        {
            return FrameVerdict.Truncated;
        }

        if (totalLength < headerLength)
        {
            return FrameVerdict.Malformed;
        }

        layout.L4Offset = layout.L3Offset + headerLength;
        layout.PacketEnd = layout.L3Offset + totalLength;

        // RFC 791 §3.1: more fragments, or an offset.
        bool isFragment = (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x3FFF) != 0;
        return isFragment ? FrameVerdict.Ok : ParseL4(frame, packet[9], toLastByte, ref layout);
    }

    private static FrameVerdict ParseIpv6(ReadOnlySpan<byte> frame, bool toLastByte, ref FrameLayout layout)
    {
        ReadOnlySpan<byte> packet = frame[layout.L3Offset..];
        layout.IpVersion = 6;
        if (packet.Length < Ipv6Length)
        {
            return FrameVerdict.Truncated;
        }

        if (packet[0] >> 4 != 6)
        {
            return FrameVerdict.Malformed;
        }

        int length = toLastByte ? packet.Length : Ipv6Length + BinaryPrimitives.ReadUInt16BigEndian(packet[4..]);
        if (length > packet.Length)
        {
            return FrameVerdict.Truncated;
        }

        packet = packet[..length];
        layout.PacketEnd = layout.L3Offset + length;
        byte next = packet[6];
        int offset = Ipv6Length;
        for (int i = 0; i < MaxExtensionHeaders && IsExtension(next); i++)
        {
            if (packet.Length < offset + 8)
            {
                return FrameVerdict.Truncated;
            }

            // RFC 8200 §4.4, §4.5: the final destination is not in the header, or the packet is in pieces.
            if ((next == 43 && packet[offset + 3] != 0) || (next == 44 && (BinaryPrimitives.ReadUInt16BigEndian(packet[(offset + 2)..]) & 0xFFF9) != 0))
            {
                layout.L4Offset = layout.L3Offset + offset;
                return FrameVerdict.Ok;
            }

            int headerLength = next switch
            {
                44 => 8,
                51 => (packet[offset + 1] + 2) * 4,
                _ => (packet[offset + 1] + 1) * 8,
            };
            next = packet[offset];
            offset += headerLength;
            if (packet.Length < offset)
            {
                return FrameVerdict.Truncated;
            }
        }

        layout.L4Offset = layout.L3Offset + offset;
        return ParseL4(frame, next, toLastByte, ref layout);
    }

    // Hop-by-hop options, routing, fragment, authentication, destination options, mobility, HIP, shim6 (RFC 7045 §4).
    private static bool IsExtension(byte protocol) => protocol is 0 or 43 or 44 or 51 or 60 or 135 or 139 or 140;

    private static FrameVerdict ParseL4(ReadOnlySpan<byte> frame, byte protocol, bool toLastByte, ref FrameLayout layout)
    {
        ReadOnlySpan<byte> segment = frame[layout.L4Offset..layout.PacketEnd];
        int headerLength;
        switch (protocol)
        {
            case FrameLayout.Tcp:
                if (segment.Length < TcpMinLength)
                {
                    return FrameVerdict.Truncated;
                }

                headerLength = (segment[12] >> 4) * 4;
                if (headerLength < TcpMinLength)
                {
                    return FrameVerdict.Malformed;
                }

                if (headerLength > segment.Length)
                {
                    return FrameVerdict.Truncated;
                }

                break;
            case FrameLayout.Udp:
                if (segment.Length < UdpLength)
                {
                    return FrameVerdict.Truncated;
                }

                // RFC 768: the length counts the header; what IP carries beyond it is not the datagram's.
                int length = toLastByte ? segment.Length : BinaryPrimitives.ReadUInt16BigEndian(segment[4..]);
                if (length < UdpLength || length > segment.Length)
                {
                    return FrameVerdict.Malformed;
                }

                layout.PacketEnd = layout.L4Offset + length;
                headerLength = UdpLength;
                break;
            default:
                return FrameVerdict.Ok;
        }

        layout.L4Protocol = protocol;
        layout.PayloadOffset = layout.L4Offset + headerLength;
        return FrameVerdict.Ok;
    }
}
