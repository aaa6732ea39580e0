namespace NicEmu.Board.Scenarios;

/// <summary>One thing that an end of a flow does. The steps of one end run in their order, each when its time has come and the one before was handed over whole.</summary>
/// <param name="Kind">What.</param>
/// <param name="From">Which end.</param>
/// <param name="AtPs">When at the earliest, in picoseconds since both directions of the flow were given their keys.</param>
/// <param name="Bytes">For <see cref="ScenarioStepKind.Send"/>: length of the content, 1 to 2^30.</param>
public sealed record ScenarioStep(ScenarioStepKind Kind, ScenarioSide From, long AtPs = 0, int Bytes = 0);
