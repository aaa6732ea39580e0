using ScottPlot;
using ScottPlot.Plottables;

namespace NicEmu.Report.Plots;

/// <summary>Lines over a number: measured, by formula, and published.</summary>
public static class LinesPlot
{
    /// <summary>Names of places along a logarithmic axis that fit beside each other.</summary>
    private const int MostTicks = 14;

    /// <summary>Draws them.</summary>
    /// <param name="text">What stands around.</param>
    /// <param name="series">The lines; one without points stays out.</param>
    /// <param name="thresholds">Places on the horizontal axis to mark, with their names.</param>
    /// <param name="logX">Whether the horizontal axis is logarithmic; all X are above zero then.</param>
    public static PlotImage Draw(PlotText text, IReadOnlyList<LineSeries> series, IReadOnlyList<(double X, string Name)> thresholds, bool logX)
    {
        ArgumentNullException.ThrowIfNull(text);
        Plot plot = PlotStyle.Create(text);
        foreach (LineSeries line in series)
        {
            if (line.Points.Count == 0) continue;
            double[] x = [.. line.Points.Select(p => logX ? Math.Log10(p.X) : p.X)];
            double[] y = [.. line.Points.Select(p => p.Y)];
            Scatter drawn = plot.Add.Scatter(x, y, PlotStyle.Of(line.Color));
            drawn.LegendText = line.Name;
            drawn.MarkerSize = line.Kind == LineKind.Formula ? 0 : 7;
            drawn.MarkerShape = line.Kind == LineKind.Published ? MarkerShape.OpenDiamond : MarkerShape.FilledCircle;
            drawn.LineWidth = line.Kind == LineKind.Published ? 0 : 2;
            drawn.LinePattern = line.Kind == LineKind.Formula ? LinePattern.Dashed : LinePattern.Solid;
        }

        foreach ((double place, string name) in thresholds)
        {
            VerticalLine mark = plot.Add.VerticalLine(logX ? Math.Log10(place) : place, 1, Colors.Gray, LinePattern.Dotted);
            mark.LegendText = name;
        }

        if (logX) UseLogarithmicTicks(plot, series);
        plot.Axes.AutoScale();
        plot.Axes.SetLimitsY(0, plot.Axes.GetLimits().Top);
        PlotStyle.ShowLegend(plot);
        return PlotStyle.Finish(plot, text);
    }

    private static void UseLogarithmicTicks(Plot plot, IReadOnlyList<LineSeries> series)
    {
        double[] all = [.. series.SelectMany(s => s.Points).Select(p => p.X).Distinct().Order()];
        double apart = all.Length == 0 ? 0 : Math.Log10(all[^1] / all[0]) / MostTicks;
        List<double> at = [];
        foreach (double x in all)
        {
            if (at.Count == 0 || Math.Log10(x / at[^1]) >= apart) at.Add(x);
        }

        plot.Axes.Bottom.SetTicks([.. at.Select(Math.Log10)], [.. at.Select(x => x.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture))]);
    }
}
