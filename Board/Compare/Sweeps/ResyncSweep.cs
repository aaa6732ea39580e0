using NicEmu.Driver.Ktls;

namespace NicEmu.Board.Compare.Sweeps;

/// <summary>What a retransmission costs: bytes that the card reads and does not send, over loss, record, segment, burst and strategy.</summary>
internal static class ResyncSweep
{
    private const int Content = 16384;
    private const int Segment = 1448;
    private const int Pair = 2;
    private const long QuickBytes = 128_000_000;
    private const long FullBytes = 4_000_000_000;

    /// <summary>Where no formula is to be checked.</summary>
    private const long UncheckedBytes = 64_000_000;

    private static readonly double[] Losses = [0.001, 0.005, 0.01, 0.02, 0.05];

    private static readonly SweepColumn[] Columns =
    [
        new("strategy", SweepRole.Axis, "1", "What the driver does about segments out of order.") { Labels = ["reposition", "rebuild", "range", "next-record"] },
        new("loss", SweepRole.Axis, "1", "Probability that a segment is lost, each time that it is sent."),
        new("record", SweepRole.Axis, "bytes", "Content of a record; on the wire 29 bytes more (TLS 1.2, AES-128-GCM)."),
        new("mss", SweepRole.Axis, "bytes", "Longest segment."),
        new("burst", SweepRole.Axis, "bytes", "New data in one request to the card, before it is cut down to whole segments, or whole records."),
        new("aligned", SweepRole.Axis, "1", "Whether every request of new data begins with a record.") { Labels = SweepColumn.NoYes },
        new("new-bytes", SweepRole.Measured, "bytes", "Bytes of the stream, sent once."),
        new("retransmissions", SweepRole.Measured, "segments", "Segments sent again."),
        new("p", SweepRole.Measured, "1", "Bytes sent again per byte of the stream."),
        new("delta", SweepRole.Measured, "1", "Bytes that the card read and did not send, per byte of the stream, by its counters."),
        new("delta-back", SweepRole.Measured, "1", "The part of delta that the card counted for bytes sent again."),
        new("delta-forward", SweepRole.Measured, "1", "The part of delta that the card counted for new bytes."),
        new("predicted", SweepRole.Predicted, "1", "What an independent model computes from the list of what was sent.") { Of = "delta" },
        new("predicted-back", SweepRole.Predicted, "1", "Its part for bytes sent again.") { Of = "delta-back" },
        new("predicted-forward", SweepRole.Predicted, "1", "Its part for new bytes.") { Of = "delta-forward" },
        new("formula", SweepRole.Formula, "1", "The closed formulas, from p.") { Of = "delta" },
        new("formula-back", SweepRole.Formula, "1", "Their part for bytes sent again.") { Of = "delta-back" },
        new("formula-forward", SweepRole.Formula, "1", "Their part for new bytes.") { Of = "delta-forward" },
        new("applies", SweepRole.Applies, "1", "Whether the formulas' assumptions hold: bursts of at most two segments, unaligned, loss up to 2 %, and enough retransmissions for chance to be below five percent.") { Labels = SweepColumn.NoYes },
        new("cited-back", SweepRole.Cited, "1", "A Monte Carlo of the two vendors' driver rules, records of 16413 bytes, segments of 1448: bytes sent again.") { Of = "delta-back" },
        new("cited-forward", SweepRole.Cited, "1", "The same for new bytes.") { Of = "delta-forward" },
    ];

    public static SweepDefinition Definition { get; } = new("resync", "What a retransmission makes the card read and not send", Columns, Settings(), Measure);

    /// <summary>Retransmissions that keep chance well below five percent; where one segment in many touches a tag, many more.</summary>
    internal static long Enough(ResyncRun run)
    {
        long some = 4000L * run.RecordLength / run.Mss;
        return run.Strategy switch
        {
            TxStrategy.Reposition => Math.Max(1500, some),
            // In short records the cut tags, which go by software, take up to three percent: less is left to chance.
            TxStrategy.Range => Math.Max(run.RecordLength < 2000 ? 7000 : 1500, some),
            _ => 1500,
        };
    }

