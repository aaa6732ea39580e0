using NicEmu.Conformance.Reports;

namespace NicEmu.Cli.Commands;

/// <summary>A report that was asked for.</summary>
/// <param name="Format">Its form.</param>
/// <param name="Path">Where it goes.</param>
internal sealed record ReportFile(ReportFormat Format, string Path)
{
    /// <summary>Reads <c>FORMAT</c> or <c>FORMAT=FILE</c>.</summary>
    /// <exception cref="UsageFault">There is no such format.</exception>
    public static ReportFile Parse(string text)
    {
        string[] parts = text.Split('=', 2);
        ReportFormat format = ReportFormat.Find(parts[0]) ?? throw new UsageFault($"--report {text}: there are {string.Join(", ", ReportFormat.All.Select(f => f.Name))}");
        return new(format, parts.Length == 2 && parts[1].Length > 0 ? parts[1] : format.FileName);
    }
}
