using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;
using NicEmu.Conformance.Core;
using NicEmu.Conformance.Reports;
using NUnit.Framework;

namespace NicEmu.Tests.Conformance;

/// <summary>Reports are what their readers expect, also with awkward texts in them.</summary>
public sealed class ReportTests
{
    private const string Awkward = "expected <5> & \"more\" # of \u0001 | it\nall";

    /// <summary>The part of the JUnit schema (Jenkins xunit plugin) that servers rely on.</summary>
    private const string JunitSchema =
        """
        <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified">
          <xs:attributeGroup name="counts">
            <xs:attribute name="name" type="xs:string" use="required"/>
            <xs:attribute name="tests" type="xs:nonNegativeInteger" use="required"/>
            <xs:attribute name="failures" type="xs:nonNegativeInteger" use="required"/>
            <xs:attribute name="errors" type="xs:nonNegativeInteger" use="required"/>
            <xs:attribute name="skipped" type="xs:nonNegativeInteger" use="required"/>
            <xs:attribute name="time" type="xs:decimal" use="required"/>
          </xs:attributeGroup>
          <xs:element name="testsuites">
            <xs:complexType>
              <xs:sequence>
                <xs:element name="testsuite" maxOccurs="unbounded">
                  <xs:complexType>
                    <xs:sequence>
                      <xs:element name="testcase" maxOccurs="unbounded">
                        <xs:complexType>
                          <xs:choice minOccurs="0">
                            <xs:element name="failure"><xs:complexType mixed="true"><xs:attribute name="message" type="xs:string"/></xs:complexType></xs:element>
                            <xs:element name="skipped"><xs:complexType><xs:attribute name="message" type="xs:string"/></xs:complexType></xs:element>
                          </xs:choice>
                          <xs:attribute name="name" type="xs:string" use="required"/>
                          <xs:attribute name="classname" type="xs:string" use="required"/>
                          <xs:attribute name="time" type="xs:decimal" use="required"/>
                        </xs:complexType>
                      </xs:element>
                    </xs:sequence>
                    <xs:attributeGroup ref="counts"/>
                  </xs:complexType>
                </xs:element>
              </xs:sequence>
              <xs:attributeGroup ref="counts"/>
            </xs:complexType>
          </xs:element>
        </xs:schema>
        """;

    [Test]
    public void Junit_EveryOutcome_IsValid()
    {
        var schemas = new XmlSchemaSet();
        schemas.Add(null, XmlReader.Create(new StringReader(JunitSchema)));

        XDocument document = XDocument.Parse(Written("junit"));

        Assert.That(() => document.Validate(schemas, null), Throws.Nothing);
        Assert.That(document.Root!.Attribute("failures")!.Value, Is.EqualTo("1"));
    }

    [Test]
    public void Ktap_EveryOutcome_Parses()
    {
        string[] lines = Written("ktap").Split('\n', StringSplitOptions.RemoveEmptyEntries);

        // Documentation/dev-tools/ktap.rst: version, plan, results in order, subtests indented by two.
        Assert.That(lines[0], Is.EqualTo("KTAP version 1"));
        Assert.That(lines.Where(l => l.StartsWith("1..", StringComparison.Ordinal)).Single(), Is.EqualTo($"1..{lines.Count(l => l.StartsWith("ok", StringComparison.Ordinal) || l.StartsWith("not ok", StringComparison.Ordinal))}"));
        Assert.That(lines.Skip(1), Has.All.Matches(@"^(  )?(KTAP version 1|1\.\.\d+|(not )?ok \d+ \S+( # SKIP .*)?|# .*)$"));
    }

    [Test]
    public void Json_EveryOutcome_HoldsTheReproduceLine()
    {
        using var document = JsonDocument.Parse(Written("json"));

        JsonElement failed = document.RootElement.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("outcome").GetString() == "failed");

        Assert.That(failed.GetProperty("reproduce").GetString(), Is.EqualTo($"nicemu conform --case {failed.GetProperty("id").GetString()} --seed 7"));
        Assert.That(failed.GetProperty("message").GetString(), Is.EqualTo(Awkward));
    }

    [Test]
    public void Html_AwkwardText_IsEscaped()
    {
        string page = Written("html");

        Assert.That(page, Does.Contain("&lt;5&gt; &amp; &quot;more&quot;").And.Not.Contain("<5>"));
    }

    [Test]
    public void Markdown_AwkwardText_StaysInItsRow()
    {
        string[] rows = [.. Written("md").Split('\n').Where(l => l.Length > 3 && char.IsAsciiDigit(l[3]))];

        Assert.That(rows, Has.Length.EqualTo(3).And.All.EndsWith("|"));
    }

    private static string Written(string format)
    {
        ConformanceCase[] cases = [.. CaseCatalogue.All.Take(3)];
        var report = new SuiteReport("our <card>", "NicEmu 0", 7, [
            new(cases[0], CaseOutcome.Passed, null, 5),
            new(cases[1], CaseOutcome.Failed, Awkward, 1_000_000_000_000),
            new(cases[2], CaseOutcome.Skipped, Awkward, 0),
        ]);
        using var text = new StringWriter();
        ReportFormat.Find(format)!.Write(report, text);
        return text.ToString();
    }
}
