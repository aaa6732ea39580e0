using System.Numerics;
using NicEmu.Driver.Ktls;

namespace NicEmu.Board.Compare.Sweeps;

/// <summary>What a card that keeps no place reads in vain for data in order, over the length of a burst; one that keeps its place reads nothing in vain.</summary>
internal static class WasteSweep
{
    private const int Segment = 1448;
    private const int MostSegments = 45;
    private const long QuickBytes = 16_000_000;
    private const long FullBytes = 128_000_000;

    /// <summary>A run that is not much longer ends when bursts have begun as often at every place in a record that they come to.</summary>
    private const long CycleBytes = 80_000_000;

    /// <summary>Equal parts of a record, and how far the number of bursts that begin in one may be from the mean.</summary>
    private const int Parts = 8;
    private const double Uneven = 0.05;

    private static readonly SweepColumn[] Columns =
    [
        new("strategy", SweepRole.Axis, "1", "What the driver does: by range the card keeps no place; with rebuild and reposition it does.") { Labels = ["reposition", "rebuild", "range"] },
        new("record", SweepRole.Axis, "bytes", "Content of a record; on the wire 29 bytes more (TLS 1.2, AES-128-GCM)."),
        new("burst", SweepRole.Axis, "bytes", "New data in one request to the card; segments have 1448 bytes."),
        new("bytes", SweepRole.Measured, "bytes", "Bytes of the stream."),
        new("waste", SweepRole.Measured, "1", "Bytes that the card read and did not send, per byte of the stream, by its counters."),
        new("predicted", SweepRole.Predicted, "1", "What an independent model computes from the list of what was sent.") { Of = "waste" },
        new("formula", SweepRole.Formula, "1", "R/2B for bursts of at least a record, else 1 - B/2R, R on the wire; 0 where the card keeps its place.") { Of = "waste" },
        new("applies", SweepRole.Applies, "1", "Whether the formula's assumption holds: without a place, bursts begin about as often in every part of a record.") { Labels = SweepColumn.NoYes },
    ];

    public static SweepDefinition Definition { get; } = new("waste", "What a card that keeps no place reads in vain for data in order", Columns, Settings(), Measure);

    internal static double[] Measure(ResyncRun run, SeededRandom random, CancellationToken cancellation)
    {
        using var script = new ResyncScript(run, random, cancellation);
        script.Run();
        double bytes = script.NewBytes;
        double formula = run.Strategy == TxStrategy.Range ? ResyncCostFormula.InOrder(run.RecordLength, run.Request) : 0;
        return [bytes, (script.CountedBack + script.CountedForward) / bytes, script.Model.Bytes / bytes, formula, run.Strategy != TxStrategy.Range || IsEven(run, script.NewBytes / run.Request) ? 1 : 0];
    }

    private static double[] Measure(SweepTask task)
    {
        var run = new ResyncRun((TxStrategy)task.Count(0), 0, task.Count(1), Segment, task.Count(2), false, task.IsFull ? FullBytes : QuickBytes);
        long cycle = (long)run.RecordLength / (long)BigInteger.GreatestCommonDivisor(run.RecordLength, run.Request) * run.Request;
        return Measure(cycle <= CycleBytes ? run with { Bytes = (run.Bytes + cycle - 1) / cycle * cycle } : run, task.Random, task.Cancellation);
    }

    /// <summary>Whether so many bursts begin about as often in every part of a record.</summary>
    private static bool IsEven(ResyncRun run, long bursts)
    {
        var counts = new long[Parts];
        for (long i = 0; i < bursts; i++) counts[i * run.Request % run.RecordLength * Parts / run.RecordLength]++;
        double mean = (double)bursts / Parts;
        return counts.All(c => Math.Abs(c - mean) <= Uneven * mean);
    }

    private static IEnumerable<(double[] Values, bool IsQuick)> Settings()
    {
        foreach (TxStrategy strategy in (TxStrategy[])[TxStrategy.Range, TxStrategy.Rebuild, TxStrategy.Reposition])
        {
            foreach (int record in (int[])[1024, 4096, 16384])
            {
                for (int segments = 1; segments <= MostSegments; segments++)
                {
                    bool isQuick = segments is 1 or 2 or 3 or 4 or 6 or 8 or 11 or 12 or 16 or 24 or 32 or MostSegments;
                    bool isRange = strategy == TxStrategy.Range;
                    if (isRange || (isQuick && record == 16384)) yield return ([(int)strategy, record, segments * Segment], isQuick && (isRange || segments is 2 or 12 or MostSegments));
                }
            }
        }
    }
}
