using NicEmu.Board.Links;
using NicEmu.Driver.Ktls;
using NicEmu.Spec.Tls;

namespace NicEmu.Board.Scenarios;

/// <summary>How the two machines of a scenario are set up; both alike.</summary>
public sealed record ScenarioMachine
{
    /// <summary>TLS version.</summary>
    public TlsVersion Version { get; init; } = TlsVersion.Tls13;

    /// <summary>Record protection.</summary>
    public TlsCipher Cipher { get; init; } = TlsCipher.Aes128Gcm;

    /// <summary>What the driver does about segments that are not where the card expects them.</summary>
    public TxStrategy Strategy { get; init; }

    /// <summary>Percentage of bytes sent again above which a connection leaves the card; 100: never.</summary>
    public double RetransmitLimit { get; init; } = 100;

    /// <summary>Whether the cards encrypt.</summary>
    public bool OffloadTx { get; init; } = true;

    /// <summary>Whether the cards decrypt.</summary>
    public bool OffloadRx { get; init; } = true;

    /// <summary>Whether the cards cut long segments.</summary>
    public bool Segmentation { get; init; } = true;

    /// <summary>Largest IP packet in bytes.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>Largest TCP payload of a frame in bytes; 0 for what the MTU allows.</summary>
    public int Mss { get; init; }

    /// <summary>Longest content of a record in bytes.</summary>
    public int Record { get; init; } = 16384;

    /// <summary>Whether addresses are IPv6.</summary>
    public bool Ipv6 { get; init; }

    /// <summary>Whether each flow begins with a genuine TLS handshake; otherwise both ends are given keys drawn from the seed, which is much faster.</summary>
    public bool Handshake { get; init; }

    /// <summary>Propagation time of the cable, one way, in picoseconds.</summary>
    public long DelayPs { get; init; } = PairLink.DefaultDelayPs;
}
