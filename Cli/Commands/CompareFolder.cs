using NicEmu.Board.Compare;
using NicEmu.Board.Compare.Sweeps;
using NicEmu.Cli.Output;
using NicEmu.Report.Compare;
using NicEmu.Report.Plots;

namespace NicEmu.Cli.Commands;

/// <summary>The report of a comparison in a folder: page, drawings, tables, and the sweeps that are drawn.</summary>
internal sealed class CompareFolder
{
    /// <summary>The folder; made if it is not there.</summary>
    public required string Path { get; init; }

    /// <summary>Folder with tables of earlier sweeps, which are drawn instead of new ones; null for none.</summary>
    public required string? Sweeps { get; init; }

    /// <summary>Whether sweeps are run that are not in that folder.</summary>
    public required bool RunsSweeps { get; init; }

    public required double RateGbps { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>The command line that gives the same counts.</summary>
    public required string Reproduce { get; init; }

    public required CancellationToken Cancellation { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>Writes everything.</summary>
    /// <param name="run">What the paths did.</param>
    /// <returns>Whether every sweep went well; what did is drawn in any case.</returns>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be.</exception>
    /// <exception cref="UsageFault">A file of an earlier sweep is none.</exception>
    public bool Write(CompareRun run)
    {
        Directory.CreateDirectory(Path);
        List<SweepResult> sweeps = [];
        bool isWhole = true;
        foreach (SweepDefinition definition in DrawnSweeps.All)
        {
            if ((Read(definition) ?? Measure(definition)) is { } sweep) sweeps.Add(sweep);
            else isWhole &= !RunsSweeps;
        }

        var report = new CompareReport(run, RateGbps, sweeps, Reproduce);
        using var table = new StreamWriter(System.IO.Path.Combine(Path, "compare.txt"));
        new CompareText(run, RateGbps).Write(table);
        using var json = new StreamWriter(System.IO.Path.Combine(Path, "compare.json"));
        JsonDocumentWriter.Write(json, "nicemu.compare/1", writer => CompareJson.Write(writer, run));
        report.Write(Path);
        if (!PlotStyle.HasFont) Error.WriteLine($"nicemu: {PlotStyle.FontAdvice}");
        Error.WriteLine($"wrote {System.IO.Path.Combine(Path, "report.html")}, {report.Plots.Count} drawings and {sweeps.Count} tables of sweeps");
        return isWhole;
    }

    private SweepResult? Measure(SweepDefinition definition)
    {
        if (!RunsSweeps) return null;
        using var progress = new CountLine(Error, !Console.IsErrorRedirected && Error == Console.Error);
        var options = new SweepOptions { Seed = Seed, Chosen = s => DrawnSweeps.Shows(definition, s), Cancellation = Cancellation };
        try
        {
            SweepResult result = SweepRunner.Run(definition, options, p => progress.Report($"measuring {p.Sweep}", p.Done, Math.Max(1, p.Total)));
            Cancellation.ThrowIfCancellationRequested();
            return result;
        }
        catch (SweepFailedException fault)
        {
            Error.WriteLine($"nicemu: {fault.Message}");
            return null;
        }
    }

    private SweepResult? Read(SweepDefinition definition)
    {
        string? path = Sweeps is null ? null : System.IO.Path.Combine(Sweeps, definition.Name + ".csv");
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
    }
}
