namespace NicEmu.Net;

/// <summary>IP protocol and IPv6 next-header numbers (IANA registry).</summary>
public static class IpProtocol
{
    /// <summary>IPv6 hop-by-hop options, RFC 8200 §4.3.</summary>
    public const byte HopByHop = 0;

    /// <summary>ICMP for IPv4, RFC 792.</summary>
    public const byte Icmp = 1;

    /// <summary>TCP, RFC 9293.</summary>
    public const byte Tcp = 6;

    /// <summary>IPv6 fragment header, RFC 8200 §4.5.</summary>
    public const byte Fragment = 44;

    /// <summary>ICMPv6, RFC 4443.</summary>
    public const byte Icmpv6 = 58;

    /// <summary>IPv6 destination options, RFC 8200 §4.6.</summary>
    public const byte DestinationOptions = 60;
}
