using System.Buffers.Binary;
using System.Text.RegularExpressions;
using NicEmu.Report.Plots;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Report;

/// <summary>Drawings are drawn with what they are given: names, values, and a valid image.</summary>
public sealed class PlotTests
{
    private static readonly PlotText Text = new("P0-example", "A title", "A caption.", "horizontal", "vertical");

    [Test]
    public void StackedBars_TwoBars_ShowNamesSumsAndOnlyPartsThatThereAre()
    {
        PlotImage plot = StackedBarsPlot.Draw(Text, ["storage", "copies", "nothing"], [new("inline", [1, 1.00134, 0]), new("user", [1, 7, 0], [8.5])], "0.000", "published");

        string[] words = WordsOf(plot.Svg);

        Assert.That(words, Is.SupersetOf(new[] { "A title", "inline", "user", "2.001", "8.000", "storage", "copies", "published" }));
        Assert.That(words, Has.No.Member("nothing"));
        AssertPng(plot);
    }

    [Test]
    public void Lines_MeasuredFormulaPublished_AreInTheLegendAndThresholdsToo()
    {
        PlotImage plot = LinesPlot.Draw(
            Text,
            [
                new("measured", LineKind.Measured, 0, [(0.5, 0.05), (1, 0.11), (5, 0.56)]),
                new("formula", LineKind.Formula, 0, [(0.5, 0.0567), (1, 0.1133), (5, 0.5667)]),
                new("published", LineKind.Published, 1, [(1, 0.1)]),
                new("empty", LineKind.Measured, 2, []),
            ],
            [(2, "2 % limit")],
            logX: true);

        string[] words = WordsOf(plot.Svg);

        Assert.That(words, Is.SupersetOf(new[] { "measured", "formula", "published", "2 % limit", "0.5", "5" }));
        Assert.That(words, Has.No.Member("empty"));
        AssertPng(plot);
    }

    [Test]
    public void HeatMap_Values_AreWrittenInTheirRowAndColumn()
    {
        double[,] values = { { 0.11, 0.22 }, { 0.33, double.NaN } };

        PlotImage plot = HeatMapPlot.Draw(Text, ["1448", "8948"], ["1 KB", "16 KB"], values, "0.00");

        (string Word, double X, double Y)[] places = PlacesOf(plot.Svg);
        (string _, double x22, double y22) = places.Single(p => p.Word == "0.22");
        (string _, double x33, double y33) = places.Single(p => p.Word == "0.33");
        Assert.That(x22, Is.GreaterThan(x33), "0.22 is in the second column");
        Assert.That(y22, Is.GreaterThan(y33), "the first row is the lowest");
        AssertPng(plot);
    }

    private static void AssertPng(PlotImage plot)
    {
        ReadOnlySpan<byte> png = plot.Png.Span;
        Assert.That(png[..8].ToArray(), Is.EqualTo(new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10 }), "PNG specification §5.2");
        Assert.That(BinaryPrimitives.ReadInt32BigEndian(png[16..]), Is.EqualTo(900), "width in IHDR");
    }

    private static string[] WordsOf(string svg) => [.. PlacesOf(svg).Select(p => p.Word)];

    private static (string Word, double X, double Y)[] PlacesOf(string svg)
    {
        if (!svg.Contains("<text", StringComparison.Ordinal)) Assert.Ignore("This machine has no font.");
        return [.. Regex.Matches(svg, @"<text transform=""(?:translate\((?<x>[-\d.e]+) (?<y>[-\d.e]+)\)|[^""]*)""[^>]*>(?<word>[^<]*)")
            .Select(m => (System.Net.WebUtility.HtmlDecode(m.Groups["word"].Value).Trim(), Number(m.Groups["x"].Value), Number(m.Groups["y"].Value)))];
    }

    private static double Number(string text) => text.Length == 0 ? 0 : double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
