using NicEmu.Net;

namespace NicEmu.Firmware.Toe;

/// <summary>Finds the frames that would open a connection.</summary>
internal static class SynFilter
{
    /// <summary>Whether a frame holds a SYN without ACK.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="port">Its destination port.</param>
    public static bool IsOpening(ReadOnlySpan<byte> frame, out ushort port)
    {
        port = 0;
        if (!EthernetHeader.TryRead(frame, out EthernetHeader ethernet))
        {
            return false;
        }

        ReadOnlySpan<byte> packet = frame[ethernet.Length..];
        ReadOnlySpan<byte> segment = default;
        if (ethernet.EtherType == EtherType.Ipv4 && Ipv4Header.Read(packet, false, out Ipv4Header ipv4) == DropReason.None && ipv4.Protocol == IpProtocol.Tcp)
        {
            segment = packet[ipv4.HeaderLength..ipv4.TotalLength];
        }
        else if (ethernet.EtherType == EtherType.Ipv6 && Ipv6Header.Read(packet, out Ipv6Header ipv6) == DropReason.None && ipv6.UpperProtocol == IpProtocol.Tcp)
        {
            segment = packet[ipv6.UpperOffset..(Ipv6Header.FixedLength + ipv6.PayloadLength)];
        }

        if (!TcpHeader.TryRead(segment, out TcpHeader header))
        {
            return false;
        }

        port = header.DestinationPort;
        return (header.Flags & (TcpFlags.Syn | TcpFlags.Ack)) == TcpFlags.Syn;
    }
}
