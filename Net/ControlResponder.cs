using System.Buffers.Binary;

namespace NicEmu.Net;

/// <summary>Answers ARP, ICMP echo, ICMPv6 echo and neighbor solicitations, and asks for neighbours' addresses.</summary>
internal sealed class ControlResponder(NetStackConfig config, FrameWriter writer, AnswerQueue answers)
{
    private const byte EchoReply = 0;
    private const byte EchoRequest = 8;
    private const byte EchoRequestV6 = 128;
    private const byte EchoReplyV6 = 129;
    private const byte NeighborSolicitation = 135;
    private const byte NeighborAdvertisement = 136;
    private const byte SourceLinkLayer = 1;
    private const byte TargetLinkLayer = 2;
    private const int DiscoveryLength = 32;

    // RFC 4861 §7.1: a smaller hop limit proves that the packet passed a router.
    private const byte OnLinkHopLimit = 255;

    private static readonly IpAddress AllNodes = IpAddress.Parse("ff02::1");

    /// <summary>RFC 826, packet reception. The sender's mapping is offered to the neighbour table.</summary>
    public DropReason OnArp(ReadOnlySpan<byte> bytes, out NeighborHint hint)
    {
        hint = default;
        if (!ArpPacket.TryRead(bytes, out ArpPacket packet)) return DropReason.ArpMalformed;
        if (packet.SenderMac.IsMulticast || packet.SenderIp.IsMulticast || packet.SenderIp == config.Ipv4Address) return DropReason.BadSourceAddress;
        bool forUs = packet.TargetIp == config.Ipv4Address;
        // RFC 5227 §2.1.1: a probe has no sender address, but it is answered.
        if (!packet.SenderIp.IsUnspecified) hint = new(packet.SenderIp, packet.SenderMac, forUs);
        if (!forUs) return DropReason.NotOurIp;
        if (packet.Operation != ArpPacket.Request) return DropReason.None;
        return SendArp(packet.SenderMac, new()
        {
            Operation = ArpPacket.Reply,
            SenderMac = config.Mac,
            SenderIp = config.Ipv4Address,
            TargetMac = packet.SenderMac,
            TargetIp = packet.SenderIp,
        });
    }

    /// <summary>RFC 792: an echo reply returns the request's bytes.</summary>
    public DropReason OnIcmp(ReadOnlySpan<byte> message, in Ipv4Header ip, MacAddress sourceMac)
    {
        if (message.Length < 8 || InternetChecksum.Compute(message) != 0) return DropReason.IcmpMalformed;
        if (message[0] != EchoRequest || message[1] != 0) return DropReason.IcmpIgnored;
        return SendIcmp(sourceMac, config.Ipv4Address, ip.Source, IpProtocol.Icmp, EchoReply, message);
    }

    /// <summary>RFC 4443 §4 and RFC 4861 §7.</summary>
    public DropReason OnIcmpv6(ReadOnlySpan<byte> message, in Ipv6Header ip, MacAddress sourceMac, out NeighborHint hint)
    {
        hint = default;
        if (message.Length < 8) return DropReason.IcmpMalformed;
        var sum = new InternetChecksum();
        sum.AddPseudoHeader(ip.Source, ip.Destination, IpProtocol.Icmpv6, message.Length);
        sum.Add(message);
        if (!sum.IsValid) return DropReason.IcmpMalformed;
        switch (message[0])
        {
            case EchoRequestV6 when message[1] == 0 && ip.Source is { IsMulticast: false, IsUnspecified: false }:
                return SendIcmp(sourceMac, config.Ipv6Address, ip.Source, IpProtocol.Icmpv6, EchoReplyV6, message);
            case NeighborSolicitation or NeighborAdvertisement:
                return OnDiscovery(message, ip, sourceMac, out hint);
            default:
                return DropReason.IcmpIgnored;
        }
    }

    /// <summary>An ARP request or neighbor solicitation.</summary>
    public DropReason Solicit(in IpAddress target)
    {
        if (!target.IsIpv6)
            return SendArp(MacAddress.Broadcast, new() { Operation = ArpPacket.Request, SenderMac = config.Mac, SenderIp = config.Ipv4Address, TargetIp = target });
        IpAddress group = target.SolicitedNode();
        return SendDiscovery(MacAddress.ForMulticast(group), group, NeighborSolicitation, 0, target, SourceLinkLayer);
    }

