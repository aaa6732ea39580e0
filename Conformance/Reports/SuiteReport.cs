using NicEmu.Conformance.Core;

namespace NicEmu.Conformance.Reports;

/// <summary>What came of a run of the suite.</summary>
/// <param name="Target">What was judged.</param>
/// <param name="Product">Name and version of the suite.</param>
/// <param name="Seed">Decides about everything that was drawn.</param>
/// <param name="Results">One for each case that ran, in the order of the numbers.</param>
public sealed record SuiteReport(string Target, string Product, ulong Seed, IReadOnlyList<CaseResult> Results)
{
    /// <summary>The part of their long form that the cases ran; null for their usual form.</summary>
    public CaseSweep? Sweep { get; init; }

    /// <summary>Cases that behaved as required.</summary>
    public int Passed => Count(CaseOutcome.Passed);

    /// <summary>Cases that did not.</summary>
    public int Failed => Count(CaseOutcome.Failed);

    /// <summary>Cases that could not be judged.</summary>
    public int Skipped => Count(CaseOutcome.Skipped);

    /// <summary>The command that runs one case again, as it ran here.</summary>
    /// <param name="test">The case.</param>
    public string Reproduce(ConformanceCase test) => Reproduce(test, Seed, Sweep);

    /// <summary>The command that runs one case again.</summary>
    /// <param name="test">The case.</param>
    /// <param name="seed">Decides about everything that is drawn.</param>
    /// <param name="sweep">The part of its long form; null for its usual form.</param>
    public static string Reproduce(ConformanceCase test, ulong seed, CaseSweep? sweep)
    {
        ArgumentNullException.ThrowIfNull(test);
        string form = sweep switch
        {
            null => string.Empty,
            { Parts: 1 } => " --sweep",
            _ => $" --sweep --shard {sweep}",
        };
        return $"nicemu conform --case {test.Id} --seed {seed}{form}";
    }

    private int Count(CaseOutcome outcome) => Results.Count(r => r.Outcome == outcome);
}
