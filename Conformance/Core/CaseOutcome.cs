namespace NicEmu.Conformance.Core;

/// <summary>How a case ended.</summary>
public enum CaseOutcome
{
    /// <summary>As required.</summary>
    Passed = 0,

    /// <summary>Not as required.</summary>
    Failed,

    /// <summary>It could not be judged.</summary>
    Skipped,
}