    private DropReason OnDiscovery(
        ReadOnlySpan<byte> message, in Ipv6Header ip, MacAddress sourceMac, out NeighborHint hint)
    {
        hint = default;
        if (ip.HopLimit != OnLinkHopLimit || message[1] != 0 || message.Length < 24) return DropReason.IcmpMalformed;
        var target = IpAddress.ReadIpv6(message[8..]);
        bool solicitation = message[0] == NeighborSolicitation;
        if (target.IsMulticast || !TryFindLinkLayer(message[24..], solicitation ? SourceLinkLayer : TargetLinkLayer, out MacAddress? mac))
            return DropReason.IcmpMalformed;
        if (!solicitation)
        {
            if (target == config.Ipv6Address || mac is not { IsMulticast: false }) return DropReason.IcmpIgnored;
            hint = new(target, mac.Value, false);
            return DropReason.None;
        }

        if (target != config.Ipv6Address) return DropReason.NotOurIp;
        // §7.2.4: to the sender, or to all nodes when it has no address yet (duplicate address detection).
        if (ip.Source.IsUnspecified)
        {
            return mac is not null ? DropReason.IcmpMalformed
                : SendDiscovery(MacAddress.ForMulticast(AllNodes), AllNodes, NeighborAdvertisement, 0x20, target, TargetLinkLayer);
        }

        if (mac is { IsMulticast: false }) hint = new(ip.Source, mac.Value, true);
        return SendDiscovery(sourceMac, ip.Source, NeighborAdvertisement, 0x60, target, TargetLinkLayer);
    }

    /// <summary>RFC 4861 §4.6; false for an option of length 0 or beyond the end, which §7.1 orders to discard.</summary>
    private static bool TryFindLinkLayer(ReadOnlySpan<byte> options, byte type, out MacAddress? mac)
    {
        mac = null;
        while (options.Length > 0)
        {
            if (options.Length < 8 || options[1] == 0 || options[1] * 8 > options.Length) return false;
            if (options[0] == type && options[1] == 1) mac = MacAddress.Read(options[2..]);
            options = options[(options[1] * 8)..];
        }

        return true;
    }

    private DropReason SendArp(MacAddress destination, in ArpPacket packet)
    {
        Span<byte> frame = answers.Reserve();
        if (frame.IsEmpty) return DropReason.AnswerQueueFull;
        int at = writer.WriteEthernet(frame, destination, EtherType.Arp);
        packet.Write(frame[at..]);
        answers.Commit(at + ArpPacket.Length);
        return DropReason.None;
    }

    private DropReason SendIcmp(MacAddress mac, in IpAddress source, in IpAddress destination, byte protocol, byte type, ReadOnlySpan<byte> request)
    {
        Span<byte> frame = answers.Reserve();
        if (frame.IsEmpty) return DropReason.AnswerQueueFull;
        if (request.Length + FrameWriter.MaximumHeaderBytes > frame.Length) return DropReason.IcmpMalformed;
        int at = writer.WriteIp(frame, mac, source, destination, protocol, request.Length);
        Span<byte> message = frame.Slice(at, request.Length);
        request.CopyTo(message);
        message[0] = type;
        Finish(message, source, destination, protocol);
        answers.Commit(at + request.Length);
        return DropReason.None;
    }

    private DropReason SendDiscovery(MacAddress mac, in IpAddress destination, byte type, byte flags, in IpAddress target, byte optionType)
    {
        Span<byte> frame = answers.Reserve();
        if (frame.IsEmpty) return DropReason.AnswerQueueFull;
        int at = writer.WriteIp(frame, mac, config.Ipv6Address, destination, IpProtocol.Icmpv6, DiscoveryLength, OnLinkHopLimit);
        Span<byte> message = frame.Slice(at, DiscoveryLength);
        message.Clear();
        message[0] = type;
        message[4] = flags;
        target.Write(message[8..]);
        message[24] = optionType;
        message[25] = 1;
        config.Mac.Write(message[26..]);
        Finish(message, config.Ipv6Address, destination, IpProtocol.Icmpv6);
        answers.Commit(at + DiscoveryLength);
        return DropReason.None;
    }

    private static void Finish(Span<byte> message, in IpAddress source, in IpAddress destination, byte protocol)
    {
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], 0);
        var sum = new InternetChecksum();
        if (protocol == IpProtocol.Icmpv6) sum.AddPseudoHeader(source, destination, protocol, message.Length);
        sum.Add(message);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], sum.Value);
    }
}
