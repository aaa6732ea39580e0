using NicEmu.Driver.Ktls;

namespace NicEmu.Tests.DriverOnDevice.ResyncCost;

/// <summary>The closed formulas of docs/resync-cost.md: extra bytes read per byte of the stream, for lone retransmissions at any place.</summary>
internal static class CostFormula
{
    private const double Tag = 16;

    /// <summary>For retransmissions, the way back to new data included.</summary>
    /// <param name="strategy">The strategy.</param>
    /// <param name="p">Bytes sent again per byte of the stream.</param>
    /// <param name="r">Bytes of a record on the wire.</param>
    /// <param name="m">Bytes of a segment.</param>
    public static double Again(TxStrategy strategy, double p, double r, double m) => strategy switch
    {
        TxStrategy.Rebuild => p * r / m,
        TxStrategy.Reposition => p / m * Reaching(m + Tag, r),
        TxStrategy.Range => p / m * Reaching(m, r),
        _ => 0,
    };

    /// <summary>Mean of the bytes before a segment in its record, counted only if it begins within a width of the record's end.</summary>
    private static double Reaching(double width, double r) => r >= width ? width * (1 - (width / (2 * r))) : r / 2;

    /// <summary>For new data in bursts of so many bytes, each one request.</summary>
    public static double InOrder(TxStrategy strategy, double r, double burst) =>
        strategy != TxStrategy.Range ? 0 : burst >= r ? r / (2 * burst) : 1 - (burst / (2 * r));
}
