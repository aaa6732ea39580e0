using NicEmu.Board.Faults;
using NicEmu.Spec.Events;
using NicEmu.Spec.Inspect;

namespace NicEmu.Board.Scenarios;

/// <summary>What a run of a scenario is given besides the scenario.</summary>
public sealed record ScenarioRunOptions
{
    /// <summary>Receives the events of both machines; null for none.</summary>
    public ITraceSink? Trace { get; init; }

    /// <summary>Faults put in besides the scenario's own.</summary>
    public IReadOnlyList<FaultSpecification> Faults { get; init; } = [];

    /// <summary>Virtual time at which the state tree is taken, in picoseconds since power-on; null for the end of the run.</summary>
    public long? InspectAtPs { get; init; }

    /// <summary>Receives the state tree of the machines; null when nobody wants it.</summary>
    public Action<InspectNode>? Inspected { get; init; }
}
