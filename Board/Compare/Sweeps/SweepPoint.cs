namespace NicEmu.Board.Compare.Sweeps;

/// <summary>A setting and what came of it.</summary>
/// <param name="Definition">The sweep that it is of.</param>
/// <param name="Index">Place of the setting in the sweep.</param>
/// <param name="Values">A value for each column, in the columns' order; NaN where there is none.</param>
public sealed record SweepPoint(SweepDefinition Definition, int Index, IReadOnlyList<double> Values)
{
    /// <summary>The value of a column; NaN where there is none.</summary>
    /// <param name="column">Name of the column.</param>
    /// <exception cref="ArgumentException">The sweep has no such column.</exception>
    public double this[string column] => Values[Definition.IndexOf(column)];

    /// <summary>The label of a column's value, or the number as text where the column has no labels; empty where there is no value.</summary>
    /// <param name="column">Name of the column.</param>
    /// <exception cref="ArgumentException">The sweep has no such column.</exception>
    public string Text(string column)
    {
        int index = Definition.IndexOf(column);
        return SweepText.Of(Definition.Columns[index], Values[index]);
    }
}
