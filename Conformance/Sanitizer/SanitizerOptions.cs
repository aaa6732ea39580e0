namespace NicEmu.Conformance.Sanitizer;

/// <summary>Reads the driver's memory as it is at the moment, without a DMA transaction. False when the range is not mapped.</summary>
/// <param name="device">Number of the device.</param>
/// <param name="address">Bus address.</param>
/// <param name="data">Receives the bytes.</param>
public delegate bool MemoryPeek(int device, ulong address, Span<byte> data);

/// <summary>How a sanitizer works.</summary>
public sealed record SanitizerOptions
{
    /// <summary>Rules whose findings are only counted.</summary>
    public IReadOnlyList<Suppression> Suppressions { get; init; } = [];

    /// <summary>Command line that gives the same run again; empty when there is none.</summary>
    public string ReproduceLine { get; init; } = string.Empty;

    /// <summary>Findings of one rule that are kept with all details; further ones are counted.</summary>
    public int FindingsPerRule { get; init; } = 8;

    /// <summary>The driver's memory; null when there is none to look into, as with a trace file.</summary>
    public MemoryPeek? Memory { get; init; }
}
