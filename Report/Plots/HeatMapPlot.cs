using System.Globalization;
using ScottPlot;

namespace NicEmu.Report.Plots;

/// <summary>A value over two axes of named steps, each written into its cell.</summary>
public static class HeatMapPlot
{
    private static readonly ScottPlot.Colormaps.Viridis Map = new();

    /// <summary>Draws it.</summary>
    /// <param name="text">What stands around.</param>
    /// <param name="columns">Names along the horizontal axis.</param>
    /// <param name="rows">Names along the vertical axis, from the bottom up.</param>
    /// <param name="values">One value for each row and column; NaN where there is none.</param>
    /// <param name="format">How values are written, as a .NET format.</param>
    public static PlotImage Draw(PlotText text, IReadOnlyList<string> columns, IReadOnlyList<string> rows, double[,] values, string format)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(values);
        Plot plot = PlotStyle.Create(text);
        double highest = values.Cast<double>().Where(static v => !double.IsNaN(v)).DefaultIfEmpty(0).Max();
        for (int row = 0; row < rows.Count; row++)
        {
            for (int column = 0; column < columns.Count; column++) AddCell(plot, column, row, values[row, column], highest, format);
        }

        plot.Axes.Bottom.SetTicks([.. Enumerable.Range(0, columns.Count).Select(i => (double)i)], [.. columns]);
        plot.Axes.Left.SetTicks([.. Enumerable.Range(0, rows.Count).Select(i => (double)i)], [.. rows]);
        plot.Axes.SetLimits(-0.5, columns.Count - 0.5, -0.5, rows.Count - 0.5);
        return PlotStyle.Finish(plot, text);
    }

    private static void AddCell(Plot plot, int column, int row, double value, double highest, string format)
    {
        // Drawn as shapes: browsers blur a picture of few points.
        ScottPlot.Plottables.Rectangle cell = plot.Add.Rectangle(column - 0.5, column + 0.5, row - 0.5, row + 0.5);
        cell.FillColor = double.IsNaN(value) ? Colors.LightGray : Map.GetColor(highest > 0 ? value / highest : 0);
        cell.LineColor = Colors.White;
        cell.LineWidth = 1;
        if (double.IsNaN(value)) return;
        ScottPlot.Plottables.Text label = plot.Add.Text(value.ToString(format, CultureInfo.InvariantCulture), column, row);
        label.LabelAlignment = Alignment.MiddleCenter;
        label.LabelFontSize = 14;
        label.LabelFontColor = value < 0.6 * highest ? Colors.White : Colors.Black;
    }
}
