namespace NicEmu.Conformance.Oracle;

/// <summary>What an independent look at the wire found.</summary>
/// <param name="Records">Records that opened.</param>
/// <param name="ContentBytes">Application data in them.</param>
/// <param name="ContentSha256">SHA-256 of the application data in hexadecimal.</param>
/// <param name="RepeatedBytes">Bytes seen again.</param>
/// <param name="DifferingBytes">Bytes seen again with another value: a record was sealed twice from different state.</param>
/// <param name="UncheckedBytes">Bytes seen again too late to compare.</param>
/// <param name="Failure">The first thing that is wrong; null when nothing is.</param>
public sealed record WireOracleReport(
    long Records, long ContentBytes, string ContentSha256, long RepeatedBytes, long DifferingBytes, long UncheckedBytes, string? Failure)
{
    /// <summary>Records under a key and nonce that protected another plaintext before, and repeats that differ: with a counter mode they are the same thing.</summary>
    public long NonceReuses { get; init; }

    /// <summary>Frames with bytes of protected records, repeats included.</summary>
    public long ProtectedFrames { get; init; }

    /// <summary>Bytes of protected records in them.</summary>
    public long ProtectedBytes { get; init; }

    /// <summary>Those of the frames that do not begin where the one before ended.</summary>
    public long Jumps { get; init; }

    /// <summary>Those of the frames that begin before the end of what was seen.</summary>
    public long RepeatedFrames { get; init; }
}
