using System.Buffers.Binary;
using NicEmu.Net;

namespace NicEmu.Conformance.Peer;

/// <summary>Builds and reads the frames of one link: Ethernet, perhaps a VLAN tag, IPv4 or IPv6, TCP.</summary>
/// <param name="vlanId">VLAN of the link; null for none.</param>
public sealed class FrameCodec(int? vlanId)
{
    private const byte Hops = 64;
    private ushort _identification = 1;

    /// <summary>Builds a TCP frame with right checksums.</summary>
    /// <param name="tuple">Our side is the local one.</param>
    /// <param name="destination">Ethernet address of the machine.</param>
    /// <param name="header">TCP header; its length is computed from the options.</param>
    /// <param name="options">TCP options.</param>
    /// <param name="payload">TCP payload.</param>
    public byte[] Build(in TcpTuple tuple, MacAddress destination, in TcpHeader header, in TcpOptions options, ReadOnlySpan<byte> payload)
    {
        int headerLength = TcpHeader.MinimumLength + options.EncodedLength;
        int ipLength = tuple.RemoteAddress.IsIpv6 ? Ipv6Header.FixedLength : Ipv4Header.MinimumLength;
        var ethernet = new EthernetHeader
        {
            Destination = destination,
            Source = PeerAddresses.PeerMac,
            VlanId = vlanId ?? -1,
            EtherType = tuple.RemoteAddress.IsIpv6 ? EtherType.Ipv6 : EtherType.Ipv4,
        };
        var frame = new byte[ethernet.Length + ipLength + headerLength + payload.Length];
        int at = ethernet.Write(frame);
        WriteIp(frame.AsSpan(at), tuple, headerLength + payload.Length);
        Span<byte> tcp = frame.AsSpan(at + ipLength);
        (header with { HeaderLength = headerLength }).Write(tcp);
        options.Write(tcp[TcpHeader.MinimumLength..]);
        payload.CopyTo(tcp[headerLength..]);
        var sum = new InternetChecksum();
        sum.AddPseudoHeader(tuple.LocalAddress, tuple.RemoteAddress, IpProtocol.Tcp, tcp.Length);
        sum.Add(tcp);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[TcpHeader.ChecksumOffset..], sum.Value);
        return frame;
    }

    /// <summary>Reads a TCP frame and checks its checksums.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="tuple">Receives addresses and ports; the receiver's side is the local one.</param>
    /// <param name="header">Receives the TCP header.</param>
    /// <param name="options">Receives the options.</param>
    /// <param name="payload">Receives the payload.</param>
    /// <param name="flaw">Receives what is wrong with a frame that claims to be TCP; null when nothing is.</param>
    /// <returns>False for what is not TCP, or is wrong.</returns>
    public static bool TryRead(ReadOnlySpan<byte> frame, out TcpTuple tuple, out TcpHeader header, out TcpOptions options, out byte[] payload, out string? flaw)
    {
        (tuple, header, options, payload, flaw) = (default, default, default, [], null);
        if (!EthernetHeader.TryRead(frame, out EthernetHeader ethernet)) return false;
        ReadOnlySpan<byte> packet = frame[ethernet.Length..];
        IpAddress source;
        IpAddress destination;
        ReadOnlySpan<byte> tcp;
        if (ethernet.EtherType == EtherType.Ipv4)
        {
            if (packet.Length < Ipv4Header.MinimumLength || packet[9] != IpProtocol.Tcp) return false;
            DropReason wrong = Ipv4Header.Read(packet, true, out Ipv4Header ip);
            if (wrong != DropReason.None)
            {
                flaw = $"IPv4 header: {wrong}";
                return false;
            }

            (source, destination) = (ip.Source, ip.Destination);
            tcp = packet[ip.HeaderLength..ip.TotalLength];
        }
        else if (ethernet.EtherType == EtherType.Ipv6)
        {
            if (Ipv6Header.Read(packet, out Ipv6Header ip) != DropReason.None || ip.UpperProtocol != IpProtocol.Tcp) return false;
            (source, destination) = (ip.Source, ip.Destination);
            tcp = packet[ip.UpperOffset..(Ipv6Header.FixedLength + ip.PayloadLength)];
        }
        else
        {
            return false;
        }

        if (!TcpHeader.TryRead(tcp, out header) || !TcpOptions.TryRead(tcp[TcpHeader.MinimumLength..header.HeaderLength], out options))
        {
            flaw = "the TCP header is malformed";
            return false;
        }

        var sum = new InternetChecksum();
        sum.AddPseudoHeader(source, destination, IpProtocol.Tcp, tcp.Length);
        sum.Add(tcp);
        if (!sum.IsValid)
        {
            flaw = "the TCP checksum is wrong";
            return false;
        }

        tuple = new TcpTuple(destination, header.DestinationPort, source, header.SourcePort);
        payload = tcp[header.HeaderLength..].ToArray();
        return true;
    }

    /// <summary>Answers a request for our Ethernet address.</summary>
    /// <param name="frame">A frame of the machine.</param>
    /// <returns>The answer; null when the frame asks for nothing.</returns>
    public static byte[]? AnswerResolution(ReadOnlySpan<byte> frame)
    {
        if (!EthernetHeader.TryRead(frame, out EthernetHeader ethernet)) return null;
        ReadOnlySpan<byte> packet = frame[ethernet.Length..];
        if (ethernet.EtherType == EtherType.Arp)
        {
            if (!ArpPacket.TryRead(packet, out ArpPacket arp) || arp.Operation != ArpPacket.Request || arp.TargetIp != PeerAddresses.Peer4) return null;
            var answer = new byte[ethernet.Length + ArpPacket.Length];
            int at = (ethernet with { Destination = ethernet.Source, Source = PeerAddresses.PeerMac }).Write(answer);
            new ArpPacket { Operation = ArpPacket.Reply, SenderMac = PeerAddresses.PeerMac, SenderIp = PeerAddresses.Peer4, TargetMac = arp.SenderMac, TargetIp = arp.SenderIp }.Write(answer.AsSpan(at));
            return answer;
        }

        return ethernet.EtherType == EtherType.Ipv6 ? AnswerSolicitation(ethernet, packet) : null;
    }

    // RFC 4861 §4.3, §4.4: type 135 asks for the target, type 136 answers with option 2, the target's link-layer address.
    private static byte[]? AnswerSolicitation(in EthernetHeader ethernet, ReadOnlySpan<byte> packet)
    {
        if (Ipv6Header.Read(packet, out Ipv6Header ip) != DropReason.None || ip.UpperProtocol != IpProtocol.Icmpv6) return null;
        ReadOnlySpan<byte> message = packet[ip.UpperOffset..(Ipv6Header.FixedLength + ip.PayloadLength)];
        if (message.Length < 24 || message[0] != 135 || IpAddress.ReadIpv6(message[8..]) != PeerAddresses.Peer6) return null;
        var answer = new byte[ethernet.Length + Ipv6Header.FixedLength + 32];
        int at = (ethernet with { Destination = ethernet.Source, Source = PeerAddresses.PeerMac }).Write(answer);
        new Ipv6Header { PayloadLength = 32, UpperProtocol = IpProtocol.Icmpv6, HopLimit = 255, Source = PeerAddresses.Peer6, Destination = ip.Source }.Write(answer.AsSpan(at));
        Span<byte> reply = answer.AsSpan(at + Ipv6Header.FixedLength);
        reply[0] = 136;
        reply[4] = 0x60;
        PeerAddresses.Peer6.Write(reply[8..]);
        reply[24] = 2;
        reply[25] = 1;
        PeerAddresses.PeerMac.Write(reply[26..]);
        var sum = new InternetChecksum();
        sum.AddPseudoHeader(PeerAddresses.Peer6, ip.Source, IpProtocol.Icmpv6, reply.Length);
        sum.Add(reply);
        BinaryPrimitives.WriteUInt16BigEndian(reply[2..], sum.Value);
        return answer;
    }

    private void WriteIp(Span<byte> packet, in TcpTuple tuple, int upperLength)
    {
        if (tuple.RemoteAddress.IsIpv6)
        {
            new Ipv6Header { PayloadLength = upperLength, UpperProtocol = IpProtocol.Tcp, HopLimit = Hops, Source = tuple.LocalAddress, Destination = tuple.RemoteAddress }.Write(packet);
            return;
        }

        new Ipv4Header
        {
            TotalLength = Ipv4Header.MinimumLength + upperLength,
            Identification = _identification++,
            TimeToLive = Hops,
            Protocol = IpProtocol.Tcp,
            Source = tuple.LocalAddress,
            Destination = tuple.RemoteAddress,
        }.Write(packet, true);
    }
}
