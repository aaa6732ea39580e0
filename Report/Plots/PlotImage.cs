namespace NicEmu.Report.Plots;

/// <summary>One finished plot.</summary>
/// <param name="Name">File name without its ending, such as "P1-bytes-per-byte".</param>
/// <param name="Title">What it shows, in one line.</param>
/// <param name="Caption">How to read it, in one or two sentences.</param>
/// <param name="Svg">The drawing as an SVG document.</param>
/// <param name="Png">The drawing as a PNG file.</param>
public sealed record PlotImage(string Name, string Title, string Caption, string Svg, ReadOnlyMemory<byte> Png);
