using NicEmu.Conformance.Core;

namespace NicEmu.Conformance.Reports;

/// <summary>KTAP version 1, as the kernel's test tools read it: a subtest for each profile.</summary>
internal static class KtapReport
{
    public static void Write(SuiteReport report, TextWriter output)
    {
        IGrouping<CaseProfile, CaseResult>[] groups = [.. report.Results.GroupBy(r => r.Case.Profile)];
        output.Write("KTAP version 1\n");
        output.Write($"1..{groups.Length}\n");
        for (int i = 0; i < groups.Length; i++)
        {
            CaseResult[] results = [.. groups[i]];
            output.Write($"  KTAP version 1\n  1..{results.Length}\n");
            for (int n = 0; n < results.Length; n++) WriteCase(report, output, n + 1, results[n]);
            bool ok = results.All(r => r.Outcome != CaseOutcome.Failed);
            output.Write($"{(ok ? "ok" : "not ok")} {i + 1} {groups[i].Key.ToString().ToLowerInvariant()}\n");
        }

        output.Write($"# Totals: pass:{report.Passed} fail:{report.Failed} skip:{report.Skipped}\n");
    }

    private static void WriteCase(SuiteReport report, TextWriter output, int number, CaseResult result)
    {
        string message = OneLine(result.Message);
        if (result.Outcome == CaseOutcome.Failed) output.Write($"  # {message}\n  # reproduce: {report.Reproduce(result.Case)}\n");
        string directive = result.Outcome == CaseOutcome.Skipped ? $" # SKIP {message}" : string.Empty;
        output.Write($"  {(result.Outcome == CaseOutcome.Failed ? "not ok" : "ok")} {number} {result.Case.Id}_{OneLine(result.Case.Name).Replace(' ', '_')}{directive}\n");
    }

    // A number sign begins a directive, and a line is a record.
    private static string OneLine(string? text) => (text ?? string.Empty).ReplaceLineEndings(" ").Replace('#', '.');
}
