using System.Text;
using NicEmu.Report.Html;
using SkiaSharp;

namespace NicEmu.Report.Plots;

/// <summary>Two frames side by side in hexadecimal as a drawing, with the bytes that differ on coloured ground.</summary>
public static class HexPairPlot
{
    private const int FontSize = 12;
    private const int LineHeight = 18;
    private const int Top = 66;
    private const int Margin = 16;

    private static readonly SKColor Marked = new(0xFF, 0xE0, 0x8A);

    /// <summary>Draws them.</summary>
    /// <param name="text">What stands around; the axis labels head the two sides.</param>
    /// <param name="before">The first frame.</param>
    /// <param name="after">The second frame.</param>
    /// <param name="bytes">How many bytes to show from the beginning.</param>
    public static PlotImage Draw(PlotText text, ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after, int bytes)
    {
        ArgumentNullException.ThrowIfNull(text);
        (string Text, bool Marked)[][] lines = [.. HexPair.Lines(before, after, bytes).Select(static l => l.ToArray())];
        using SKTypeface face = SKTypeface.FromFamilyName(PlotStyle.FixedFont);
        using var font = new SKFont(face, FontSize);
        float letter = font.MeasureText("0");
        float width = (2 * Margin) + (letter * lines.Select(static l => l.Sum(static p => p.Text.Length)).DefaultIfEmpty(0).Max());
        float height = Top + (LineHeight * lines.Length) + Margin;
        using var stream = new MemoryStream();
        using (SKCanvas canvas = SKSvgCanvas.Create(SKRect.Create(width, height), stream)) Draw(canvas, text, lines, font, letter);
        using var surface = SKSurface.Create(new SKImageInfo((int)Math.Ceiling(width), (int)Math.Ceiling(height)));
        Draw(surface.Canvas, text, lines, font, letter);
        using SKImage image = surface.Snapshot();
        using SKData png = image.Encode(SKEncodedImageFormat.Png, 100);
        string svg = Encoding.UTF8.GetString(stream.ToArray());
        return new(text.Name, text.Title, text.Caption, svg, png.ToArray());
    }

    private static void Draw(SKCanvas canvas, PlotText text, (string Text, bool Marked)[][] lines, SKFont font, float letter)
    {
        using var ink = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        using var ground = new SKPaint { Color = Marked };
        canvas.Clear(SKColors.White);
        canvas.DrawText(text.Title, Margin, 26, font, ink);
        float middle = lines.Length == 0 ? 0 : letter * (lines[0].Sum(static p => p.Text.Length) / 2);
        canvas.DrawText(text.XLabel, Margin + (6 * letter), 50, font, ink);
        canvas.DrawText(text.YLabel, Margin + middle + (6 * letter), 50, font, ink);
        for (int line = 0; line < lines.Length; line++)
        {
            float x = Margin;
            float y = Top + (line * LineHeight);
            foreach ((string piece, bool isMarked) in lines[line])
            {
                float wide = letter * piece.Length;
                if (isMarked) canvas.DrawRect(x, y, wide, LineHeight - 2, ground);
                if (!string.IsNullOrWhiteSpace(piece)) canvas.DrawText(piece, x, y + 12, font, ink);
                x += wide;
            }
        }
    }
}
