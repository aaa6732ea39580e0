using NicEmu.Board.Faults;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Sanitizer;
using NicEmu.Spec.Tls;

namespace NicEmu.Board.Sessions;

/// <summary>How a transfer went.</summary>
public sealed record TransferResult
{
    /// <summary>Whether all content arrived unchanged, the wire was as the RFCs say, and no unexpected mistake was reported.</summary>
    public bool Succeeded => Failure is null;

    /// <summary>The first thing that went wrong; null when nothing did.</summary>
    public required string? Failure { get; init; }

    /// <summary>Whether the time limit ended it.</summary>
    public required bool TimedOut { get; init; }

    /// <summary>TLS version.</summary>
    public required TlsVersion Version { get; init; }

    /// <summary>Record protection.</summary>
    public required TlsCipher Cipher { get; init; }

    /// <summary>Content bytes that the sender took from the source.</summary>
    public required long BytesSent { get; init; }

    /// <summary>Content bytes that the receiver put into the sink.</summary>
    public required long BytesReceived { get; init; }

    /// <summary>SHA-256 of what was sent, in hexadecimal; empty when the sender is not ours.</summary>
    public required string SourceSha256 { get; init; }

    /// <summary>SHA-256 of what was received, in hexadecimal; empty when the receiver is not ours.</summary>
    public required string SinkSha256 { get; init; }

    /// <summary>Virtual time from power-on to the end, in picoseconds.</summary>
    public required long ElapsedPs { get; init; }

    /// <summary>Virtual time from the first byte of content to the last, in picoseconds.</summary>
    public required long ContentPs { get; init; }

    /// <summary>Events that the loop ran.</summary>
    public required long Events { get; init; }

    /// <summary>The machine under test.</summary>
    public required MachineStatistics Machine { get; init; }

    /// <summary>The second machine, when the peer is one.</summary>
    public required MachineStatistics? PeerMachine { get; init; }

    /// <summary>Frames that the machine under test sent.</summary>
    public required NetworkStatistics Outgoing { get; init; }

    /// <summary>Frames that it was sent.</summary>
    public required NetworkStatistics Incoming { get; init; }

    /// <summary>What the independent look at the sent stream found; null when not asked for.</summary>
    public required WireOracleReport? WireSent { get; init; }

    /// <summary>What the independent look at the received stream found; null when not asked for.</summary>
    public required WireOracleReport? WireReceived { get; init; }

    /// <summary>The search for application data in the frames of the machine under test; null when the wire was not watched.</summary>
    public ContentGrams? Plaintext { get; init; }

    /// <summary>Whether the card's transmit counters were compared with the wire: not where a fault changed more than frames.</summary>
    public bool CountersCompared { get; init; }

    /// <summary>How they differ; null when they do not.</summary>
    public string? CountersDiffer { get; init; }

    /// <summary>What the sanitizer found, of any severity; null when it did not run.</summary>
    public required DriverSanitizer? Sanitizer { get; init; }

    /// <summary>What was lost and how driver and card recovered, in words.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>KeyUpdate messages that the machine under test sent.</summary>
    public int KeyUpdatesSent { get; init; }

    /// <summary>KeyUpdate messages that it received.</summary>
    public int KeyUpdatesReceived { get; init; }

    /// <summary>The faults that were put in.</summary>
    public IReadOnlyList<ArmedFault> Faults { get; init; } = [];

    /// <summary>Whether the same options give the same events, byte for byte.</summary>
    public required bool Reproducible { get; init; }
}
