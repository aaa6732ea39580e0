namespace NicEmu.Net;

/// <summary>Why a received frame, or a segment of it, had no effect. Every value has a counter in <see cref="NetStatistics"/>.</summary>
public enum DropReason
{
    /// <summary>Not dropped.</summary>
    None,

    /// <summary>Ends inside the Ethernet header.</summary>
    EthernetTruncated,

    /// <summary>Addressed to another station.</summary>
    NotOurMac,

    /// <summary>Tagged for a VLAN that is not ours, tagged where none is configured, or untagged where one is.</summary>
    VlanMismatch,

    /// <summary>An EtherType other than ARP, IPv4 and IPv6, or a family without a configured address.</summary>
    UnknownEtherType,

    /// <summary>IP version, header length or total length inconsistent with the frame.</summary>
    IpMalformed,

    /// <summary>IPv4 header checksum wrong.</summary>
    IpChecksum,

    /// <summary>A fragment; reassembly of IP fragments is not offered.</summary>
    IpFragment,

    /// <summary>Addressed to another host.</summary>
    NotOurIp,

    /// <summary>Multicast, broadcast or unspecified source address where a host's address is needed.</summary>
    BadSourceAddress,

    /// <summary>An upper-layer protocol other than TCP and ICMP.</summary>
    UnknownProtocol,

    /// <summary>ARP packet of another hardware or protocol type, or truncated.</summary>
    ArpMalformed,

    /// <summary>ICMP or ICMPv6 message truncated, with a wrong checksum, or of a form that its RFC orders to discard.</summary>
    IcmpMalformed,

    /// <summary>ICMP or ICMPv6 type that is not handled.</summary>
    IcmpIgnored,

    /// <summary>TCP header truncated or data offset out of range.</summary>
    TcpMalformed,

    /// <summary>TCP checksum wrong.</summary>
    TcpChecksum,

    /// <summary>TCP option with a length below 2 or beyond the header.</summary>
    TcpOptionMalformed,

    /// <summary>No connection and no listener; answered by RST unless it was one.</summary>
    NoConnection,

    /// <summary>Listener's backlog full.</summary>
    BacklogFull,

    /// <summary>Outside the receive window (RFC 9293 §3.10.7.4, first check).</summary>
    OutOfWindow,

    /// <summary>Time stamp older than the most recent one (RFC 7323 §5).</summary>
    Paws,

    /// <summary>Time stamp missing on a connection that negotiated it (RFC 7323 §3.2).</summary>
    TimestampMissing,

    /// <summary>RST or SYN that RFC 5961 answers with a challenge ACK instead of obeying.</summary>
    Challenged,

    /// <summary>Acknowledges what was never sent, or lies too far back (RFC 5961 §5).</summary>
    BadAcknowledgment,

    /// <summary>No ACK, SYN or RST flag where the state demands one.</summary>
    BadFlags,

    /// <summary>The reassembly list was full.</summary>
    ReassemblyFull,

    /// <summary>No room for an answer (ARP, ICMP or RST).</summary>
    AnswerQueueFull,
}
