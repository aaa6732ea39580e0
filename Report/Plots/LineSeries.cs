namespace NicEmu.Report.Plots;

/// <summary>One line of a plot.</summary>
/// <param name="Name">Its entry in the legend.</param>
/// <param name="Kind">Where its values come from.</param>
/// <param name="Color">Number of its colour; lines that belong together share one.</param>
/// <param name="Points">Its points, ascending in X.</param>
public sealed record LineSeries(string Name, LineKind Kind, int Color, IReadOnlyList<(double X, double Y)> Points);
