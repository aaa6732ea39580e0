namespace NicEmu.Report.Tables;

/// <summary>A table whose cells are text already, so that it reads the same wherever it is shown.</summary>
/// <param name="Title">One line above.</param>
/// <param name="Columns">The columns.</param>
/// <param name="Rows">The cells, as many in each row as there are columns.</param>
public sealed record ReportTable(string Title, IReadOnlyList<ReportColumn> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>What the heads mean and what the numbers leave out, each a sentence or two.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Place of a column.</summary>
    /// <param name="name">Its head.</param>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public int IndexOf(string name)
    {
        for (int i = 0; i < Columns.Count; i++)
        {
            if (Columns[i].Name == name) return i;
        }

        throw new ArgumentException($"The table has no column {name}.", nameof(name));
    }

    /// <summary>Writes it as lines of text with aligned columns.</summary>
    /// <param name="output">Receives them.</param>
    public void Write(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.WriteLine(Title);
        int[] widths = [.. Columns.Select((c, i) => Rows.Select(r => r[i].Length).Append(c.Name.Length).Max())];
        WriteLine(output, [.. Columns.Select(static c => c.Name)], widths);
        foreach (IReadOnlyList<string> row in Rows) WriteLine(output, row, widths);
        foreach (string note in Notes) output.WriteLine(note);
    }

    private void WriteLine(TextWriter output, IReadOnlyList<string> cells, int[] widths) =>
        output.WriteLine(string.Join("  ", cells.Select((cell, i) => Columns[i].IsNumber ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]))).TrimEnd());
}
