using System.Globalization;
using ScottPlot;

namespace NicEmu.Report.Plots;

/// <summary>Bars made of parts, with the sum above each and published values marked.</summary>
public static class StackedBarsPlot
{
    /// <summary>Draws them.</summary>
    /// <param name="text">What stands around.</param>
    /// <param name="parts">Names of the parts, from the bottom up.</param>
    /// <param name="bars">The bars, from left to right; parts that are zero in all of them stay out of the legend.</param>
    /// <param name="sumFormat">How sums are written, as a .NET format; empty for none.</param>
    /// <param name="markName">What the marks are called in the legend.</param>
    public static PlotImage Draw(PlotText text, IReadOnlyList<string> parts, IReadOnlyList<StackedBar> bars, string sumFormat, string markName = "published")
    {
        ArgumentNullException.ThrowIfNull(text);
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

            highest = Math.Max(highest, Math.Max(sum, bars[at].Mark ?? 0));
            if (sumFormat.Length > 0) AddSum(plot, at, sum, sumFormat);
        }

        if (drawn.Count > 0) plot.Add.Bars(drawn);
        AddMarks(plot, bars);
        ShowLegend(plot, parts, bars, markName);
        plot.Axes.Bottom.SetTicks([.. Enumerable.Range(0, bars.Count).Select(i => (double)i)], [.. bars.Select(b => b.Name)]);
        plot.Axes.Bottom.MajorTickStyle.Length = 0;
        plot.Axes.SetLimits(-0.6, bars.Count - 0.4, 0, Math.Max(highest, 1e-9) * 1.15);
        return PlotStyle.Finish(plot, text);
    }

    private static void AddSum(Plot plot, double x, double sum, string format)
    {
        ScottPlot.Plottables.Text label = plot.Add.Text(sum.ToString(format, CultureInfo.InvariantCulture), x, sum);
        label.LabelAlignment = Alignment.LowerCenter;
        label.LabelFontSize = 12;
        label.LabelBold = true;
        label.LabelFontColor = Colors.Black;
        label.OffsetY = -2;
    }

    private static void AddMarks(Plot plot, IReadOnlyList<StackedBar> bars)
    {
        for (int at = 0; at < bars.Count; at++)
        {
            if (bars[at].Mark is { } mark) plot.Add.Marker(at, mark, MarkerShape.OpenDiamond, 12, Colors.Black);
        }
    }

    private static void ShowLegend(Plot plot, IReadOnlyList<string> parts, IReadOnlyList<StackedBar> bars, string markName)
    {
        var items = new List<LegendItem>();
        for (int part = 0; part < parts.Count; part++)
        {
            if (bars.Any(b => b.Parts[part] > 0)) items.Add(new() { LabelText = parts[part], FillColor = PlotStyle.Of(part) });
        }

        if (bars.Any(b => b.Mark is not null)) items.Add(new() { LabelText = markName, MarkerShape = MarkerShape.OpenDiamond, MarkerSize = 10, MarkerColor = Colors.Black, LineWidth = 0 });
        plot.ShowLegend(items, Alignment.UpperRight);
    }
}
