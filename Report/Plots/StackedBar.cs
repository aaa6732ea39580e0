namespace NicEmu.Report.Plots;

/// <summary>One bar made of parts.</summary>
/// <param name="Name">Its label.</param>
/// <param name="Parts">A value for each part of the plot, in the plot's order; zero for none.</param>
/// <param name="Marks">Values from elsewhere to mark on it, in the order of the plot's names for them; NaN for none.</param>
public sealed record StackedBar(string Name, IReadOnlyList<double> Parts, IReadOnlyList<double>? Marks = null);
