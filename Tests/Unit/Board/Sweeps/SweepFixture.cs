using NicEmu.Board.Compare.Sweeps;

namespace NicEmu.Tests.Unit.Board.Sweeps;

/// <summary>A sweep without a card.</summary>
internal static class SweepFixture
{
    /// <summary>Columns behind the axes.</summary>
    public const int Measured = 3;

    private static readonly SweepColumn[] Columns =
    [
        new("shape", SweepRole.Axis, "1", "A form.") { Labels = ["round", "square"] },
        new("size", SweepRole.Axis, "bytes", "A length."),
        new("share", SweepRole.Measured, "1", "Drawn."),
        new("formula", SweepRole.Formula, "1", "Half the size.") { Of = "share" },
        new("applies", SweepRole.Applies, "1", "Whether it is round.") { Labels = ["no", "yes"] },
    ];

    public static SweepDefinition Definition { get; } = Make(static task => [(task.Random.NextUInt64() >> 11) * 1e-9, task[1] / 2, task.Count(0) == 0 ? 1 : 0]);

    /// <summary>The same settings with other runs.</summary>
    public static SweepDefinition Make(Func<SweepTask, double[]> measure) => new("test", "A test", Columns, [([0, 1], true), ([0, 2.5], true), ([1, 1], false), ([1, 2.5], true), ([1, -4], true)], measure);

    /// <summary>A point; the last of the values says yes where it is not zero.</summary>
    public static SweepPoint Point(SweepSetting setting, double[] values) => new(Definition, setting.Index, [.. setting.Values, .. values[..2], values[2] == 0 ? 0 : double.IsNaN(values[2]) ? double.NaN : 1]);
}
