using NicEmu.Board.Faults;

namespace NicEmu.Board.Scenarios;

/// <summary>A run written down: two machines, what they send each other, what goes wrong, and what must come of it.</summary>
public sealed record Scenario
{
    /// <summary>Short name.</summary>
    public string Name { get; init; } = "scenario";

    /// <summary>What it shows.</summary>
    public string About { get; init; } = string.Empty;

    /// <summary>Decides about everything that is drawn.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Longest run in picoseconds of virtual time.</summary>
    public long LimitPs { get; init; } = 10_000_000_000_000;

    /// <summary>The machines.</summary>
    public ScenarioMachine Machine { get; init; } = new();

    /// <summary>The connections, 1 to 64.</summary>
    public IReadOnlyList<ScenarioFlow> Flows { get; init; } = [];

    /// <summary>What the network does.</summary>
    public IReadOnlyList<NetworkRule> Network { get; init; } = [];

    /// <summary>Faults of the machine under test.</summary>
    public IReadOnlyList<FaultSpecification> Faults { get; init; } = [];

    /// <summary>What happens to its cable.</summary>
    public IReadOnlyList<LinkChange> Link { get; init; } = [];

    /// <summary>What must come of it.</summary>
    public ScenarioExpectations Expect { get; init; } = new();
}
