using System.Text.RegularExpressions;

namespace NicEmu.Tests.Museum;

/// <summary>What came of a case.</summary>
/// <param name="Outcome">Passed, Failed or Skipped.</param>
/// <param name="Message">Why.</param>
/// <param name="Findings">Sanitizer rules that were broken, with how.</param>
internal sealed record Verdict(string Outcome, string? Message, IReadOnlyList<(string Rule, string What)> Findings)
{
    /// <summary>Whether the case judged, and the verdict is against: an exception of the product is no judgement.</summary>
    public bool IsKill => Outcome == "Failed" && Message is not null && Regex.IsMatch(Message, "^(with [^:]+: )?expected that (?!the sanitizer)");
}
