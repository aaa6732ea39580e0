using System.Text;
using System.Text.Json;
using NicEmu.Conformance.Core;

namespace NicEmu.Conformance.Reports;

/// <summary>One JSON document, schema <c>nicemu.conformance/1</c>.</summary>
internal static class JsonReport
{
    public static void Write(SuiteReport report, TextWriter output)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("schema", "nicemu.conformance/1");
            json.WriteString("product", report.Product);
            json.WriteString("target", report.Target);
            json.WriteNumber("seed", report.Seed);
            json.WriteNumber("passed", report.Passed);
            json.WriteNumber("failed", report.Failed);
            json.WriteNumber("skipped", report.Skipped);
            json.WriteStartArray("cases");
            foreach (CaseResult result in report.Results) WriteCase(json, report, result);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.Write(Encoding.UTF8.GetString(stream.ToArray()) + "\n");
    }

    private static void WriteCase(Utf8JsonWriter json, SuiteReport report, CaseResult result)
    {
        json.WriteStartObject();
        json.WriteString("id", result.Case.Id);
        json.WriteString("name", result.Case.Name);
        json.WriteString("profile", result.Case.Profile.ToString().ToLowerInvariant());
        json.WriteString("kind", result.Case.Kind.ToString().ToLowerInvariant());
        json.WriteString("outcome", result.Outcome.ToString().ToLowerInvariant());
        json.WriteNumber("virtualPs", result.VirtualPs);
        if (result.Message is not null) json.WriteString("message", result.Message);
        if (result.Outcome == CaseOutcome.Failed) json.WriteString("reproduce", report.Reproduce(result.Case));
        if (result.Trace is not null) json.WriteString("trace", result.Trace);
        if (result.Scenario is not null) json.WriteString("scenario", result.Scenario);
        json.WriteEndObject();
    }
}
