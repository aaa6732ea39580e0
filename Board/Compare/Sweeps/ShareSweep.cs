using NicEmu.Driver.Ktls;
using NicEmu.Net;

namespace NicEmu.Board.Compare.Sweeps;

/// <summary>How many records the receiving card decrypts alone when segments are lost, beside published figures of one card.</summary>
internal static class ShareSweep
{
    private const int QuickRecords = 1200;
    private const int FullRecords = 6000;
    private const double Points = 0.05;

    /// <summary>Share of records up to which the formula may leave out what it leaves out.</summary>
    private const double LeftOut = 0.04;

    private const int CitedRecord = 16384;
    private const int CitedMss = 1448;

    /// <summary>Loss, and percent of records entirely, partly and not decrypted by the card: the artifact of ASPLOS 2021, ConnectX-6 Dx, 16 KB records, MTU 1500.</summary>
    private static readonly double[][] Cited =
    [
        [0, 84.1, 0, 15.9], [0.005, 79.5, 0.7, 19.9], [0.01, 73.1, 1.6, 25.3], [0.0152, 74.5, 3.0, 22.5], [0.02, 70.8, 4.8, 24.4], [0.025, 62.0, 6.2, 31.9],
        [0.0303, 61.0, 8.5, 30.6], [0.0357, 52.5, 9.5, 37.9], [0.04, 53.1, 11.1, 35.8], [0.0455, 49.0, 11.9, 39.1], [0.05, 43.2, 11.2, 45.5],
    ];

    private static readonly SweepColumn[] Columns =
    [
        new("loss", SweepRole.Axis, "1", "Probability that a segment of the sender is lost."),
        new("record", SweepRole.Axis, "bytes", "Content of a record; on the wire 22 bytes more (TLS 1.3)."),
        new("mss", SweepRole.Axis, "bytes", "TCP payload of a segment."),
        new("in-flight", SweepRole.Axis, "records", "Records that may be in flight."),
        new("aligned", SweepRole.Axis, "1", "Whether every record begins with a segment.") { Labels = SweepColumn.NoYes },
        new("records", SweepRole.Measured, "records", "Records that arrived, each with the right content."),
        new("segments-lost", SweepRole.Measured, "segments", "Segments that the network lost."),
        new("entirely", SweepRole.Measured, "1", "Share of records that the card decrypted entirely."),
        new("partly", SweepRole.Measured, "1", "Share of records of which it decrypted some packets; software encrypts those again to verify the whole."),
        new("not", SweepRole.Measured, "1", "Share of records that software decrypted alone."),
        new("formula", SweepRole.Formula, "1", "(1-loss)^(R/M): none of the record's segments is lost; without loss the card decrypts all. R on the wire.") { Of = "entirely", Within = Points },
        new("applies", SweepRole.Applies, "1", "Whether the formula's assumptions hold: aligned, at most two records in flight, and what it leaves out is less than four points.") { Labels = SweepColumn.NoYes, Of = "formula" },
        new("card-formula", SweepRole.Formula, "1", "With what that leaves out: the short last segment, and the segment before on which the place of the record hangs. (1-loss)^(n+1) if aligned, n = R/M rounded up; else (1-loss)^(2R/M+1).") { Of = "entirely", Within = Points },
        new("cited-entirely", SweepRole.Cited, "1", "Published: one receiving core, ConnectX-6 Dx, cubic, GRO on, 64 connections (artifact of ASPLOS 2021). 84.1 % already without loss.") { Of = "entirely" },
        new("cited-partly", SweepRole.Cited, "1", "The same.") { Of = "partly" },
        new("cited-not", SweepRole.Cited, "1", "The same.") { Of = "not" },
    ];

    public static SweepDefinition Definition { get; } = new("share", "How many records the receiving card decrypts when segments are lost", Columns, Settings(), Measure);

    internal static double[] Measure(double loss, int record, int mss, int window, bool isAligned, int records, SeededRandom random, CancellationToken cancellation)
    {
        // Without time stamps every segment carries a whole MSS; the sender's buffer takes whole records only.
        var tcp = new TcpConfig { MaximumSegmentSize = mss, Timestamps = false, SendBufferBytes = window * (record + RecordTransfer.Overhead), ReceiveBufferBytes = 1 << 20 };
        using var run = new RecordTransfer(new RecordTransferOptions(loss, record, records, tcp) { IsAligned = isAligned }, random, cancellation);
        run.Run();
        KtlsCounters counters = run.Received;
        double all = counters.RxRecordsDevice + counters.RxRecordsMixed + counters.RxRecordsSoftware;
        double segments = (double)(record + RecordTransfer.Overhead) / mss;
        double formula = Math.Pow(1 - loss, segments);
        double cardFormula = Math.Pow(1 - loss, isAligned ? Math.Ceiling(segments) + 1 : (2 * segments) + 1);
        double[]? cited = record == CitedRecord && mss == CitedMss ? Array.Find(Cited, c => c[0] == loss) : null;
        return
        [
            run.Arrived,
            run.SegmentsLost,
            counters.RxRecordsDevice / all,
            counters.RxRecordsMixed / all,
            counters.RxRecordsSoftware / all,
            formula,
            isAligned && window <= 2 && formula - cardFormula < LeftOut ? 1 : 0,
            cardFormula,
            .. cited is null ? [double.NaN, double.NaN, double.NaN] : cited.Skip(1).Select(static percent => percent / 100),
        ];
    }

    private static double[] Measure(SweepTask task) =>
        Measure(task[0], task.Count(1), task.Count(2), task.Count(3), task.Count(4) == 1, task.IsFull ? FullRecords : QuickRecords, task.Random, task.Cancellation);

    private static IEnumerable<(double[] Values, bool IsQuick)> Settings()
    {
        foreach ((int window, int aligned) in ((int, int)[])[(2, 1), (2, 0), (8, 1), (8, 0)])
        {
            foreach (double[] cited in Cited)
            {
                bool isQuick = cited[0] is 0 or 0.005 or 0.01 or 0.02 or 0.0303 or 0.04 or 0.05;
                yield return ([cited[0], CitedRecord, CitedMss, window, aligned], isQuick);
            }
        }

        foreach ((int record, int mss) in ((int, int)[])[(4096, 536), (4096, 1448), (16384, 536)])
        {
            foreach (double loss in (double[])[0.001, 0.005, 0.01, 0.02, 0.05]) yield return ([loss, record, mss, 2, 1], record == 4096 && mss == CitedMss && loss >= 0.01);
        }
    }
}
