namespace NicEmu.Conformance.Reports;

/// <summary>A form in which a report can be written.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="FileName">File that it goes to unless another is said.</param>
/// <param name="Write">Writes it.</param>
public sealed record ReportFormat(string Name, string FileName, Action<SuiteReport, TextWriter> Write)
{
    /// <summary>All formats.</summary>
    public static IReadOnlyList<ReportFormat> All { get; } =
    [
        new("junit", "conformance.xml", JunitReport.Write),
        new("ktap", "conformance.ktap", KtapReport.Write),
        new("json", "conformance.json", JsonReport.Write),
        new("html", "conformance.html", HtmlReport.Write),
        new("md", "conformance.md", MarkdownReport.Write),
    ];

    /// <summary>Finds a format.</summary>
    /// <param name="name">Its name.</param>
    public static ReportFormat? Find(string name) => All.FirstOrDefault(f => f.Name == name);
}
