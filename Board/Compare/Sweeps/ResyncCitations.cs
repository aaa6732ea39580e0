using NicEmu.Driver.Ktls;

namespace NicEmu.Board.Compare.Sweeps;

/// <summary>
/// A Monte Carlo of the two vendors' driver rules with independent loss, for records of 16413 bytes and segments of 1448, to three digits: the ConnectX-6 Dx rule
/// (<see cref="TxStrategy.Rebuild"/>) and the T6 rule (<see cref="TxStrategy.Range"/>). It is not a result of this emulator.
/// </summary>
internal static class ResyncCitations
{
    /// <summary>Bytes of its long bursts: 62 KB.</summary>
    public const int LongBurst = 62 * 1024;

    private const int Record = 16413;
    private const int Mss = 1448;

    private static readonly double[] Losses = [0.001, 0.005, 0.01, 0.02, 0.05];

    private static readonly double[][] Pairs = [[double.NaN, 0.030, 0.057, 0.114, 0.286], [double.NaN, 0.030, 0.058, 0.113, 0.285]];
    private static readonly double[][] Long = [[0.0056, 0.027, 0.054, 0.107, 0.243], [0.0056, 0.026, 0.046, 0.078, 0.118]];
    private static readonly double[][] Aligned = [[0.0055, 0.028, 0.055, 0.109, 0.247], [0, 0, 0, 0, 0]];
    private static readonly double[] RangeBack = [0.0006, 0.0048, 0.0096, 0.020, 0.048];
    private const double RangeLong = 0.131;
    private const double RangePair = 0.914;

    /// <summary>What it says about a run, for bytes sent again and for new ones; NaN where it says nothing.</summary>
    public static (double Back, double Forward) For(ResyncRun run)
    {
        int at = Array.IndexOf(Losses, run.Loss);
        bool isPair = run.Burst == 2 * Mss && !run.Aligned;
        if (at < 0 || run.RecordLength != Record || run.Mss != Mss || !(isPair || run.Burst == LongBurst)) return (double.NaN, double.NaN);
        double[][] rebuild = isPair ? Pairs : run.Aligned ? Aligned : Long;
        return run.Strategy switch
        {
            TxStrategy.Rebuild => (rebuild[0][at], rebuild[1][at]),
            TxStrategy.Range when !run.Aligned => (RangeBack[at], isPair ? RangePair : RangeLong),
            _ => (double.NaN, double.NaN),
        };
    }
}
