using System.Globalization;
using NicEmu.Board.Compare.Sweeps;

namespace NicEmu.Cli.Output;

/// <summary>A sweep as a table for a reader, a line for each point.</summary>
/// <param name="definition">The sweep.</param>
/// <param name="output">Receives it.</param>
internal sealed class SweepTable(SweepDefinition definition, TextWriter output)
{
    private const int Least = 7;

    private readonly string _unit = definition.Columns.Any(static c => c.Within > 0) ? "points" : "%";

    /// <summary>Writes heading and head line.</summary>
    public void WriteHead()
    {
        output.WriteLine($"{definition.Name}: {definition.Title}");
        output.WriteLine(string.Join("  ", definition.Columns.Select(static c => c.Name.PadLeft(WidthOf(c)))));
    }

    /// <summary>Writes the line of a point.</summary>
    /// <param name="point">The point.</param>
    public void Write(SweepPoint point) => output.WriteLine(string.Join("  ", definition.Columns.Select((c, i) => TextOf(c, point.Values[i]).PadLeft(WidthOf(c)))));

    /// <summary>Writes what there is to say about all.</summary>
    /// <param name="judgement">How they stand to what was computed.</param>
    /// <param name="seed">Seed of the run.</param>
    public void WriteEnd(SweepJudgement judgement, ulong seed)
    {
        output.WriteLine($"{judgement.Points} points (seed {seed})");
        if (judgement.Predicted > 0) output.WriteLine($"measured exactly as the independent model predicts: {judgement.Predicted - judgement.Mispredicted} of {judgement.Predicted}");
        if (judgement.Covered > 0) output.WriteLine($"within 5 {_unit} of the closed formulas: {judgement.Covered - judgement.OffFormula} of {judgement.Covered} where their assumptions hold");
        output.WriteLine();
    }

    private static int WidthOf(SweepColumn column) => Math.Max(Math.Max(Least, column.Name.Length), column.Labels.Count > 0 ? column.Labels.Max(static l => l.Length) : 0);

    private static string TextOf(SweepColumn column, double value)
    {
        if (double.IsNaN(value)) return "-";
        if (column.Labels.Count > 0) return column.Labels[(int)value];
        return value == Math.Truncate(value) ? value.ToString("F0", CultureInfo.InvariantCulture) : value.ToString("F5", CultureInfo.InvariantCulture);
    }
}
