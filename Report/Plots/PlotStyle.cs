using ScottPlot;
using SkiaSharp;

namespace NicEmu.Report.Plots;

/// <summary>How all plots look: one font, one set of colours that people who do not see red and green can tell apart, and a size that prints.</summary>
public static class PlotStyle
{
    internal const int Width = 900;

    internal const int Height = 480;

    // Okabe and Ito's set of eight.
    private static readonly string[] Palette = ["#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#F0E442", "#444444"];

    private static readonly string[] PreferredFonts = ["DejaVu Sans", "Liberation Sans", "Noto Sans", "Arial"];

    private static readonly string[] PreferredFixedFonts = ["DejaVu Sans Mono", "Liberation Mono", "Noto Sans Mono", "Courier New"];

    private static readonly string? Font = PreferredFonts.FirstOrDefault(IsThere) ?? SKFontManager.Default.FontFamilies.FirstOrDefault();

    /// <summary>Whether this machine has a font; without one the drawings have no text.</summary>
    public static bool HasFont { get; } = Font is not null && SKFontManager.Default.MatchFamily(Font) is { } face && face.GetGlyph('0') != 0;

    /// <summary>What to do on a machine without fonts.</summary>
    public static string FontAdvice => "No font is installed, so the drawings have no text: sudo apt-get install fonts-dejavu-core";

    /// <summary>A font whose letters are equally wide, or the nearest that there is; null without fonts.</summary>
    internal static string? FixedFont => PreferredFixedFonts.FirstOrDefault(IsThere) ?? Font;

    internal static Color Of(int number) => Color.FromHex(Palette[number % Palette.Length]);

    internal static Plot Create(PlotText text)
    {
        var plot = new Plot();
        plot.Font.Set(Font ?? Fonts.Default);
        plot.Title(text.Title, size: 17);
        plot.XLabel(text.XLabel, size: 14);
        plot.YLabel(text.YLabel, size: 14);
        plot.Axes.Bottom.TickLabelStyle.FontSize = 13;
        plot.Axes.Left.TickLabelStyle.FontSize = 13;
        plot.Grid.MajorLineColor = Colors.Black.WithOpacity(0.08);
        plot.Axes.Right.IsVisible = false;
        plot.Axes.Top.IsVisible = false;
        return plot;
    }

    /// <summary>A legend beside the data, where it hides nothing.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="items">Its entries; null for those of what was drawn.</param>
    internal static void ShowLegend(Plot plot, IEnumerable<LegendItem>? items = null)
    {
        if (items is not null) plot.Legend.ManualItems.AddRange(items);
        plot.Legend.FontSize = 12;
        plot.Legend.OutlineColor = Colors.Transparent;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.ShowLegend(Edge.Right);
    }

    internal static PlotImage Finish(Plot plot, PlotText text) =>
        new(text.Name, text.Title, text.Caption, plot.GetSvgXml(Width, Height), plot.GetImageBytes(Width, Height, ImageFormat.Png));

    private static bool IsThere(string family) => SKFontManager.Default.FontFamilies.Contains(family);
}
