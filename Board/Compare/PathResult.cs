using NicEmu.Conformance.Oracle;
using NicEmu.Driver.Memory;

namespace NicEmu.Board.Compare;

/// <summary>What one data path did, counted while it did it.</summary>
public sealed record PathResult
{
    /// <summary>The path.</summary>
    public required PathDescription Path { get; init; }

    /// <summary>The first thing that is wrong; null when nothing is.</summary>
    public string? Failure { get; init; }

    /// <summary>Bytes of the file that were served, to all clients together.</summary>
    public long PayloadBytes { get; init; }

    /// <summary>Records with content, as the options cut the file.</summary>
    public long Records { get; init; }

    /// <summary>Bytes of the stream from the first record on, each once: content with what records add, and the alert at its end.</summary>
    public long StreamBytes { get; init; }

    /// <summary>Bytes of that stream that were sent more than once.</summary>
    public long BytesAgain { get; init; }

    /// <summary>Everything that was counted between the end of the handshake and the end of the connection.</summary>
    public required MemoryCounters Counters { get; init; }

    /// <summary>Share of the file's bytes that were in memory before.</summary>
    public double HitRatio { get; init; }

    /// <summary>SHA-256 of what the client received, in hexadecimal.</summary>
    public string Sha256 { get; init; } = string.Empty;

    /// <summary>SHA-256 of what storage holds.</summary>
    public string ExpectedSha256 { get; init; } = string.Empty;

    /// <summary>SHA-256 of the stream as it was on the wire, from the first record on.</summary>
    public string WireSha256 { get; init; } = string.Empty;

    /// <summary>The same for clients after the first.</summary>
    public IReadOnlyList<string> OtherWireSha256 { get; init; } = [];

    /// <summary>What BouncyCastle found in the records on the wire; null without TLS.</summary>
    public WireOracleReport? Wire { get; init; }

    /// <summary>The ranges of the stream that were sent, in order, as offsets from the first record: what a model of retransmission costs works from.</summary>
    public IReadOnlyList<SentRange> Sent { get; init; } = [];

    /// <summary>Offsets of the records in the stream, and its end.</summary>
    public IReadOnlyList<long> RecordStarts { get; init; } = [];

    /// <summary>The first bytes that passed into the socket, as a filter in the kernel saw them; empty where the kernel has no socket.</summary>
    public ReadOnlyMemory<byte> KernelSaw { get; init; }

    /// <summary>Whether those bytes are the file's.</summary>
    public bool KernelSawPlaintext { get; init; }

    /// <summary>Bytes that the card had to read again for what was sent out of order, as a model computes them from <see cref="Sent"/>; null where nothing is read again.</summary>
    public long? PredictedReplayBytes { get; init; }

    /// <summary>TLS contexts that were installed in the card.</summary>
    public int CardContexts { get; init; }

    /// <summary>Why the card does not encrypt any more; null where it still does, or never was to.</summary>
    public string? LeftCardFor { get; init; }

    /// <summary>Bytes of all DMA of the card between the same two moments, metadata included.</summary>
    public long CardBytes { get; init; }

    /// <summary>Times that the card had to fetch and expand a key that it did not have at hand.</summary>
    public long ContextMisses { get; init; }

    /// <summary>Bytes that the card read from and wrote to its own memory, where that is counted: it is neither memory of the host nor PCI Express.</summary>
    public long CardMemoryBytes { get; init; }

    /// <summary>Bytes that the card sent again from its own memory.</summary>
    public long CardRetransmitBytes { get; init; }

    /// <summary>Where the segment looked at before and behind the card is; null when none was caught.</summary>
    public BeforeAfterPair? Pair { get; init; }

    /// <summary>Whether the memory was compared with its image, see <see cref="ShadowAudit"/>.</summary>
    public bool Audited { get; init; }

    /// <summary>What the comparison of memory with its image found; null when nothing.</summary>
    public string? AuditFailure { get; init; }

    /// <summary>Whether everything is right.</summary>
    public bool Passed => Failure is null;

    /// <summary>Memory bytes for each byte served, without metadata; write-allocate counts only where the path is about it.</summary>
    public double K => PerByte(Counters.MemoryBytes - (Path.Model.ChargesWriteAllocate ? 0 : Counters[MemoryTraffic.WriteAllocate]));

    /// <summary>The same with write-allocate in every case.</summary>
    public double KWithWriteAllocate => PerByte(Counters.MemoryBytes);

    /// <summary>The same with metadata.</summary>
    public double KWithMetadata => K + PerByte(Counters[MemoryTraffic.Metadata]);

    /// <summary>What K should be where the stages differ from record to record, so that the path's model alone does not say it; null elsewhere.</summary>
    public double? OwnExpectedK { get; init; }

    /// <summary>What K should be.</summary>
    public double ExpectedK => OwnExpectedK ?? Path.Model.Predict(HitRatio, Expansion, Path.RetransmitsFromCard ? 0 : P + Delta);

    /// <summary>How often a byte of content crossed a PCI Express port.</summary>
    public double PcieCrossings => PerByte(Counters.PcieBytes);

    /// <summary>Bytes that records add to the content, for each byte of it.</summary>
    public double Expansion => PayloadBytes == 0 ? 0 : (double)(StreamBytes - PayloadBytes) / PayloadBytes;

    /// <summary>Bytes sent again for each byte served.</summary>
    public double P => PerByte(BytesAgain);

    /// <summary>Bytes that the card read and did not send, for each byte served.</summary>
    public double Delta => PerByte(Counters[MemoryTraffic.ReplayRead]);

    /// <summary>Bytes of a kind for each byte served.</summary>
    /// <param name="kind">The kind.</param>
    public double PerByte(MemoryTraffic kind) => PerByte(Counters[kind]);

    /// <summary>How often something happened for each record.</summary>
    /// <param name="what">What.</param>
    public double PerRecord(MemoryEvent what) => Records == 0 ? 0 : (double)Counters[what] / Records;

    private double PerByte(long bytes) => PayloadBytes == 0 ? 0 : (double)bytes / PayloadBytes;
}
