namespace NicEmu.Board.Time;

/// <summary>One armed timer.</summary>
/// <param name="Name">Name given at creation.</param>
/// <param name="DeadlinePs">When it fires, in picoseconds of virtual time.</param>
public readonly record struct PendingTimer(string Name, long DeadlinePs);
