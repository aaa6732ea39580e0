using System.Globalization;
using System.Xml;
using NicEmu.Conformance.Core;

namespace NicEmu.Conformance.Reports;

/// <summary>JUnit XML as continuous integration servers read it: a suite for each profile; times are those of the model.</summary>
internal static class JunitReport
{
    private const double PicosecondsPerSecond = 1e12;

    public static void Write(SuiteReport report, TextWriter output)
    {
        using var xml = XmlWriter.Create(output, new XmlWriterSettings { Indent = true });
        xml.WriteStartElement("testsuites");
        WriteCounts(xml, report.Target, report.Results);
        foreach (IGrouping<CaseProfile, CaseResult> group in report.Results.GroupBy(r => r.Case.Profile))
        {
            string suite = "nicemu.conformance." + Lower(group.Key);
            xml.WriteStartElement("testsuite");
            WriteCounts(xml, suite, [.. group]);
            foreach (CaseResult result in group) WriteCase(xml, report, suite, result);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteCounts(XmlWriter xml, string name, IReadOnlyList<CaseResult> results)
    {
        xml.WriteAttributeString("name", name);
        xml.WriteAttributeString("tests", Number(results.Count));
        xml.WriteAttributeString("failures", Number(results.Count(r => r.Outcome == CaseOutcome.Failed)));
        xml.WriteAttributeString("skipped", Number(results.Count(r => r.Outcome == CaseOutcome.Skipped)));
        xml.WriteAttributeString("errors", "0");
        xml.WriteAttributeString("time", Seconds(results.Sum(r => r.VirtualPs)));
    }

    private static void WriteCase(XmlWriter xml, SuiteReport report, string suite, CaseResult result)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("name", $"{result.Case.Id} {result.Case.Name}");
        xml.WriteAttributeString("classname", suite);
        xml.WriteAttributeString("time", Seconds(result.VirtualPs));
        if (result.Outcome != CaseOutcome.Passed)
        {
            bool failed = result.Outcome == CaseOutcome.Failed;
            xml.WriteStartElement(failed ? "failure" : "skipped");
            xml.WriteAttributeString("message", Printable(result.Message));
            if (failed) xml.WriteString($"{result.Case.Behaviour}\n{Printable(result.Message)}\n{report.Reproduce(result.Case)}");
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    /// <summary>XML 1.0 has no way to write most control characters.</summary>
    private static string Printable(string? text) => new([.. (text ?? string.Empty).Select(c => XmlConvert.IsXmlChar(c) ? c : '?')]);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(long ps) => (ps / PicosecondsPerSecond).ToString("F9", CultureInfo.InvariantCulture);

    private static string Lower(CaseProfile profile) => profile.ToString().ToLowerInvariant();
}