    internal static double[] Measure(ResyncRun run, SeededRandom random, CancellationToken cancellation)
    {
        using var script = new ResyncScript(run, random, cancellation);
        script.Run();
        double bytes = script.NewBytes;
        double p = script.BytesAgain / bytes;
        double back = ResyncCostFormula.Back(run.Strategy, p, run.RecordLength, run.Mss);
        double forward = ResyncCostFormula.Forward(run.Strategy, p, run.RecordLength, run.Mss, run.Request, run.Aligned);
        bool applies = IsCovered(run) && script.Retransmissions >= Enough(run);
        (double citedBack, double citedForward) = ResyncCitations.For(run);
        return
        [
            bytes,
            script.Retransmissions,
            p,
            (script.CountedBack + script.CountedForward) / bytes,
            script.CountedBack / bytes,
            script.CountedForward / bytes,
            script.Model.Bytes / bytes,
            (script.Model.Bytes - script.Model.ForNewBytes) / bytes,
            script.Model.ForNewBytes / bytes,
            back + forward,
            back,
            forward,
            applies ? 1 : 0,
            citedBack,
            citedForward,
        ];
    }

    private static double[] Measure(SweepTask task)
    {
        var run = new ResyncRun((TxStrategy)task.Count(0), task[1], task.Count(2), task.Count(3), task.Count(4), task.Count(5) == 1, 0);
        // Chance has its way with the number of losses; a segment may be shorter than the longest.
        double wanted = 1.15 * Enough(run) * Math.Min(run.Mss, run.Request) / run.Loss;
        double most = !IsCovered(run) || run.Strategy == TxStrategy.NextRecord ? UncheckedBytes : task.IsFull ? FullBytes : QuickBytes;
        return Measure(run with { Bytes = (long)Math.Min(wanted, most) }, task.Random, task.Cancellation);
    }

    /// <summary>Whether the formulas are about such a run: retransmissions come alone and begin anywhere, and few bytes are sent again.</summary>
    private static bool IsCovered(ResyncRun run) => !run.Aligned && run.Request <= Pair * run.Mss && run.Loss <= 0.02;

    /// <summary>Loss for every strategy and form of burst; and burst, record and segment at two percent.</summary>
    private static IEnumerable<(double[] Values, bool IsQuick)> Settings()
    {
        foreach (TxStrategy strategy in (TxStrategy[])[TxStrategy.Rebuild, TxStrategy.Range, TxStrategy.Reposition, TxStrategy.NextRecord])
        {
            foreach (double loss in Losses)
            {
                bool isCited = strategy is TxStrategy.Rebuild or TxStrategy.Range;
                yield return (Row(strategy, loss, Content, Segment, Pair * Segment, false), true);
                yield return (Row(strategy, loss, Content, Segment, ResyncCitations.LongBurst, false), isCited);
                yield return (Row(strategy, loss, Content, Segment, ResyncCitations.LongBurst, true), isCited);
            }
        }

        foreach (TxStrategy strategy in (TxStrategy[])[TxStrategy.Rebuild, TxStrategy.Range])
        {
            // One segment to thirty-two; two are among the above, and so are 62 KB.
            foreach (int segments in (int[])[1, 4, 8, 16, 32]) yield return (Row(strategy, 0.02, Content, Segment, segments * Segment, false), strategy == TxStrategy.Rebuild);
        }

        foreach (TxStrategy strategy in (TxStrategy[])[TxStrategy.Rebuild, TxStrategy.Range, TxStrategy.Reposition])
        {
            foreach (int record in (int[])[1024, 2048, 4096, 8192, 16384])
            {
                foreach (int mss in (int[])[536, 1448, 4096, 8948])
                {
                    if ((record, mss) != (Content, Segment)) yield return (Row(strategy, 0.02, record, mss, Pair * mss, false), strategy == TxStrategy.Rebuild);
                }
            }
        }
    }

    private static double[] Row(TxStrategy strategy, double loss, int record, int mss, int burst, bool aligned) => [(int)strategy, loss, record, mss, burst, aligned ? 1 : 0];
}
