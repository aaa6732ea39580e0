namespace NicEmu.Board.Compare.Sweeps;

/// <summary>One setting to be run.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Random">Decides about everything that is drawn; depends on the sweep's seed and on the setting, not on what else runs.</param>
/// <param name="IsFull">Whether to take the time that small errors need.</param>
/// <param name="Cancellation">Checked now and then.</param>
internal sealed record SweepTask(SweepSetting Setting, SeededRandom Random, bool IsFull, CancellationToken Cancellation)
{
    /// <summary>The value of an axis.</summary>
    /// <param name="axis">Its place.</param>
    public double this[int axis] => Setting.Values[axis];

    /// <summary>The value of an axis that counts something.</summary>
    /// <param name="axis">Its place.</param>
    public int Count(int axis) => (int)Setting.Values[axis];
}
