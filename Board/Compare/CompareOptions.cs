using NicEmu.Driver.Ktls;
using NicEmu.Driver.Memory;
using NicEmu.Spec.Events;
using NicEmu.Spec.Tls;

namespace NicEmu.Board.Compare;

/// <summary>What all data paths have in common when they are compared.</summary>
public sealed record CompareOptions
{
    /// <summary>Bytes that are served unless a file is given.</summary>
    public const int DefaultFileBytes = 4 << 20;

    /// <summary>The file.</summary>
    public StorageContent Content { get; init; } = StorageContent.Seeded(DefaultFileBytes, 1);

    /// <summary>TLS version.</summary>
    public TlsVersion Version { get; init; } = TlsVersion.Tls13;

    /// <summary>Record protection.</summary>
    public TlsCipher Cipher { get; init; } = TlsCipher.Aes128Gcm;

    /// <summary>Content bytes of a record, 64 to 16384.</summary>
    public int RecordPayload { get; init; } = TlsRecordLayout.MaxPlaintextLength;

    /// <summary>TCP payload bytes of a full frame, 100 to 8948.</summary>
    public int Mss { get; init; } = 1448;

    /// <summary>Probability that a frame from the server is lost, 0 to 0.2.</summary>
    public double Loss { get; init; }

    /// <summary>Probability that a frame from the server is overtaken by others, 0 to 0.2.</summary>
    public double Reorder { get; init; }

    /// <summary>Share of the file's pages that are in memory before it is served, 0 to 1.</summary>
    public double HitRatio { get; init; }

    /// <summary>Whether TCP hands bursts of segments to the card, which cuts them; else it hands over segments.</summary>
    public bool SegmentationOffload { get; init; } = true;

    /// <summary>What paths with a TLS context in the card do about segments out of order.</summary>
    public TxStrategy Strategy { get; init; } = TxStrategy.Rebuild;

    /// <summary>Percentage of bytes sent again above which a connection leaves the card: above 0 to 100, where 100 means never.</summary>
    public double RetransmitLimitPercent { get; init; } = 100;

    /// <summary>Expanded keys that the card holds at a time; 0 for what it holds by default.</summary>
    public int ContextCacheEntries { get; init; }

    /// <summary>Source of every key, sequence number and loss.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>
    /// Whether every page of the file is changed in memory before it is served, so that clients get something else than storage holds, and bytes from anywhere but memory are wrong. All
    /// pages must be in memory.
    /// </summary>
    public bool ChangesCachedPages { get; init; }

    /// <summary>Whether memory is compared with what the counted accesses make of it. It takes as much memory again.</summary>
    public bool Audit { get; init; }

    /// <summary>Gives each path a receiver of its server machine's events; one that can be disposed of is, when the path has ended. Null for nobody. Called from any thread.</summary>
    public Func<string, ITraceSink>? TraceOf { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public void Validate()
    {
        Require(Content.Length > 0, "The file is empty.");
        Require(RecordPayload is >= 64 and <= TlsRecordLayout.MaxPlaintextLength, "A record holds 64 to 16384 bytes.");
        Require(Mss is >= 100 and <= 8948, "A segment holds 100 to 8948 bytes.");
        Require(Loss is >= 0 and <= 0.2 && Reorder is >= 0 and <= 0.2, "Loss and reordering lie between 0 and 0.2.");
        Require(HitRatio is >= 0 and <= 1, "A hit ratio lies between 0 and 1.");
        Require(!ChangesCachedPages || HitRatio >= 1, "Pages that are changed before are in memory before.");
        Require(RetransmitLimitPercent is > 0 and <= 100, "A limit of retransmissions lies above 0 and up to 100 percent.");
        Require(ContextCacheEntries >= 0, "A cache holds no negative number of contexts.");
    }

    private static void Require(bool holds, string why)
    {
        if (!holds) throw new ArgumentException(why);
    }
}
