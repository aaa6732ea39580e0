using NicEmu.Driver.Ktls;
using NicEmu.Driver.Nic;
using NicEmu.Net;

namespace NicEmu.Driver.Kernel;

/// <summary>A host: its addresses, its card, and what it leaves to the card.</summary>
public sealed record HostOptions
{
    /// <summary>IPv4 address; the default value means IPv4 is off.</summary>
    public IpAddress Ipv4Address { get; init; }

    /// <summary>IPv6 address; the default value means IPv6 is off.</summary>
    public IpAddress Ipv6Address { get; init; }

    /// <summary>VLAN of the host, 0 to 4095; null for none.</summary>
    public int? VlanId { get; init; }

    /// <summary>How the card is set up; its MTU is the host's.</summary>
    public NicOptions Nic { get; init; } = new();

    /// <summary>Parameters of TCP connections.</summary>
    public TcpConfig Tcp { get; init; } = new();

    /// <summary>Leave checksums of outgoing segments to the card.</summary>
    public bool ChecksumOffload { get; init; } = true;

    /// <summary>Leave cutting of long segments to the card.</summary>
    public bool SegmentationOffload { get; init; } = true;

    /// <summary>Encrypt in the card (the tls-hw-tx-offload feature).</summary>
    public bool OffloadTx { get; init; } = true;

    /// <summary>What is done about transmitted segments that are not where the card expects them.</summary>
    public TxStrategy Strategy { get; init; }

    /// <summary>Percentage of bytes sent again, of all bytes sent, above which a connection leaves the card for good: above 0 to 100, where 100 means never (FreeBSD's kern.ipc.tls.ifnet_max_rexmit_pct).</summary>
    public double RetransmitLimitPercent { get; init; } = 2;

    /// <summary>Bytes that a connection must have sent before that percentage counts, so that one early loss says nothing.</summary>
    public long RetransmitLimitMinimumBytes { get; init; } = 1 << 20;

    /// <summary>Decrypt in the card (the tls-hw-rx-offload feature).</summary>
    public bool OffloadRx { get; init; } = true;

    /// <summary>Join segments that follow each other before the stack sees them (the rx-gro feature). Joined is what one look into a receive ring finds, so mostly under interrupt moderation or load. Off, for acknowledgments and with them traces and published figures differ with it.</summary>
    public bool ReceiveCoalescing { get; init; }

    /// <summary>Longest content of a record in bytes, 64 to 16384.</summary>
    public int MaxRecordPayload { get; init; } = 16384;

    /// <summary>Times in a row that a card which failed is brought up again; 0 leaves it out of use.</summary>
    public int MaxRecoveries { get; init; } = 3;

    /// <summary>Source of sequence numbers and ports.</summary>
    public ulong Seed { get; init; }

    internal void Validate()
    {
        if (!(RetransmitLimitPercent is > 0 and <= 100)) throw new ArgumentOutOfRangeException(nameof(RetransmitLimitPercent), RetransmitLimitPercent, "Above 0 to 100 percent.");
        ArgumentOutOfRangeException.ThrowIfNegative(RetransmitLimitMinimumBytes);
    }

    internal bool NeedsCardChecksums => ChecksumOffload || OffloadTx || SegmentationOffload;
}
