namespace NicEmu.Board.Compare.Sweeps;

/// <summary>How far a sweep is.</summary>
/// <param name="Sweep">Name of the sweep.</param>
/// <param name="Done">Points that are done.</param>
/// <param name="Total">Points in all.</param>
public readonly record struct SweepProgress(string Sweep, int Done, int Total);
