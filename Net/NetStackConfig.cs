namespace NicEmu.Net;

/// <summary>One interface: its addresses, its limits, and what the NIC below takes over.</summary>
public sealed record NetStackConfig
{
    /// <summary>Our MAC address.</summary>
    public required MacAddress Mac { get; init; }

    /// <summary>Our IPv4 address; the default value means IPv4 is off.</summary>
    public IpAddress Ipv4Address { get; init; }

    /// <summary>Bits of the on-link IPv4 prefix.</summary>
    public int Ipv4PrefixLength { get; init; } = 24;

    /// <summary>Next hop for addresses outside the prefix; the default value treats every address as on-link.</summary>
    public IpAddress Ipv4Gateway { get; init; }

    /// <summary>Our IPv6 address; the default value means IPv6 is off.</summary>
    public IpAddress Ipv6Address { get; init; }

    /// <summary>Bits of the on-link IPv6 prefix.</summary>
    public int Ipv6PrefixLength { get; init; } = 64;

    /// <summary>Next hop for addresses outside the prefix; the default value treats every address as on-link.</summary>
    public IpAddress Ipv6Gateway { get; init; }

    /// <summary>Largest IP packet in bytes on the link, 128 to 65535 (1280 at least for real IPv6, RFC 8200 §5).</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>VLAN of this interface, 0 to 4095: frames are sent with this tag and accepted only with it. Null: untagged only.</summary>
    public int? VlanId { get; init; }

    /// <summary>Outgoing IPv4 header and TCP checksum fields are left 0 for the NIC to fill. ARP, ICMP and ND frames are always complete.</summary>
    public bool ChecksumOffload { get; init; }

    /// <summary>Largest TCP payload given to a NIC that segments (TSO), up to 65535; 0 when the NIC does not.</summary>
    public int MaxSegmentOffloadBytes { get; init; }

    /// <summary>Source of initial sequence numbers, time-stamp offsets and ephemeral ports.</summary>
    public ulong Seed { get; init; }

    /// <summary>Parameters of connections that are opened without their own.</summary>
    public TcpConfig Tcp { get; init; } = new();

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Mtu, 128);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Mtu, 65535);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxSegmentOffloadBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxSegmentOffloadBytes, 65535);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(VlanId ?? 0, 4095);
        ArgumentOutOfRangeException.ThrowIfNegative(VlanId ?? 0);
        if (Ipv4Address.Length is not (0 or 4) || Ipv6Address.Length is not (0 or 16)) throw new ArgumentException("Address of the wrong family.");
        Tcp.Validate();
    }
}
