using NicEmu.Driver.Ktls;

namespace NicEmu.Tests.DriverOnDevice.ResyncCost;

/// <summary>The closed formulas of docs/resync-cost.md: extra bytes read per byte of the stream, for lone retransmissions at any place.</summary>
internal static class CostFormula
{
    /// <summary>For retransmissions, the way back to new data included.</summary>
    /// <param name="strategy">The strategy.</param>
    /// <param name="p">Bytes sent again per byte of the stream.</param>
    /// <param name="r">Bytes of a record on the wire.</param>
    /// <param name="m">Bytes of a segment.</param>
    public static double Again(TxStrategy strategy, double p, double r, double m) => strategy switch
    {
        TxStrategy.Rebuild => p * r / m,
        TxStrategy.Reposition or TxStrategy.Range => r >= m ? p * (1 - (m / (2 * r))) : p * r / (2 * m),
        _ => 0,
    };

    /// <summary>For new data in bursts of so many bytes, each one request.</summary>
    public static double InOrder(TxStrategy strategy, double r, double burst) =>
        strategy != TxStrategy.Range ? 0 : burst >= r ? r / (2 * burst) : 1 - (burst / (2 * r));
}
