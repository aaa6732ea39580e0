namespace NicEmu.Board.Compare.Sweeps;

/// <summary>A run of a sweep did not do what it must: a record on the wire is wrong, or the card refused its driver.</summary>
/// <param name="message">What went wrong.</param>
public sealed class SweepFailedException(string message) : Exception(message);
