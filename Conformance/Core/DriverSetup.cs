namespace NicEmu.Conformance.Core;

/// <summary>The machine that a driver case wants.</summary>
public sealed record DriverSetup
{
    /// <summary>Whether machine and peer talk IPv6.</summary>
    public bool Ipv6 { get; init; }

    /// <summary>VLAN of both; null for none.</summary>
    public int? VlanId { get; init; }

    /// <summary>Largest IP packet in bytes.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>Whether the card cuts long segments.</summary>
    public bool SegmentationOffload { get; init; } = true;

    /// <summary>Whether sending may be offloaded.</summary>
    public bool OffloadTx { get; init; } = true;

    /// <summary>Whether receiving may be offloaded.</summary>
    public bool OffloadRx { get; init; } = true;

    /// <summary>Interval of interrupt moderation in microseconds, so that several frames wait when the driver looks; 0 for none.</summary>
    public int ModerationUs { get; init; }

    /// <summary>Queue pairs that the driver uses.</summary>
    public int QueuePairs { get; init; } = 1;

    /// <summary>Descriptors of a transmit ring as a power of two.</summary>
    public int TxRingLog2 { get; init; } = 8;

    /// <summary>Descriptors of a receive ring as a power of two.</summary>
    public int RxRingLog2 { get; init; } = 8;

    /// <summary>Bits of CAP_TLS (0x0030) that the card does not have: it shows zeros, and refuses what belongs to them.</summary>
    public uint HiddenCapabilities { get; init; }

    /// <summary>Longest record content.</summary>
    public int MaxRecordPayload { get; init; } = 16384;

    /// <summary>Name of the strategy for retransmissions; null for the driver's default. Needs <see cref="Spec.Testing.DriverAbilities.Strategies"/>.</summary>
    public string? Strategy { get; init; }

    /// <summary>Percentage of retransmitted bytes above which a connection moves to software; null for a suite that wants none of that (100).</summary>
    public int RetransmitLimitPercent { get; init; } = 100;

    /// <summary>Whether a second port, with a card of its own, is there.</summary>
    public bool SecondPort { get; init; }
}
