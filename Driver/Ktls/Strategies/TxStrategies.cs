using NicEmu.Spec.Core;

namespace NicEmu.Driver.Ktls.Strategies;

/// <summary>The strategies by name.</summary>
internal static class TxStrategies
{
    /// <summary>Mode of the contexts that a strategy uses.</summary>
    public static TxMode ModeOf(TxStrategy strategy) => strategy switch
    {
        TxStrategy.Rebuild => TxMode.Positional,
        TxStrategy.Range => TxMode.Range,
        _ => TxMode.SequenceTracked,
    };

    /// <summary>Makes a strategy for one session.</summary>
    /// <param name="options">Which, and what it needs.</param>
    /// <param name="path">The session's records, context and cipher.</param>
    /// <param name="start">TCP sequence number of the first record.</param>
    public static ITxStrategy Create(TxSessionOptions options, TxPath path, uint start) => options.Strategy switch
    {
        TxStrategy.Rebuild => new RebuildStrategy(path, start),
        TxStrategy.Range => new RangeStrategy(path, start),
        TxStrategy.NextRecord => new NextRecordStrategy(path, start, options),
        _ => new RepositionStrategy(path, start),
    };
}
