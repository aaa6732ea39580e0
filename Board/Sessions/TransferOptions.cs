using NicEmu.Board.Faults;
using NicEmu.Board.Links;
using NicEmu.Conformance.Sanitizer;
using NicEmu.Driver.Ktls;
using NicEmu.Net;
using NicEmu.Spec.Events;
using NicEmu.Spec.Tls;

namespace NicEmu.Board.Sessions;

/// <summary>What a transfer is made of.</summary>
public sealed record TransferOptions
{
    /// <summary>TLS version.</summary>
    public TlsVersion Version { get; init; } = TlsVersion.Tls13;

    /// <summary>Record protection.</summary>
    public TlsCipher Cipher { get; init; } = TlsCipher.Aes128Gcm;

    /// <summary>Who is at the other end.</summary>
    public PeerKind Peer { get; init; }

    /// <summary>Which way the content goes.</summary>
    public TransferDirection Direction { get; init; }

    /// <summary>How it travels inside TLS.</summary>
    public TransferForm Form { get; init; }

    /// <summary>Whether addresses are IPv6.</summary>
    public bool Ipv6 { get; init; }

    /// <summary>Largest IP packet in bytes, 1280 to 9000 with IPv6, 128 to 9000 with IPv4.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>Largest TCP payload of a frame in bytes; 0 for what the MTU allows.</summary>
    public int MaximumSegmentSize { get; init; }

    /// <summary>Longest content of a record in bytes, 64 to 16384.</summary>
    public int MaxRecordPayload { get; init; } = 16384;

    /// <summary>
    /// Records of content after which a sender changes its key by a KeyUpdate; 0 for never. A second card does so by itself; another peer is asked to, with each update
    /// of ours and after so many of its records. TLS 1.3 only.
    /// </summary>
    public int RekeyEveryRecords { get; init; }

    /// <summary>Whether the card encrypts what is sent; otherwise the driver does.</summary>
    public bool OffloadTx { get; init; } = true;

    /// <summary>What the driver does about segments that are not where the card expects them.</summary>
    public TxStrategy Strategy { get; init; }

    /// <summary>Percentage of bytes sent again above which a connection leaves the card for good: above 0 to 100, where 100 means never.</summary>
    public double RetransmitLimitPercent { get; init; } = 2;

    /// <summary>Whether the card decrypts what is received; otherwise the driver does.</summary>
    public bool OffloadRx { get; init; } = true;

    /// <summary>Whether the card cuts long segments.</summary>
    public bool SegmentationOffload { get; init; } = true;

    /// <summary>What happens by chance to frames that the machine under test sends.</summary>
    public LossProfile Outgoing { get; init; } = LossProfile.None;

    /// <summary>What happens by chance to frames that it receives.</summary>
    public LossProfile Incoming { get; init; } = LossProfile.None;

    /// <summary>What happens without chance.</summary>
    public IReadOnlyList<ForcedLoss> ForcedLosses { get; init; } = [];

    /// <summary>Faults put into the machine under test; one that never strikes fails the transfer.</summary>
    public IReadOnlyList<FaultSpecification> Faults { get; init; } = [];

    /// <summary>Propagation time of the wire, one way, in picoseconds.</summary>
    public long DelayPs { get; init; } = PairLink.DefaultDelayPs;

    /// <summary>Decides about everything that is drawn.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>TCP port of the listening side.</summary>
    public ushort Port { get; init; } = 4433;

    /// <summary>Address of the machine under test, of the family that <see cref="Ipv6"/> says; null for <see cref="TransferSession.MachineAddress"/>.</summary>
    public IpAddress? MachineAddress { get; init; }

    /// <summary>Address of the peer, in the same subnet (/24, or /64 with IPv6); null for <see cref="TransferSession.PeerAddress"/>.</summary>
    public IpAddress? PeerAddress { get; init; }

    /// <summary>Name in certificate and request.</summary>
    public string HostName { get; init; } = "nicemu.test";

    /// <summary>Name of the TAP device; only with that peer.</summary>
    public string TapName { get; init; } = "nicemu%d";

    /// <summary>Whether an independent implementation opens every record on the wire; costs about as much as the transfer itself.</summary>
    public bool VerifyWire { get; init; } = true;

    /// <summary>How the driver is watched for mistakes that the card does not notice; null for not at all.</summary>
    public SanitizerOptions? Sanitizer { get; init; } = new();

    /// <summary>Longest time in picoseconds, virtual except with the TAP peer.</summary>
    public long TimeLimitPs { get; init; } = 3600L * 1_000_000_000_000;

    /// <summary>Receives the events of all devices; null for none.</summary>
    public ITraceSink? Trace { get; init; }

    /// <summary>Whether firing timers are events too.</summary>
    public bool TraceTimers { get; init; }

    /// <summary>Called now and then with the content bytes that have arrived, or with the TAP peer were sent; null for no such calls.</summary>
    public Action<long>? Progress { get; init; }

    /// <summary>Called when the transfer is about to begin and the machines are up, with the event loop's boards; for tests that interfere.</summary>
    public Action<TransferMachines>? Prepared { get; init; }
}
