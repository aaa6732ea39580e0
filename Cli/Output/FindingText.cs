using System.Globalization;
using System.Text.Json;
using NicEmu.Conformance.Sanitizer;

namespace NicEmu.Cli.Output;

/// <summary>Shows what the sanitizer found.</summary>
internal static class FindingText
{
    /// <summary>Writes the findings; a line when there are none.</summary>
    /// <param name="output">Receives them.</param>
    /// <param name="sanitizer">What watched the run.</param>
    /// <param name="reproduce">Command line that gives the run again; empty for none.</param>
    public static void Write(TextWriter output, DriverSanitizer sanitizer, string reproduce)
    {
        foreach (Finding finding in sanitizer.Findings.Where(static f => f.Rule.Severity > Severity.Note))
        {
            output.WriteLine();
            output.WriteLine($"{finding.Rule.Id} {finding.Rule.Title}   {SanitizerManual.NameOf(finding.Rule.Severity)}   nic{finding.Device}   {(finding.TimePs / 1e6).ToString("F3", CultureInfo.InvariantCulture)} us   event {finding.EventNumber}");
            output.WriteLine($"  {finding.Subject}: {finding.What}");
            if (finding.History.Count > 0)
            {
                output.WriteLine("  history:");
            }

            foreach (string line in finding.History)
            {
                output.WriteLine("    " + line);
            }

            output.WriteLine($"  likely cause: {finding.Rule.LikelyCause}");
            output.WriteLine($"  manual: {finding.Rule.Section}; nicemu explain {finding.Rule.Id}");
            if (reproduce.Length > 0)
            {
                output.WriteLine($"  reproduce: nicemu {reproduce}");
            }
        }

        foreach (RuleCount count in sanitizer.Counts)
        {
            string because = count.SuppressedBecause is { } reason ? $", suppressed: {reason}" : string.Empty;
            output.WriteLine($"  {count.Rule.Id} {SanitizerManual.NameOf(count.Rule.Severity),-7} {count.Count,6} × {count.Rule.Title}{because}");
        }
    }

    /// <summary>How much was found, in a few words.</summary>
    /// <param name="sanitizer">What watched the run.</param>
    public static string Summary(DriverSanitizer sanitizer)
    {
        long Of(Severity severity) => sanitizer.Counts.Where(c => c.Rule.Severity == severity && c.SuppressedBecause is null).Sum(static c => c.Count);
        return $"{Of(Severity.Error)} errors, {Of(Severity.Warning)} warnings, {Of(Severity.Note)} notes";
    }

    /// <summary>Writes the findings as members of an object.</summary>
    /// <param name="json">Receives them.</param>
    /// <param name="sanitizer">What watched the run.</param>
    public static void WriteJson(Utf8JsonWriter json, DriverSanitizer sanitizer)
    {
        json.WriteStartArray("findings");
        foreach (Finding finding in sanitizer.Findings)
        {
            json.WriteStartObject();
            json.WriteString("rule", finding.Rule.Id);
            json.WriteString("severity", SanitizerManual.NameOf(finding.Rule.Severity));
            json.WriteNumber("timePs", finding.TimePs);
            json.WriteNumber("event", finding.EventNumber);
            json.WriteNumber("device", finding.Device);
            json.WriteString("subject", finding.Subject);
            json.WriteString("what", finding.What);
            json.WriteStartArray("history");
            foreach (string line in finding.History)
            {
                json.WriteStringValue(line);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("ruleCounts");
        foreach (RuleCount count in sanitizer.Counts)
        {
            json.WriteStartObject();
            json.WriteString("rule", count.Rule.Id);
            json.WriteNumber("count", count.Count);
            json.WriteString("suppressed", count.SuppressedBecause);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
