namespace NicEmu.DeviceModel.Port;

/// <summary>Everything that a driver configures of a port. Immutable: a personality composes a new one from its registers.</summary>
internal sealed record PortConfiguration
{
    /// <summary>Least MTU in bytes (RFC 791).</summary>
    public const int MinMtu = 68;

    /// <summary>Own address: first byte on the wire in bits 47..40.</summary>
    public ulong MacAddress { get; init; }

    /// <summary>Further unicast addresses that are taken in, as <see cref="MacAddress"/>.</summary>
    public ReadOnlyMemory<ulong> UnicastFilters { get; init; }

    /// <summary>Multicast hash filter, bits 63..0: bit n takes addresses whose Ethernet CRC-32 has the upper seven bits n.</summary>
    public ulong MulticastHashLow { get; init; }

    /// <summary>Multicast hash filter, bits 127..64.</summary>
    public ulong MulticastHashHigh { get; init; }

    /// <summary>Take every frame.</summary>
    public bool Promiscuous { get; init; }

    /// <summary>Take every multicast frame.</summary>
    public bool AllMulticast { get; init; }

    /// <summary>Take broadcast frames.</summary>
    public bool Broadcast { get; init; } = true;

    /// <summary>Payload bytes of the longest frame, VLAN tags apart: 68 to the device's greatest.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>Remove the outer IEEE 802.1Q tag of received frames.</summary>
    public bool VlanStrip { get; init; }

    /// <summary>Receive-side scaling.</summary>
    public RssConfiguration Rss { get; init; } = RssConfiguration.Off;

    /// <summary>Frames from the wire are taken in.</summary>
    public bool RxEnable { get; init; }

    /// <summary>Frames are sent; else every chain completes as flushed.</summary>
    public bool TxEnable { get; init; }

    /// <summary>The same configuration with arrays of its own.</summary>
    public PortConfiguration Copy() => this with
    {
        UnicastFilters = UnicastFilters.ToArray(),
        Rss = Rss with { Key = Rss.Key.ToArray(), Table = Rss.Table.ToArray() },
    };
}
