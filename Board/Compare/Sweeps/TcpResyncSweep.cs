using NicEmu.Driver.Ktls;
using NicEmu.Net;

namespace NicEmu.Board.Compare.Sweeps;

/// <summary>What retransmissions cost when TCP decides what is sent again and when.</summary>
internal static class TcpResyncSweep
{
    private const long QuickBytes = 12_000_000;
    private const long FullBytes = 100_000_000;

    private static readonly SweepColumn[] Columns =
    [
        new("strategy", SweepRole.Axis, "1", "What the driver does about segments out of order.") { Labels = ["reposition", "rebuild", "range", "next-record"] },
        new("loss", SweepRole.Axis, "1", "Probability that the network loses a segment of the sender."),
        new("record", SweepRole.Axis, "bytes", "Content of a record; on the wire 22 bytes more (TLS 1.3, AES-128-GCM)."),
        new("mss", SweepRole.Axis, "bytes", "Longest segment; each is one request, the card cuts nothing."),
        new("new-bytes", SweepRole.Measured, "bytes", "Bytes of the stream."),
        new("segments-lost", SweepRole.Measured, "segments", "Segments that the network lost."),
        new("p", SweepRole.Measured, "1", "Bytes sent again per byte of the stream."),
        new("delta", SweepRole.Measured, "1", "Bytes that the card read and did not send, per byte of the stream, by its counters."),
        new("predicted", SweepRole.Predicted, "1", "What an independent model computes from the segments seen on the wire.") { Of = "delta" },
        new("formula", SweepRole.Formula, "1", "The closed formulas for lone retransmissions, from p.") { Of = "delta" },
        new("applies", SweepRole.Applies, "1", "Never: TCP sends again what hangs together, and new data between.") { Labels = SweepColumn.NoYes },
    ];

    public static SweepDefinition Definition { get; } = new("resync-tcp", "The same with TCP above: what a lossy network makes the card read and not send", Columns, Settings(), Measure);

    internal static double[] Measure(TxStrategy strategy, double loss, int record, int mss, long bytes, SeededRandom random, CancellationToken cancellation)
    {
        int length = record + RecordTransfer.Overhead;
        var model = new ResyncCostModel(strategy, 5);
        (long head, long again) = (0, 0);
        var tcp = new TcpConfig { MaximumSegmentSize = mss, Timestamps = false };
        using var run = new RecordTransfer(new RecordTransferOptions(loss, record, (int)Math.Max(1, bytes / length), tcp) { Strategy = strategy, Sent = OnSent }, random, cancellation);
        run.Run();
        double all = head;
        double p = again / all;
        double formula = ResyncCostFormula.Back(strategy, p, length, mss) + ResyncCostFormula.Forward(strategy, p, length, mss, mss, aligned: false);
        return [all, run.SegmentsLost, p, run.ExtraBytes / all, model.Bytes / all, formula, 0];

        void OnSent(long from, long to)
        {
            again += Math.Max(0, Math.Min(to, head) - from);
            head = Math.Max(head, to);
            model.Send(from, to, RecordOf);
        }

        (long Start, long End) RecordOf(long offset)
        {
            long start = offset / length * length;
            return (start, start + length);
        }
    }

    private static double[] Measure(SweepTask task) => Measure((TxStrategy)task.Count(0), task[1], task.Count(2), task.Count(3), task.IsFull ? FullBytes : QuickBytes, task.Random, task.Cancellation);

    private static IEnumerable<(double[] Values, bool IsQuick)> Settings()
    {
        foreach (TxStrategy strategy in (TxStrategy[])[TxStrategy.Rebuild, TxStrategy.Range, TxStrategy.Reposition, TxStrategy.NextRecord])
        {
            foreach (double loss in (double[])[0.001, 0.005, 0.01, 0.02, 0.05])
            {
                foreach ((int record, int mss) in ((int, int)[])[(16384, 1448), (4096, 1448), (16384, 536), (16384, 8948)]) yield return ([(int)strategy, loss, record, mss], (record, mss) == (16384, 1448));
            }
        }
    }
}
