namespace NicEmu.Board.Scenarios;

/// <summary>One thing that an end of a flow does. The steps of one end run in their order, each when its time has come and the one before was handed over whole.</summary>
/// <param name="Kind">What.</param>
/// <param name="From">Which end.</param>
/// <param name="AtPs">When at the earliest, in picoseconds since both directions of the flow were given their keys.</param>
/// <param name="Bytes">For <see cref="ScenarioStepKind.Send"/>: length of the content, 1 to 2^30.</param>
public sealed record ScenarioStep(ScenarioStepKind Kind, ScenarioSide From, long AtPs = 0, int Bytes = 0)
{
    /// <summary>For <see cref="ScenarioStepKind.Send"/>: MSG_MORE, the last record stays open for what the end sends next; after its last step it is closed.</summary>
    public bool More { get; init; }

    /// <summary>For <see cref="ScenarioStepKind.Send"/>: MSG_EOR, the record ends with this content. Not together with <see cref="More"/>.</summary>
    public bool EndsRecord { get; init; }

    /// <summary>For <see cref="ScenarioStepKind.Rekey"/>: whether the other end is asked to change its sending key too.</summary>
    public bool RequestsUpdate { get; init; }
}
