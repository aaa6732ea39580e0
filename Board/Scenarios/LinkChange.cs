namespace NicEmu.Board.Scenarios;

/// <summary>The cable of the machine under test is pulled or put back.</summary>
/// <param name="AtPs">When, in picoseconds since both cards are up.</param>
/// <param name="IsUp">Put back, else pulled.</param>
public sealed record LinkChange(long AtPs, bool IsUp);
