using System.Globalization;
using ScottPlot;

namespace NicEmu.Report.Plots;

/// <summary>Bars made of parts, with the sum above each and values from elsewhere marked.</summary>
public static class StackedBarsPlot
{
    /// <summary>Bars beside which long names do not fit any more.</summary>
    private const int MostLevelNames = 8;

    private static readonly MarkerShape[] MarkShapes = [MarkerShape.OpenDiamond, MarkerShape.OpenCircle, MarkerShape.Cross];

    /// <summary>Draws them.</summary>
    /// <param name="text">What stands around.</param>
    /// <param name="parts">Names of the parts, from the bottom up.</param>
    /// <param name="bars">The bars, from left to right; parts that are zero in all of them stay out of the legend.</param>
    /// <param name="sumFormat">How sums are written, as a .NET format; empty for none.</param>
    /// <param name="markNames">What the marks are called in the legend, at most three.</param>
    public static PlotImage Draw(PlotText text, IReadOnlyList<string> parts, IReadOnlyList<StackedBar> bars, string sumFormat, params string[] markNames)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(bars);
        Plot plot = PlotStyle.Create(text);
        var drawn = new List<Bar>();
        double highest = 0;
        for (int at = 0; at < bars.Count; at++)
        {
            double sum = 0;
            for (int part = 0; part < parts.Count; part++)
            {
                double value = bars[at].Parts[part];
                if (value <= 0) continue;
                drawn.Add(new() { Position = at, ValueBase = sum, Value = sum + value, FillColor = PlotStyle.Of(part), LineColor = Colors.White, LineWidth = 1, Size = 0.7 });
                sum += value;
            }

            highest = Math.Max(highest, sum);
            if (sumFormat.Length > 0) AddSum(plot, at, sum, sumFormat);
        }

        if (drawn.Count > 0) plot.Add.Bars(drawn);
        foreach ((int at, int mark, double value) in Marks(bars))
        {
            plot.Add.Marker(at + 0.42, value, MarkShapes[mark % MarkShapes.Length], 11, Colors.Black);
            highest = Math.Max(highest, value);
        }

        ShowLegend(plot, parts, bars, markNames);
        NameBars(plot, bars);
        plot.Axes.SetLimits(-0.6, bars.Count - 0.3, 0, Math.Max(highest, 1e-9) * (sumFormat.Length > 0 ? 1.1 : 1.02));
        return PlotStyle.Finish(plot, text);
    }

    private static IEnumerable<(int Bar, int Mark, double Value)> Marks(IReadOnlyList<StackedBar> bars)
    {
        for (int at = 0; at < bars.Count; at++)
        {
            IReadOnlyList<double> marks = bars[at].Marks ?? [];
            for (int mark = 0; mark < marks.Count; mark++)
            {
                if (!double.IsNaN(marks[mark])) yield return (at, mark, marks[mark]);
            }
        }
    }

    private static void AddSum(Plot plot, double x, double sum, string format)
    {
        ScottPlot.Plottables.Text label = plot.Add.Text(sum.ToString(format, CultureInfo.InvariantCulture), x, sum);
        label.LabelAlignment = Alignment.LowerCenter;
        label.LabelFontSize = 13;
        label.LabelBold = true;
        label.LabelFontColor = Colors.Black;
        label.OffsetY = -2;
    }

    private static void NameBars(Plot plot, IReadOnlyList<StackedBar> bars)
    {
        plot.Axes.Bottom.SetTicks([.. Enumerable.Range(0, bars.Count).Select(i => (double)i)], [.. bars.Select(b => b.Name)]);
        plot.Axes.Bottom.MajorTickStyle.Length = 0;
        if (bars.Count <= MostLevelNames || bars.Max(static b => b.Name.Length) < 6) return;
        plot.Axes.Bottom.TickLabelStyle.Rotation = -30;
        plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.UpperRight;
        plot.Axes.Bottom.TickLabelStyle.OffsetX = 8;
        plot.Axes.Bottom.TickLabelStyle.OffsetY = 4;
        plot.Axes.Bottom.MinimumSize = 78;
    }

    private static void ShowLegend(Plot plot, IReadOnlyList<string> parts, IReadOnlyList<StackedBar> bars, string[] markNames)
    {
        var items = new List<LegendItem>();
        for (int part = 0; part < parts.Count; part++)
        {
            if (bars.Any(b => b.Parts[part] > 0)) items.Add(new() { LabelText = parts[part], FillColor = PlotStyle.Of(part) });
        }

        foreach (int mark in Marks(bars).Select(static m => m.Mark).Distinct().Order())
        {
            items.Add(new() { LabelText = markNames[mark], MarkerShape = MarkShapes[mark % MarkShapes.Length], MarkerSize = 10, MarkerColor = Colors.Black, LineWidth = 0 });
        }

        PlotStyle.ShowLegend(plot, items);
    }
}
