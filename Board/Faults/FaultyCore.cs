using NicEmu.Spec.Seams;

namespace NicEmu.Board.Faults;

/// <summary>The clock that the embedded core's program runs by. While it is stopped nothing of the program runs; what was due runs when it goes on.</summary>
/// <param name="inner">The real clock.</param>
public sealed class FaultyCore(IScheduler inner) : IScheduler
{
    private long _stoppedUntilPs = long.MinValue;

    /// <inheritdoc/>
    public long NowPs => inner.NowPs;

    /// <summary>Whether the core stands still.</summary>
    public bool IsStopped => NowPs < _stoppedUntilPs;

    /// <summary>Stops the core.</summary>
    /// <param name="untilPs">Until then; <see cref="long.MaxValue"/> for good.</param>
    public void StopUntil(long untilPs) => _stoppedUntilPs = untilPs;

    /// <inheritdoc/>
    public ITimer CreateTimer(string name, Action action)
    {
        var timer = new HeldTimer(this, action);
        timer.Inner = inner.CreateTimer(name, timer.OnDue);
        return timer;
    }

    /// <summary>A clock for another core that is stopped for as long as this one is.</summary>
    internal FaultyCore For(IScheduler other) => new(other) { _stoppedUntilPs = _stoppedUntilPs };

    private sealed class HeldTimer(FaultyCore core, Action action) : ITimer
    {
        public ITimer Inner { get; set; } = null!;

        public string Name => Inner.Name;

        public long? DeadlinePs => Inner.DeadlinePs;

        public void ArmAt(long deadlinePs) => Inner.ArmAt(deadlinePs);

        public void ArmNoLaterThan(long deadlinePs) => Inner.ArmNoLaterThan(deadlinePs);

        public void Cancel() => Inner.Cancel();

        public void OnDue()
        {
            if (!core.IsStopped)
            {
                action();
            }
            else if (core._stoppedUntilPs != long.MaxValue)
            {
                Inner.ArmAt(core._stoppedUntilPs);
            }
        }
    }
}
