using NicEmu.Driver.Ktls;

namespace NicEmu.Board.Compare.Sweeps;

/// <summary>
/// The closed formulas of docs/resync-cost.md: bytes read and not sent, per byte of the stream, for retransmissions that come alone and begin anywhere in a
/// record.
/// </summary>
public static class ResyncCostFormula
{
    private const double Tag = 16;

    /// <summary>Paid for the bytes that are sent again.</summary>
    /// <param name="strategy">The strategy.</param>
    /// <param name="p">Bytes sent again per byte of the stream.</param>
    /// <param name="r">Bytes of a record on the wire.</param>
    /// <param name="m">Bytes of a segment.</param>
    public static double Back(TxStrategy strategy, double p, double r, double m) => strategy switch
    {
        TxStrategy.Rebuild => p * r / (2 * m),
        TxStrategy.Reposition => p / m * Reaching(m + Tag, r),
        TxStrategy.Range => p / m * Reaching(m, r),
        _ => 0,
    };

    /// <summary>Paid for new bytes: for the way back to them, or because a request ends with a record.</summary>
    /// <param name="strategy">The strategy.</param>
    /// <param name="p">Bytes sent again per byte of the stream.</param>
    /// <param name="r">Bytes of a record on the wire.</param>
    /// <param name="m">Bytes of a segment.</param>
    /// <param name="burst">Bytes of new data in one request.</param>
    /// <param name="aligned">Whether each request begins with a record.</param>
    public static double Forward(TxStrategy strategy, double p, double r, double m, double burst, bool aligned) => strategy switch
    {
        TxStrategy.Rebuild when !aligned => p * r / (2 * m),
        TxStrategy.Range when !aligned => InOrder(r, burst),
        _ => 0,
    };

    /// <summary>What a card that keeps no place reads in vain for new data in order, at any loss: a request that reaches a tag takes the record whole.</summary>
    /// <param name="r">Bytes of a record on the wire.</param>
    /// <param name="burst">Bytes of a request.</param>
    public static double InOrder(double r, double burst) => burst >= r ? r / (2 * burst) : 1 - (burst / (2 * r));

    /// <summary>Mean of the bytes before a segment in its record, counted only if it begins within a width of the record's end.</summary>
    private static double Reaching(double width, double r) => r >= width ? width * (1 - (width / (2 * r))) : r / 2;
}
