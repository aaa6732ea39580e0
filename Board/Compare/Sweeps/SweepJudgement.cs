namespace NicEmu.Board.Compare.Sweeps;

/// <summary>How the measured values of a sweep stand to what was computed.</summary>
/// <param name="Points">Points looked at.</param>
/// <param name="Predicted">Points for which a model predicts something.</param>
/// <param name="Mispredicted">Those of them where a measured value is another.</param>
/// <param name="Covered">Points where the assumptions of a closed formula hold.</param>
/// <param name="OffFormula">Those of them where a measured value is not within five percent of the formula.</param>
public sealed record SweepJudgement(int Points, int Predicted, int Mispredicted, int Covered, int OffFormula)
{
    private const double Tolerance = 0.05;

    /// <summary>Judges points.</summary>
    /// <param name="result">The points.</param>
    public static SweepJudgement Of(SweepResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        SweepPoint[] predicted = [.. result.Points.Where(static p => Pairs(p, SweepRole.Predicted).Any())];
        SweepPoint[] covered = [.. result.Points.Where(Applies)];
        return new SweepJudgement(
            result.Points.Count,
            predicted.Length,
            predicted.Count(static p => Pairs(p, SweepRole.Predicted).Any(static pair => pair.Computed != pair.Measured)),
            covered.Length,
            covered.Count(static p => Pairs(p, SweepRole.Formula).Any(static pair => Math.Abs(pair.Measured - pair.Computed) > Tolerance * Math.Abs(pair.Computed))));
    }

    private static bool Applies(SweepPoint point) =>
        point.Definition.Columns.Select((column, i) => (column, i)).Any(x => x.column.Role == SweepRole.Applies && point.Values[x.i] == 1);

    private static IEnumerable<(double Measured, double Computed)> Pairs(SweepPoint point, SweepRole role)
    {
        for (int i = 0; i < point.Values.Count; i++)
        {
            SweepColumn column = point.Definition.Columns[i];
            if (column.Role == role && column.Of.Length > 0 && !double.IsNaN(point.Values[i])) yield return (point[column.Of], point.Values[i]);
        }
    }
}
