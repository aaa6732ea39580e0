using NicEmu.Conformance.Core;

namespace NicEmu.Conformance.Reports;

/// <summary>A table for people, fit for a pull request.</summary>
internal static class MarkdownReport
{
    public static void Write(SuiteReport report, TextWriter output)
    {
        output.Write($"# Conformance of {report.Target}\n\n{report.Product}, seed {report.Seed}: {report.Passed} passed, {report.Failed} failed, {report.Skipped} skipped.\n\n");
        output.Write("| Case | Profile | Judges | Behaviour | Result |\n|---|---|---|---|---|\n");
        foreach (CaseResult result in report.Results)
        {
            string outcome = result.Outcome switch
            {
                CaseOutcome.Passed => "passed",
                CaseOutcome.Failed => $"**failed**: {Cell(result.Message)}<br>`{report.Reproduce(result.Case)}`",
                _ => $"skipped: {Cell(result.Message)}",
            };
            output.Write($"| {result.Case.Id} | {result.Case.Profile.ToString().ToLowerInvariant()} | {result.Case.Kind.ToString().ToLowerInvariant()} | {Cell(result.Case.Behaviour)} | {outcome} |\n");
        }
    }

    private static string Cell(string? text) => (text ?? string.Empty).ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);
}
