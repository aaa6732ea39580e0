using NicEmu.Board.Faults;
using NicEmu.Board.Sessions;
using NicEmu.Conformance.Sanitizer;

namespace NicEmu.Board.Scenarios;

/// <summary>How a scenario went.</summary>
public sealed record ScenarioResult
{
    /// <summary>Whether all that was expected came true.</summary>
    public bool Passed => Broken.Count == 0;

    /// <summary>What was expected and did not come true, in words.</summary>
    public required IReadOnlyList<string> Broken { get; init; }

    /// <summary>What went wrong in the run itself, expected or not; null when nothing did.</summary>
    public required string? Failure { get; init; }

    /// <summary>Whether the time limit ended it.</summary>
    public required bool TimedOut { get; init; }

    /// <summary>The flows, in the scenario's order.</summary>
    public required IReadOnlyList<ScenarioFlowResult> Flows { get; init; }

    /// <summary>The machine under test.</summary>
    public required MachineStatistics Machine { get; init; }

    /// <summary>The second machine.</summary>
    public required MachineStatistics Peer { get; init; }

    /// <summary>Frames that the machine under test sent.</summary>
    public required NetworkStatistics Outgoing { get; init; }

    /// <summary>Frames that it was sent.</summary>
    public required NetworkStatistics Incoming { get; init; }

    /// <summary>The faults, those of the network's rules first.</summary>
    public required IReadOnlyList<ArmedFault> Faults { get; init; }

    /// <summary>What the sanitizer found in both drivers' doings.</summary>
    public required DriverSanitizer Sanitizer { get; init; }

    /// <summary>Virtual time in picoseconds.</summary>
    public required long ElapsedPs { get; init; }
}
