using NicEmu.Conformance.Sanitizer;

namespace NicEmu.Conformance.Core;

/// <summary>What came of a case.</summary>
/// <param name="Case">The case.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Message">Why, when it did not pass.</param>
/// <param name="VirtualPs">Time that passed in the model, in picoseconds.</param>
/// <param name="Trace">File with the trace of a failure; null when none was written.</param>
public sealed record CaseResult(ConformanceCase Case, CaseOutcome Outcome, string? Message, long VirtualPs, string? Trace = null)
{
    /// <summary>File with a scenario that runs a failed case again; null when none was written.</summary>
    public string? Scenario { get; init; }

    /// <summary>Mistakes of the driver that the sanitizer saw; always empty for a case that judges a card.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];
}
