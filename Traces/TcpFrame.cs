using System.Buffers.Binary;

namespace NicEmu.Traces;

/// <summary>The TCP segment in an Ethernet frame: IPv4 or IPv6, with or without VLAN tags, not fragmented.</summary>
public readonly ref struct TcpFrame
{
    private const int EthernetHeader = 14;
    private const byte Tcp = 6;

    private TcpFrame(TcpFlow flow, uint sequence, byte flags, ReadOnlySpan<byte> payload)
    {
        Flow = flow;
        Sequence = sequence;
        Flags = flags;
        Payload = payload;
    }

    /// <summary>Addresses and ports.</summary>
    public TcpFlow Flow { get; }

    /// <summary>Sequence number in the header: that of the first payload byte, or of SYN.</summary>
    public uint Sequence { get; }

    /// <summary>The eight flag bits, FIN lowest (RFC 9293 §3.1).</summary>
    public byte Flags { get; }

    /// <summary>Whether SYN is set.</summary>
    public bool IsSyn => (Flags & 0x02) != 0;

    /// <summary>The payload without Ethernet padding.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>Finds the TCP segment in a frame. The IP length may be zero, as in a frame handed over for segmentation.</summary>
    /// <param name="frame">Ethernet frame; any bytes.</param>
    /// <param name="segment">The segment.</param>
    /// <returns>False when the frame holds no complete TCP header.</returns>
    public static bool TryParse(ReadOnlySpan<byte> frame, out TcpFrame segment)
    {
        segment = default;
        if (frame.Length < EthernetHeader)
        {
            return false;
        }

        int at = 12;
        ushort type = BinaryPrimitives.ReadUInt16BigEndian(frame[at..]);
        while (type is 0x8100 or 0x88A8 && frame.Length >= at + 6)
        {
            at += 4;
            type = BinaryPrimitives.ReadUInt16BigEndian(frame[at..]);
        }

        ReadOnlySpan<byte> packet = frame[(at + 2)..];
        return type switch
        {
            0x0800 => TryParseIpv4(packet, out segment),
            0x86DD => TryParseIpv6(packet, out segment),
            _ => false,
        };
    }

    private static bool TryParseIpv4(ReadOnlySpan<byte> packet, out TcpFrame segment)
    {
        segment = default;
        if (packet.Length < 20 || packet[0] >> 4 != 4 || packet[9] != Tcp)
        {
            return false;
        }

        int header = (packet[0] & 0x0F) * 4;
        bool fragment = (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x3FFF) != 0;
        int total = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        total = total == 0 ? packet.Length : Math.Min(total, packet.Length);
        if (header < 20 || header > total || fragment)
        {
            return false;
        }

        UInt128 source = BinaryPrimitives.ReadUInt32BigEndian(packet[12..]);
        UInt128 destination = BinaryPrimitives.ReadUInt32BigEndian(packet[16..]);
        return TryParseTcp(packet[header..total], false, source, destination, out segment);
    }

    private static bool TryParseIpv6(ReadOnlySpan<byte> packet, out TcpFrame segment)
    {
        segment = default;
        if (packet.Length < 40 || packet[0] >> 4 != 6)
        {
            return false;
        }

        int payload = BinaryPrimitives.ReadUInt16BigEndian(packet[4..]);
        int end = payload == 0 ? packet.Length : Math.Min(40 + payload, packet.Length);
        int at = 40;
        byte next = packet[6];
        while (next is 0 or 43 or 60 && at + 8 <= end) // hop-by-hop, routing, destination options (RFC 8200 §4)
        {
            next = packet[at];
            at += 8 + (packet[at + 1] * 8);
        }

        if (next != Tcp || at > end)
        {
            return false;
        }

        UInt128 source = BinaryPrimitives.ReadUInt128BigEndian(packet[8..]);
        UInt128 destination = BinaryPrimitives.ReadUInt128BigEndian(packet[24..]);
        return TryParseTcp(packet[at..end], true, source, destination, out segment);
    }

    private static bool TryParseTcp(ReadOnlySpan<byte> tcp, bool isIpv6, UInt128 source, UInt128 destination, out TcpFrame segment)
    {
        segment = default;
        if (tcp.Length < 20 || (tcp[12] >> 4) * 4 is int header && (header < 20 || header > tcp.Length))
        {
            return false;
        }

        var flow = new TcpFlow(
            isIpv6,
            source,
            destination,
            BinaryPrimitives.ReadUInt16BigEndian(tcp),
            BinaryPrimitives.ReadUInt16BigEndian(tcp[2..]));
        segment = new TcpFrame(flow, BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]), tcp[13], tcp[((tcp[12] >> 4) * 4)..]);
        return true;
    }
}
