namespace NicEmu.Report.Plots;

/// <summary>One bar made of parts.</summary>
/// <param name="Name">Its label.</param>
/// <param name="Parts">A value for each part of the plot, in the plot's order; zero for none.</param>
/// <param name="Mark">A published value to mark beside it; null for none.</param>
public sealed record StackedBar(string Name, IReadOnlyList<double> Parts, double? Mark = null);
