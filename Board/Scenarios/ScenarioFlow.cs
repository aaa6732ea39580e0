namespace NicEmu.Board.Scenarios;

/// <summary>One TLS connection between the machine and its peer.</summary>
public sealed record ScenarioFlow
{
    /// <summary>Name, unique in the scenario.</summary>
    public string Name { get; init; } = "main";

    /// <summary>Who connects; the other listens.</summary>
    public ScenarioSide Connects { get; init; }

    /// <summary>When it connects, in picoseconds since both cards are up.</summary>
    public long AtPs { get; init; }

    /// <summary>What its ends do. When all is done and delivered both close.</summary>
    public IReadOnlyList<ScenarioStep> Steps { get; init; } = [];

    /// <summary>Content bytes that an end sends.</summary>
    /// <param name="side">Which end.</param>
    public long BytesFrom(ScenarioSide side) => Steps.Where(s => s.From == side && s.Kind == ScenarioStepKind.Send).Sum(static s => (long)s.Bytes);

    internal bool IsAborted => Steps.Any(static s => s.Kind == ScenarioStepKind.Abort);
}
