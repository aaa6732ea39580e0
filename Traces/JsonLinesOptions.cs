namespace NicEmu.Traces;

/// <summary>What a JSON lines trace holds.</summary>
public sealed record JsonLinesOptions
{
    /// <summary>Greatest number of data bytes kept with an event; a member <c>dataLength</c> tells the whole length.</summary>
    public int DataLimit { get; init; } = 256;

    /// <summary>Whether key log lines are written in full. Otherwise their secrets are fingerprinted and the header says <c>"secrets":"redacted"</c>.</summary>
    public bool EmbedSecrets { get; init; }
}
