namespace NicEmu.Report.Plots;

/// <summary>What stands around a plot.</summary>
/// <param name="Name">File name without its ending.</param>
/// <param name="Title">What it shows, in one line.</param>
/// <param name="Caption">How to read it.</param>
/// <param name="XLabel">Horizontal axis with its unit.</param>
/// <param name="YLabel">Vertical axis with its unit.</param>
public sealed record PlotText(string Name, string Title, string Caption, string XLabel, string YLabel);
