using System.Net;
using NicEmu.Conformance.Core;

namespace NicEmu.Conformance.Reports;

/// <summary>One HTML page without anything from outside; it follows the reader's colour scheme and prints.</summary>
internal static class HtmlReport
{
    private const string Style =
        ":root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}"
        + "table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #8884;padding:.35rem .6rem;text-align:left;vertical-align:top}"
        + "code{font-size:.9em}.passed{color:#2e7d32}.failed{color:#c62828;font-weight:600}.skipped{color:#8a6d00}"
        + "@media(prefers-color-scheme:dark){.passed{color:#81c784}.failed{color:#ef9a9a}.skipped{color:#ffd54f}}@media print{body{max-width:none}}";

    public static void Write(SuiteReport report, TextWriter output)
    {
        output.Write($"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>NicEmu conformance</title><style>{Style}</style></head><body>\n");
        output.Write($"<h1>Conformance of {Text(report.Target)}</h1>\n<p>{Text(report.Product)}, seed {report.Seed}: ");
        output.Write($"<span class=\"passed\">{report.Passed} passed</span>, <span class=\"failed\">{report.Failed} failed</span>, <span class=\"skipped\">{report.Skipped} skipped</span>.</p>\n");
        foreach (IGrouping<CaseProfile, CaseResult> group in report.Results.GroupBy(r => r.Case.Profile))
        {
            output.Write($"<h2>{Text(group.Key.ToString())}</h2>\n<table><tr><th>Case</th><th>Judges</th><th>Behaviour</th><th>Result</th></tr>\n");
            foreach (CaseResult result in group) WriteRow(report, output, result);
            output.Write("</table>\n");
        }

        output.Write("</body></html>\n");
    }

    private static void WriteRow(SuiteReport report, TextWriter output, CaseResult result)
    {
        string outcome = result.Outcome.ToString().ToLowerInvariant();
        string detail = result.Message is null ? string.Empty : $"<br>{Text(result.Message)}";
        if (result.Outcome == CaseOutcome.Failed) detail += $"<br><code>{Text(report.Reproduce(result.Case))}</code>";
        output.Write($"<tr><td>{result.Case.Id}</td><td>{Text(result.Case.Kind.ToString().ToLowerInvariant())}</td><td>{Text(result.Case.Behaviour)}");
        output.Write($"<br><small>{Text(result.Case.Stimulus)}</small></td><td><span class=\"{outcome}\">{outcome}</span>{detail}</td></tr>\n");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
