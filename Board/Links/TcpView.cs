using System.Buffers.Binary;

namespace NicEmu.Board.Links;

/// <summary>What the simulated network knows of a TCP segment. Frames are hostile: nothing is read past their end.</summary>
internal readonly ref struct TcpView
{
    private const int EthernetLength = 14;
    private const byte TcpProtocol = 6;

    public ushort SourcePort { get; private init; }

    public ushort DestinationPort { get; private init; }

    public uint Sequence { get; private init; }

    public uint Acknowledgment { get; private init; }

    public byte Flags { get; private init; }

    public ReadOnlySpan<byte> Payload { get; private init; }

    /// <summary>Bytes from the TCP header's first to the payload's first.</summary>
    public int HeaderLength { get; private init; }

    public bool IsSyn => (Flags & 0x02) != 0;

    public bool IsFin => (Flags & 0x01) != 0;

    /// <summary>Whether a port is the one of either end; 0 is any.</summary>
    public bool HasPort(ushort port) => port == 0 || SourcePort == port || DestinationPort == port;

    public static bool TryParse(ReadOnlySpan<byte> frame, out TcpView view)
    {
        view = default;
        if (frame.Length < EthernetLength + 20)
        {
            return false;
        }

        ushort type = BinaryPrimitives.ReadUInt16BigEndian(frame[12..]);
        ReadOnlySpan<byte> packet = frame[EthernetLength..];
        if (type == 0x8100)
        {
            type = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
            packet = packet[4..];
        }

        return type switch
        {
            0x0800 => TryIpv4(packet, out view),
            0x86DD => TryIpv6(packet, out view),
            _ => false,
        };
    }

    private static bool TryIpv4(ReadOnlySpan<byte> packet, out TcpView view)
    {
        view = default;
        if (packet.Length < 20)
        {
            return false;
        }

        int header = (packet[0] & 0x0F) * 4;
        int total = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        bool isFragment = (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x3FFF) != 0;
        return header >= 20 && total >= header && total <= packet.Length && packet[9] == TcpProtocol && !isFragment
            && TryTcp(packet[header..total], out view);
    }

    private static bool TryIpv6(ReadOnlySpan<byte> packet, out TcpView view)
    {
        view = default;
        if (packet.Length < 40 || packet[6] != TcpProtocol)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(packet[4..]);
        return length <= packet.Length - 40 && TryTcp(packet.Slice(40, length), out view);
    }

    private static bool TryTcp(ReadOnlySpan<byte> segment, out TcpView view)
    {
        view = default;
        if (segment.Length < 20)
        {
            return false;
        }

        int header = (segment[12] >> 4) * 4;
        if (header < 20 || header > segment.Length)
        {
            return false;
        }

        view = new TcpView
        {
            SourcePort = BinaryPrimitives.ReadUInt16BigEndian(segment),
            DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(segment[2..]),
            Sequence = BinaryPrimitives.ReadUInt32BigEndian(segment[4..]),
            Acknowledgment = BinaryPrimitives.ReadUInt32BigEndian(segment[8..]),
            Flags = segment[13],
            HeaderLength = header,
            Payload = segment[header..],
        };
        return true;
    }
}
