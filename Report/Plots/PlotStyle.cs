using ScottPlot;
using SkiaSharp;

namespace NicEmu.Report.Plots;

/// <summary>How all plots look: one font, one set of colours that people who do not see red and green can tell apart, and a size that prints.</summary>
internal static class PlotStyle
{
    public const int Width = 900;

    public const int Height = 460;

    // Okabe and Ito's set of eight.
    private static readonly string[] Palette = ["#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#F0E442", "#444444"];

    private static readonly string[] PreferredFonts = ["DejaVu Sans", "Liberation Sans", "Noto Sans", "Arial"];

    private static readonly string? Font = PreferredFonts.FirstOrDefault(f => SKFontManager.Default.FontFamilies.Contains(f)) ?? SKFontManager.Default.FontFamilies.FirstOrDefault();

    /// <summary>Whether this machine has a font; without one the drawings have no text.</summary>
    public static bool HasFont => Font is not null;

    public static Color Of(int number) => Color.FromHex(Palette[number % Palette.Length]);

    public static Plot Create(PlotText text)
    {
        var plot = new Plot();
        plot.Font.Set(Font ?? Fonts.Default);
        plot.Title(text.Title, size: 16);
        plot.XLabel(text.XLabel, size: 13);
        plot.YLabel(text.YLabel, size: 13);
        plot.Grid.MajorLineColor = Colors.Black.WithOpacity(0.08);
        plot.Axes.Right.IsVisible = false;
        plot.Axes.Top.IsVisible = false;
        return plot;
    }

    public static PlotImage Finish(Plot plot, PlotText text) =>
        new(text.Name, text.Title, text.Caption, plot.GetSvgXml(Width, Height), plot.GetImageBytes(Width, Height, ImageFormat.Png));
}
