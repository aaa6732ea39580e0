using System.Buffers.Binary;

namespace NicEmu.Conformance.Oracle;

/// <summary>A TCP segment in a frame, found with code of its own. Frames are hostile: nothing is read past their end.</summary>
internal readonly ref struct WireSegment
{
    private const int EthernetLength = 14;
    private const int Tcp = 6;

    public FlowKey Flow { get; private init; }

    public uint Sequence { get; private init; }

    public bool IsSyn { get; private init; }

    public ReadOnlySpan<byte> Payload { get; private init; }

    private ReadOnlySpan<byte> Packet { get; init; }

    public ushort SourcePort => (ushort)(Flow.Ports >> 16);

    public ushort DestinationPort => (ushort)Flow.Ports;

    /// <summary>Finds the segment.</summary>
    /// <param name="frame">Ethernet frame.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="isWhole">False for a chain before segmentation, whose IP lengths say nothing: the payload goes to the frame's end.</param>
    public static bool TryParse(ReadOnlySpan<byte> frame, out WireSegment segment, bool isWhole = true)
    {
        segment = default;
        if (frame.Length < EthernetLength + 4)
        {
            return false;
        }

        int at = 12;
        while (BinaryPrimitives.ReadUInt16BigEndian(frame[at..]) is 0x8100 or 0x88A8)
        {
            at += 4;
            if (frame.Length < at + 2)
            {
                return false;
            }
        }

        ReadOnlySpan<byte> packet = frame[(at + 2)..];
        return BinaryPrimitives.ReadUInt16BigEndian(frame[at..]) switch
        {
            0x0800 => TryIpv4(packet, isWhole, out segment),
            0x86DD => TryIpv6(packet, isWhole, out segment),
            _ => false,
        };
    }

    /// <summary>Whether the IPv4 header's and the TCP checksum are right (RFC 1071, RFC 9293 §3.1).</summary>
    public bool IsIntact()
    {
        if (Packet[0] >> 4 == 4)
        {
            int header = (Packet[0] & 0x0F) * 4;
            ReadOnlySpan<byte> rest = Packet[header..];
            return Fold(Sum(Packet[..header], 0)) == 0xFFFF && Fold(Sum(rest, Sum(Packet[12..20], Tcp + (uint)rest.Length))) == 0xFFFF;
        }

        ReadOnlySpan<byte> transport = Packet[(40 + ExtensionLength(Packet))..];
        return Fold(Sum(transport, Sum(Packet[8..40], Tcp + (uint)transport.Length))) == 0xFFFF;
    }

    private static bool TryIpv4(ReadOnlySpan<byte> packet, bool isWhole, out WireSegment segment)
    {
        segment = default;
        if (packet.Length < 20)
        {
            return false;
        }

        int header = (packet[0] & 0x0F) * 4;
        int total = isWhole ? BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) : packet.Length;
        bool isFragment = (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x3FFF) != 0;
        return header >= 20 && total >= header && total <= packet.Length && packet[9] == Tcp && !isFragment
            && TryTcp(packet[..total], header, BinaryPrimitives.ReadUInt32BigEndian(packet[12..]), BinaryPrimitives.ReadUInt32BigEndian(packet[16..]), out segment);
    }

    private static bool TryIpv6(ReadOnlySpan<byte> packet, bool isWhole, out WireSegment segment)
    {
        segment = default;
        if (packet.Length < 40)
        {
            return false;
        }

        int total = isWhole ? 40 + BinaryPrimitives.ReadUInt16BigEndian(packet[4..]) : packet.Length;
        if (total > packet.Length || ExtensionLength(packet[..total]) is not (>= 0 and int extensions))
        {
            return false;
        }

        return TryTcp(packet[..total], 40 + extensions, BinaryPrimitives.ReadUInt128BigEndian(packet[8..]), BinaryPrimitives.ReadUInt128BigEndian(packet[24..]), out segment);
    }

    /// <summary>Bytes of hop-by-hop, routing and destination options before TCP (RFC 8200 §4); -1 when TCP does not follow.</summary>
    private static int ExtensionLength(ReadOnlySpan<byte> packet)
    {
        int next = packet[6];
        int at = 40;
        while (next is 0 or 43 or 60)
        {
            if (packet.Length < at + 8)
            {
                return -1;
            }

            next = packet[at];
            at += (packet[at + 1] + 1) * 8;
        }

        return next == Tcp && at <= packet.Length ? at - 40 : -1;
    }

    private static bool TryTcp(ReadOnlySpan<byte> packet, int at, UInt128 source, UInt128 destination, out WireSegment segment)
    {
        segment = default;
        if (packet.Length < at + 20)
        {
            return false;
        }

        ReadOnlySpan<byte> tcp = packet[at..];
        int header = (tcp[12] >> 4) * 4;
        if (header < 20 || header > tcp.Length)
        {
            return false;
        }

        segment = new WireSegment
        {
            Flow = new FlowKey(source, destination, BinaryPrimitives.ReadUInt32BigEndian(tcp)),
            Sequence = BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]),
            IsSyn = (tcp[13] & 0x02) != 0,
            Payload = tcp[header..],
            Packet = packet,
        };
        return true;
    }

    private static uint Sum(ReadOnlySpan<byte> bytes, uint sum)
    {
        for (; bytes.Length >= 2; bytes = bytes[2..])
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        }

        return bytes.IsEmpty ? sum : sum + ((uint)bytes[0] << 8);
    }

    private static uint Fold(uint sum)
    {
        sum = (sum & 0xFFFF) + (sum >> 16);
        return (sum & 0xFFFF) + (sum >> 16);
    }
}
