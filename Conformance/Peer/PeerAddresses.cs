using NicEmu.Net;

namespace NicEmu.Conformance.Peer;

/// <summary>Addresses of the machine under test and of our end: those that documents may use (RFC 5737, RFC 3849).</summary>
public static class PeerAddresses
{
    /// <summary>IPv4 address of the machine.</summary>
    public static IpAddress Machine4 { get; } = IpAddress.Parse("192.0.2.1");

    /// <summary>IPv4 address of our end.</summary>
    public static IpAddress Peer4 { get; } = IpAddress.Parse("192.0.2.2");

    /// <summary>IPv6 address of the machine.</summary>
    public static IpAddress Machine6 { get; } = IpAddress.Parse("2001:db8::1");

    /// <summary>IPv6 address of our end.</summary>
    public static IpAddress Peer6 { get; } = IpAddress.Parse("2001:db8::2");

    /// <summary>Ethernet address of our end.</summary>
    public static MacAddress PeerMac { get; } = MacAddress.Parse("02:7e:57:00:00:02");
}
