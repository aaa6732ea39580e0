namespace NicEmu.Net;

/// <summary>Checks a received frame layer by layer and hands it to whom it concerns.</summary>
internal sealed class FrameReader(NetStackConfig config, NetStack stack, ControlResponder responder)
{
    private readonly MacAddress _solicitedMac = MacAddress.ForMulticast(config.Ipv6Address.SolicitedNode());
    private readonly MacAddress _allNodesMac = MacAddress.Parse("33:33:00:00:00:01");

    public DropReason Read(ReadOnlySpan<byte> frame, int mark, bool checksumVerified)
    {
        if (!EthernetHeader.TryRead(frame, out EthernetHeader ethernet)) return DropReason.EthernetTruncated;
        bool forUs = ethernet.Destination == config.Mac || ethernet.Destination == MacAddress.Broadcast
            || (config.Ipv6Address.Length != 0 && (ethernet.Destination == _solicitedMac || ethernet.Destination == _allNodesMac));
        if (!forUs) return DropReason.NotOurMac;
        if (ethernet.VlanId != (config.VlanId ?? -1)) return DropReason.VlanMismatch;
        ReadOnlySpan<byte> packet = frame[ethernet.Length..];
        switch (ethernet.EtherType)
        {
            case EtherType.Arp when config.Ipv4Address.Length != 0:
                DropReason reason = responder.OnArp(packet, out NeighborHint hint);
                stack.Learn(hint);
                return reason;
            case EtherType.Ipv4 when config.Ipv4Address.Length != 0:
                return ReadIpv4(packet, ethernet, mark, checksumVerified);
            case EtherType.Ipv6 when config.Ipv6Address.Length != 0:
                return ReadIpv6(packet, ethernet, mark, checksumVerified);
            default:
                return DropReason.UnknownEtherType;
        }
    }

    private DropReason ReadIpv4(ReadOnlySpan<byte> packet, in EthernetHeader ethernet, int mark, bool checksumVerified)
    {
        DropReason reason = Ipv4Header.Read(packet, !checksumVerified, out Ipv4Header ip);
        if (reason != DropReason.None) return reason;
        if (ip.Destination != config.Ipv4Address) return DropReason.NotOurIp;
        if (IsBadSource(ip.Source, config.Ipv4Address)) return DropReason.BadSourceAddress;
        ReadOnlySpan<byte> upper = packet[ip.HeaderLength..ip.TotalLength];
        return ip.Protocol switch
        {
            IpProtocol.Tcp => ReadTcp(upper, ip.Source, ip.Destination, ethernet, mark, checksumVerified, ethernet.Length + ip.HeaderLength),
            // A ping to a group MAC would be answered by every host of the link.
            IpProtocol.Icmp when ethernet.Destination == config.Mac => responder.OnIcmp(upper, ip, ethernet.Source),
            _ => DropReason.UnknownProtocol,
        };
    }

    private DropReason ReadIpv6(ReadOnlySpan<byte> packet, in EthernetHeader ethernet, int mark, bool checksumVerified)
    {
        DropReason reason = Ipv6Header.Read(packet, out Ipv6Header ip);
        if (reason != DropReason.None) return reason;
        if (ip.Source.IsMulticast || ip.Source == config.Ipv6Address) return DropReason.BadSourceAddress;
        ReadOnlySpan<byte> upper = packet[ip.UpperOffset..(Ipv6Header.FixedLength + ip.PayloadLength)];
        if (ip.UpperProtocol == IpProtocol.Icmpv6)
        {
            if (ip.Destination != config.Ipv6Address && !ip.Destination.IsMulticast) return DropReason.NotOurIp;
            reason = responder.OnIcmpv6(upper, ip, ethernet.Source, out NeighborHint hint);
            stack.Learn(hint);
            return reason;
        }

        if (ip.Destination != config.Ipv6Address) return DropReason.NotOurIp;
        if (ip.Source.IsUnspecified) return DropReason.BadSourceAddress;
        return ip.UpperProtocol == IpProtocol.Tcp
            ? ReadTcp(upper, ip.Source, ip.Destination, ethernet, mark, checksumVerified, ethernet.Length + ip.UpperOffset) : DropReason.UnknownProtocol;
    }

    private DropReason ReadTcp(
        ReadOnlySpan<byte> bytes, in IpAddress source, in IpAddress destination, in EthernetHeader ethernet, int mark, bool checksumVerified, int frameOffset)
    {
        if (ethernet.Destination != config.Mac) return DropReason.NotOurMac;
        if (!TcpHeader.TryRead(bytes, out TcpHeader header)) return DropReason.TcpMalformed;
        if (!checksumVerified)
        {
            var sum = new InternetChecksum();
            sum.AddPseudoHeader(source, destination, IpProtocol.Tcp, bytes.Length);
            sum.Add(bytes);
            if (!sum.IsValid) return DropReason.TcpChecksum;
        }

        if (!TcpOptions.TryRead(bytes[TcpHeader.MinimumLength..header.HeaderLength], out TcpOptions options)) return DropReason.TcpOptionMalformed;
        if (header.SourcePort == 0 || header.DestinationPort == 0) return DropReason.TcpMalformed;
        var tuple = new TcpTuple(destination, header.DestinationPort, source, header.SourcePort);
        return stack.Deliver(tuple, new TcpSegment(header, options, bytes[header.HeaderLength..], mark, frameOffset + header.HeaderLength), ethernet.Source);
    }

    private static bool IsBadSource(in IpAddress source, in IpAddress own) =>
        source.IsMulticast || source.IsUnspecified || source.IsLimitedBroadcast || source == own;
}
