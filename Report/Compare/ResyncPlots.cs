using System.Globalization;
using NicEmu.Board.Compare.Sweeps;
using NicEmu.Report.Plots;

namespace NicEmu.Report.Compare;

/// <summary>What retransmissions and bursts make a card read and not send: P2, P3 and P5.</summary>
public static class ResyncPlots
{
    private const double Percent = 100;

    /// <summary>P2: bytes read in vain over bytes sent again.</summary>
    /// <param name="sweep">The sweep <c>resync</c>.</param>
    public static PlotImage OverLoss(SweepResult sweep)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        var text = new PlotText(
            "P2-delta-over-p",
            "What a retransmission makes the card read again",
            "Records of 16384 bytes, segments of 1448. A card that keeps its place in a record (as ConnectX-6 Dx) reads the record's beginning for what is sent again, and once more to come back to new data, unless bursts begin with records. "
            + "One that keeps no place (as T6) pays only where a segment holds a record's tag; what it pays in order is in P5. Lines: counted by the card; dashed: closed formulas (pR/M, pR/2M, 0.96p); diamonds: a Monte Carlo of the vendors' driver rules, no result of this emulator. "
            + "Formulas count each retransmission alone; in long bursts neighbours share a prefix, so the aligned lines (62 KB) bend below them. Dotted: where FreeBSD gives a connection back to software by default (2 %), and where Netflix tried it (1 %).",
            "bytes sent again, p, in percent of the stream",
            "bytes read and not sent, per byte (δ)");
        SweepPoint[] points = [.. sweep.Points.Where(static p => p["record"] == DrawnSweeps.Record && p["mss"] == DrawnSweeps.Segment)];
        List<LineSeries> lines = [];
        Add(lines, "keeps its place, pairs", 0, [.. points.Where(static p => IsPair(p, "rebuild"))], "delta", "formula", static p => p["cited-back"] + p["cited-forward"]);
        Add(lines, "keeps its place, aligned", 1, [.. points.Where(static p => IsAligned(p, "rebuild"))], "delta", "formula", static p => p["cited-back"] + p["cited-forward"]);
        Add(lines, "keeps none, pairs", 3, [.. points.Where(static p => IsPair(p, "range"))], "delta-back", "formula-back", static p => p["cited-back"]);
        Add(lines, "keeps none, aligned", 4, [.. points.Where(static p => IsAligned(p, "range"))], "delta-back", string.Empty, static _ => double.NaN);
        return LinesPlot.Draw(text, lines, [(1, "1 % limit"), (2, "2 % limit")], logX: false);
    }

    /// <summary>P3: bytes read in vain over records and segments, at one loss.</summary>
    /// <param name="sweep">The sweep <c>resync</c>.</param>
    public static PlotImage Map(SweepResult sweep)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        var text = new PlotText(
            "P3-delta-map",
            "Bytes read and not sent, per byte, at 2 % loss",
            "A card that keeps its place, two segments in a burst. Long records and short segments cost most: the cost goes with R/M. Each cell was counted by the card.",
            "segment (MSS), bytes",
            "record, bytes");
        SweepPoint[] points = [.. sweep.Points.Where(static p => p.Text("strategy") == "rebuild" && p["loss"] == DrawnSweeps.MapLoss && p["aligned"] == 0 && p["burst"] == 2 * p["mss"])];
        double[] segments = [.. points.Select(static p => p["mss"]).Distinct().Order()];
        double[] records = [.. points.Select(static p => p["record"]).Distinct().Order()];
        var values = new double[records.Length, segments.Length];
        for (int row = 0; row < records.Length; row++)
        {
            for (int column = 0; column < segments.Length; column++)
            {
                values[row, column] = points.FirstOrDefault(p => p["record"] == records[row] && p["mss"] == segments[column])?["delta"] ?? double.NaN;
            }
        }

        return HeatMapPlot.Draw(text, [.. segments.Select(Name)], [.. records.Select(Name)], values, "0.000");
    }

    /// <summary>P5: bytes read in vain in order, over the length of a burst.</summary>
    /// <param name="sweep">The sweep <c>waste</c>.</param>
    public static PlotImage InOrder(SweepResult sweep)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        var text = new PlotText(
            "P5-waste-in-order",
            "Bytes read and not sent although nothing is lost",
            "Records of 16384 bytes. A card that keeps no place reads a whole record again for each burst that holds the end of one it began in the middle of: R/2B for bursts B of at least a record R, 1 - B/2R for shorter ones. One that keeps its place reads nothing in vain.",
            "burst, KB",
            "bytes read and not sent, per byte");
        SweepPoint[] points = [.. sweep.Points.Where(static p => p["record"] == DrawnSweeps.Record)];
        SweepPoint[] range = [.. points.Where(static p => p.Text("strategy") == "range").OrderBy(static p => p["burst"])];
        SweepPoint[] rebuild = [.. points.Where(static p => p.Text("strategy") == "rebuild").OrderBy(static p => p["burst"])];
        return LinesPlot.Draw(
            text,
            [
                new("keeps no place", LineKind.Measured, 3, [.. range.Select(static p => (Kilobytes(p), p["waste"]))]),
                new("R/2B, 1 - B/2R", LineKind.Formula, 3, [.. range.Select(static p => (Kilobytes(p), p["formula"]))]),
                new("keeps its place", LineKind.Measured, 0, [.. rebuild.Select(static p => (Kilobytes(p), p["waste"]))]),
            ],
            [],
            logX: true);
    }

    private static void Add(List<LineSeries> lines, string name, int color, SweepPoint[] points, string measured, string formula, Func<SweepPoint, double> cited)
    {
        SweepPoint[] ordered = [.. points.OrderBy(static p => p["p"])];
        lines.Add(new(name, LineKind.Measured, color, Points(ordered, p => p[measured])));
        if (formula.Length > 0) lines.Add(new(name + ": formula", LineKind.Formula, color, Points(ordered, p => p[formula])));
        lines.Add(new(name + ": Monte Carlo", LineKind.Published, color, [.. ordered.Select(q => (Percent * q["loss"], cited(q))).Where(static q => !double.IsNaN(q.Item2))]));
    }

    private static (double X, double Y)[] Points(SweepPoint[] points, Func<SweepPoint, double> value) =>
        [.. points.Select(p => (Percent * p["p"], value(p))).Where(static p => !double.IsNaN(p.Item2))];

    private static bool IsPair(SweepPoint point, string strategy) => point.Text("strategy") == strategy && point["aligned"] == 0 && point["burst"] == 2 * point["mss"];

    private static bool IsAligned(SweepPoint point, string strategy) => point.Text("strategy") == strategy && point["aligned"] == 1;

    private static double Kilobytes(SweepPoint point) => Math.Round(point["burst"] / 1000, 1);

    private static string Name(double number) => number.ToString(CultureInfo.InvariantCulture);
}
