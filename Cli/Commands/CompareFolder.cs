using System.Globalization;
using NicEmu.Board.Compare;
using NicEmu.Board.Compare.Sweeps;
using NicEmu.Cli.Output;
using NicEmu.Report.Compare;
using NicEmu.Report.Plots;

namespace NicEmu.Cli.Commands;

/// <summary>The report of a comparison in a folder: page, drawings, tables, and the sweeps that are drawn.</summary>
internal sealed class CompareFolder
{
    /// <summary>Folder with tables of earlier sweeps, which are drawn instead of new ones; null for none.</summary>
    public required string? Sweeps { get; init; }

    public required double RateGbps { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>The command line that gives the same counts.</summary>
    public required string Reproduce { get; init; }

    public required CancellationToken Cancellation { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>Writes everything.</summary>
    /// <param name="folder">The folder; made if it is not there.</param>
    /// <param name="run">What the paths did.</param>
    /// <exception cref="EnvironmentFault">A file cannot be read or written.</exception>
    /// <exception cref="UsageFault">A file of an earlier sweep is none.</exception>
    public void Write(string folder, CompareRun run)
    {
        SweepResult[] sweeps = [.. DrawnSweeps.All.Select(Measure)];
        Cancellation.ThrowIfCancellationRequested();
        var report = new CompareReport(run, RateGbps, sweeps, Reproduce);
        try
        {
            Directory.CreateDirectory(folder);
            using var table = new StreamWriter(Path.Combine(folder, "compare.txt"));
            new CompareText(run, RateGbps).Write(table);
            using var json = new StreamWriter(Path.Combine(folder, "compare.json"));
            JsonDocumentWriter.Write(json, "nicemu.compare/1", writer => CompareJson.Write(writer, run));
            report.Write(folder);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new EnvironmentFault($"cannot write to {folder}: {fault.Message}", fault);
        }

        if (!PlotStyle.HasFont) Error.WriteLine($"nicemu: {PlotStyle.FontAdvice}");
        Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"wrote {Path.Combine(folder, "report.html")} and {report.Plots.Count} drawings"));
    }

    private SweepResult Measure(SweepDefinition definition)
    {
        if (Read(definition) is { } earlier) return earlier;
        using var progress = new CountLine(Error, !Console.IsErrorRedirected && Error == Console.Error);
        var options = new SweepOptions { Seed = Seed, Chosen = s => DrawnSweeps.Shows(definition, s), Cancellation = Cancellation };
        try
        {
            return SweepRunner.Run(definition, options, p => progress.Report($"measuring {p.Sweep}", p.Done, Math.Max(1, p.Total)));
        }
        catch (SweepFailedException fault)
        {
            throw new EnvironmentFault(fault.Message, fault);
        }
    }

    private SweepResult? Read(SweepDefinition definition)
    {
        string? path = Sweeps is null ? null : Path.Combine(Sweeps, definition.Name + ".csv");
        if (path is null || !File.Exists(path)) return null;
        try
        {
            using var reader = new StreamReader(path);
            return SweepCsv.Read(reader, definition);
        }
        catch (SweepFormatException mistake)
        {
            throw new UsageFault($"{path}: {mistake.Message}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new EnvironmentFault($"cannot read {path}: {fault.Message}", fault);
        }
    }
}
