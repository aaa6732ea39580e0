using System.Text;
using NicEmu.Board.Compare.Sweeps;
using NicEmu.Cli.Output;

namespace NicEmu.Cli.Commands;

/// <summary>One run of sweeps: a line for each point as it is done, the same into the files, and a judgement at the end.</summary>
internal sealed class SweepRun
{
    public required SweepOptions Options { get; init; }

    /// <summary>File that the table of a sweep goes to; null for none.</summary>
    public required Func<SweepDefinition, string?> FileOf { get; init; }

    /// <summary>Made if it is not there; null for none.</summary>
    public required string? Folder { get; init; }

    public required bool Resume { get; init; }

    public required bool Json { get; init; }

    public required TextWriter Output { get; init; }

    public required TextWriter Error { get; init; }

    public int Execute(IReadOnlyList<SweepDefinition> definitions)
    {
        List<SweepResult> results = [];
        foreach (SweepDefinition definition in definitions)
        {
            if (Options.Cancellation.IsCancellationRequested) break;
            try
            {
                results.Add(Execute(definition));
            }
            catch (SweepFailedException fault)
            {
                Error.WriteLine($"nicemu: {fault.Message}");
                return ExitCode.Failed;
            }
        }

        SweepJudgement[] judgements = [.. results.Select(SweepJudgement.Of)];
        if (Json) JsonDocumentWriter.Write(Output, "nicemu.sweep/1", json => Write(json, results));
        if (Options.Cancellation.IsCancellationRequested)
        {
            Error.WriteLine("nicemu: interrupted; what was done is kept");
            return ExitCode.Interrupted;
        }

        return judgements.Any(static j => j.Mispredicted > 0) ? ExitCode.Failed : judgements.Any(static j => j.Points > 0) ? ExitCode.Passed : ExitCode.NothingRan;
    }

    private SweepResult Execute(SweepDefinition definition)
    {
        string? path = FileOf(definition);
        IReadOnlyList<SweepPoint> known = Resume && path is not null ? ReadKnown(path, definition) : [];
        using var progress = new CountLine(Error, !Console.IsErrorRedirected && Error == Console.Error);
        using StreamWriter? file = path is null ? null : Create(path);
        var table = new SweepTable(definition, Output);
        int written = 0;
        if (file is not null) SweepCsv.WriteHead(file, definition);
        if (!Json) table.WriteHead();
        SweepResult result = SweepRunner.Run(definition, Options with { Known = known, PointDone = Done }, p => progress.Report(p.Sweep, p.Done, Math.Max(1, p.Total)));

        // After an interruption there may be points behind one that was not done.
        foreach (SweepPoint point in result.Points.Skip(written)) Done(point);
        progress.Dispose();
        if (!Json) table.WriteEnd(SweepJudgement.Of(result), Options.Seed);
        return result;

        void Done(SweepPoint point)
        {
            written++;
            if (file is not null)
            {
                SweepCsv.WritePoint(file, point, Options.Seed, Options.IsFull);
                file.Flush();
            }

            if (Json) return;
            progress.Dispose();
            table.Write(point);
        }
    }

    private List<SweepPoint> ReadKnown(string path, SweepDefinition definition)
    {
        if (!File.Exists(path)) return [];
        try
        {
            using var reader = new StreamReader(path);
            if (SweepCsv.Read(reader, definition) is not { } earlier) return [];
            if (earlier.Seed != Options.Seed || earlier.IsFull != Options.IsFull) throw new UsageFault($"{path} is of another run: seed {earlier.Seed}, {(earlier.IsFull ? "full" : "quick")}.");
            return [.. earlier.Points];
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

    private StreamWriter Create(string path)
    {
        try
        {
            if (Folder is not null) Directory.CreateDirectory(Folder);
            return new StreamWriter(path, append: false, new UTF8Encoding(false));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new EnvironmentFault($"cannot write {path}: {fault.Message}", fault);
        }
    }

    private static void Write(System.Text.Json.Utf8JsonWriter json, IReadOnlyList<SweepResult> results)
    {
        json.WriteStartArray("sweeps");
        foreach (SweepResult result in results) SweepJson.Write(json, result);
        json.WriteEndArray();
    }
}
