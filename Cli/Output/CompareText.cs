using NicEmu.Board.Compare;
using NicEmu.Report.Compare;

namespace NicEmu.Cli.Output;

/// <summary>Says how data paths compare, as tables of text.</summary>
/// <param name="run">What they did.</param>
/// <param name="rateGbps">Rate at which memory traffic is shown, in Gb/s.</param>
internal sealed class CompareText(CompareRun run, double rateGbps)
{
    /// <summary>Writes everything.</summary>
    /// <param name="output">Receives it.</param>
    public void Write(TextWriter output)
    {
        output.WriteLine($"The same file ({Size.Of(run.Options.Content.Length)}) by {run.Rows.Count} data paths: {CompareTables.Conditions(run)}");
        output.WriteLine();
        CompareTables.Matrix(run).Write(output);
        output.WriteLine();
        CompareTables.Roles(run).Write(output);
        foreach (PathResult row in run.Rows)
        {
            foreach (string note in row.Path.NotCounted) output.WriteLine($"not counted in {row.Path.Id}: {note}");
        }

        output.WriteLine();
        CompareTables.Published(run, rateGbps).Write(output);
        output.WriteLine();
        CompareTables.Bounds(run).Write(output);
        output.WriteLine();
        foreach (PathResult row in run.Rows.Where(static r => r.Failure is not null)) output.WriteLine($"FAILED  {row.Path.Id}: {row.Failure}");
        output.WriteLine(CompareTables.Verdict(run));
    }
}
