using System.Globalization;
using NicEmu.Board.Compare.Sweeps;
using NicEmu.Report.Plots;

namespace NicEmu.Report.Compare;

/// <summary>How well a card fares with losses on receive, and with many connections: P4 and P6.</summary>
public static class ShapePlots
{
    private const double Percent = 100;

    /// <summary>P4: how much of the records the receiving card decrypts.</summary>
    /// <param name="sweep">The sweep <c>share</c>.</param>
    public static PlotImage Share(SweepResult sweep)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        var text = new PlotText(
            "P4-receive-share",
            "Records that the receiving card decrypts when segments are lost",
            "Records of 16384 bytes, segments of 1448, each record beginning with a segment, two in flight. Symbols: published for one card (ConnectX-6 Dx, 64 connections, artifact of ASPLOS 2021), which decrypts 84.1 % already without loss; compare how the share falls, not where it begins. It also leaves more to software whole where this one has begun. Cross: (1-p)^(R/M), the chance that no segment of a record is lost.",
            "loss",
            "percent of the records");
        SweepPoint[] points = [.. sweep.Points.Where(static p => p["record"] == DrawnSweeps.Record && p["mss"] == DrawnSweeps.Segment && p["in-flight"] == 2 && p["aligned"] == 1).OrderBy(static p => p["loss"])];
        return StackedBarsPlot.Draw(
            text,
            ["entirely by the card", "partly by the card", "by software"],
            [
                .. points.Select(static p => new StackedBar(
                    (Percent * p["loss"]).ToString("0.##", CultureInfo.InvariantCulture) + " %",
                    [Percent * p["entirely"], Percent * p["partly"], Percent * p["not"]],
                    [Percent * p["cited-entirely"], Percent * (p["cited-entirely"] + p["cited-partly"]), Percent * p["formula"]])),
            ],
            string.Empty,
            "published: entirely",
            "published: + partly",
            "(1-p)^(R/M)");
    }

    /// <summary>P6: how often the card lacks a key, over the number of connections.</summary>
    /// <param name="sweep">The sweep <c>cache</c>.</param>
    public static PlotImage Cache(SweepResult sweep)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        var text = new PlotText(
            "P6-context-misses",
            "Requests whose key the card has to fetch first",
            "One line for each size of the cache and order of turns. In turn, one connection more than there is room for makes every use miss; in any order a use misses with 1 - cache/connections (dashed). What carries over to a real card is the shape.",
            "TLS connections that take turns",
            "misses in percent of the requests");
        List<LineSeries> lines = [];
        int color = 0;
        foreach (double cache in sweep.Points.Select(static p => p["cache"]).Distinct().Order())
        {
            SweepPoint[] points = [.. sweep.Points.Where(p => p["cache"] == cache).OrderBy(static p => p["sessions"])];
            string name = cache.ToString(CultureInfo.InvariantCulture) + " keys";
            SweepPoint[] random = [.. points.Where(static p => p.Text("turns") == "random")];
            lines.Add(new(name + ", any order", LineKind.Measured, color, [.. random.Select(static p => (p["sessions"], Percent * p["miss-ratio"]))]));
            lines.Add(new(name + ", any order: formula", LineKind.Formula, color++, [.. random.Select(static p => (p["sessions"], Percent * p["formula"]))]));
            lines.Add(new(name + ", in turn", LineKind.Measured, color++, [.. points.Where(static p => p.Text("turns") == "round-robin").Select(static p => (p["sessions"], Percent * p["miss-ratio"]))]));
        }

        return LinesPlot.Draw(text, lines, [], logX: true);
    }
}
