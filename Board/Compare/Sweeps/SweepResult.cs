namespace NicEmu.Board.Compare.Sweeps;

/// <summary>What came of a sweep, or of a part of it.</summary>
/// <param name="Definition">The sweep.</param>
/// <param name="Points">The points that were run, by the place of their settings.</param>
/// <param name="Seed">What decided about everything that was drawn.</param>
/// <param name="IsFull">Whether the full sweep was run; otherwise the quick one.</param>
public sealed record SweepResult(SweepDefinition Definition, IReadOnlyList<SweepPoint> Points, ulong Seed, bool IsFull)
{
    /// <summary>Puts the parts of one sweep together.</summary>
    /// <param name="parts">Parts of the same sweep under the same seed, all quick or all full.</param>
    /// <exception cref="ArgumentException">There are none, they do not belong together, or two hold the same setting.</exception>
    public static SweepResult Merge(IReadOnlyList<SweepResult> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count == 0 || parts.Any(p => p.Definition != parts[0].Definition || p.Seed != parts[0].Seed || p.IsFull != parts[0].IsFull)) throw new ArgumentException("The parts are not of one sweep.", nameof(parts));
        SweepPoint[] points = [.. parts.SelectMany(static p => p.Points).OrderBy(static p => p.Index)];
        for (int i = 1; i < points.Length; i++)
        {
            if (points[i].Index == points[i - 1].Index) throw new ArgumentException($"Setting {points[i].Index} is there twice.", nameof(parts));
        }

        return new SweepResult(parts[0].Definition, points, parts[0].Seed, parts[0].IsFull);
    }
}
