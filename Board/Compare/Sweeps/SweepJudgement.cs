namespace NicEmu.Board.Compare.Sweeps;

/// <summary>How the measured values of a sweep stand to what was computed.</summary>
/// <param name="Points">Points looked at.</param>
/// <param name="Predicted">Points for which a model predicts something.</param>
/// <param name="Mispredicted">Those of them where a measured value is another.</param>
/// <param name="Covered">Points where the assumptions of a closed formula hold.</param>
/// <param name="OffFormula">Those of them where a measured value is further from the formula than <see cref="SweepColumn.Within"/> says.</param>
public sealed record SweepJudgement(int Points, int Predicted, int Mispredicted, int Covered, int OffFormula)
{
    private const double Tolerance = 0.05;

    /// <summary>Judges points.</summary>
    /// <param name="result">The points.</param>
    public static SweepJudgement Of(SweepResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        SweepPoint[] predicted = [.. result.Points.Where(static p => Pairs(p, SweepRole.Predicted).Any())];
        SweepPoint[] covered = [.. result.Points.Where(static p => Formulas(p).Any())];
        return new SweepJudgement(
            result.Points.Count,
            predicted.Length,
            predicted.Count(static p => Pairs(p, SweepRole.Predicted).Any(static pair => pair.Computed != pair.Measured)),
            covered.Length,
            covered.Count(static p => Formulas(p).Any(IsOff)));
    }

    private static bool IsOff((SweepColumn Column, double Measured, double Computed) pair) =>
        Math.Abs(pair.Measured - pair.Computed) > (pair.Column.Within > 0 ? pair.Column.Within : Tolerance * Math.Abs(pair.Computed));

    /// <summary>The formulas whose assumptions hold, beside what was measured.</summary>
    private static IEnumerable<(SweepColumn Column, double Measured, double Computed)> Formulas(SweepPoint point)
    {
        IReadOnlyList<SweepColumn> columns = point.Definition.Columns;
        return Pairs(point, SweepRole.Formula).Where(pair =>
        {
            SweepColumn? applies = columns.FirstOrDefault(c => c.Role == SweepRole.Applies && c.Of == pair.Column.Name) ?? columns.FirstOrDefault(static c => c.Role == SweepRole.Applies && c.Of.Length == 0);
            return applies is null || point[applies.Name] == 1;
        });
    }

    private static IEnumerable<(SweepColumn Column, double Measured, double Computed)> Pairs(SweepPoint point, SweepRole role)
    {
        for (int i = 0; i < point.Values.Count; i++)
        {
            SweepColumn column = point.Definition.Columns[i];
            if (column.Role == role && !double.IsNaN(point.Values[i])) yield return (column, point[column.Of], point.Values[i]);
        }
    }
}
