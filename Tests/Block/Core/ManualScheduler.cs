using NicEmu.Spec.Seams;

namespace NicEmu.Tests.Block.Core;

/// <summary>Virtual time in a test's hands: a few timers, the earliest first, ties in the order of creation.</summary>
internal sealed class ManualScheduler : IScheduler
{
    private readonly List<ManualTimer> _timers = [];

    public long NowPs { get; private set; }

    public Spec.Seams.ITimer CreateTimer(string name, Action action)
    {
        var timer = new ManualTimer(this, name, action);
        _timers.Add(timer);
        return timer;
    }

    /// <summary>Fires the next timer.</summary>
    public bool RunNext()
    {
        ManualTimer? next = null;
        foreach (ManualTimer timer in _timers)
        {
            if (timer.DeadlinePs is { } deadline && !(next?.DeadlinePs <= deadline))
            {
                next = timer;
            }
        }

        if (next is null)
        {
            return false;
        }

        NowPs = Math.Max(NowPs, next.DeadlinePs!.Value);
        next.Fire();
        return true;
    }

    /// <summary>Fires timers until none is armed.</summary>
    public void RunAll()
    {
        while (RunNext())
        {
        }
    }

    private sealed class ManualTimer(ManualScheduler scheduler, string name, Action action) : Spec.Seams.ITimer
    {
        public string Name => name;

        public long? DeadlinePs { get; private set; }

        public void ArmAt(long deadlinePs) => DeadlinePs = Math.Max(deadlinePs, scheduler.NowPs);

        public void ArmNoLaterThan(long deadlinePs) => ArmAt(Math.Min(deadlinePs, DeadlinePs ?? long.MaxValue));

        public void Cancel() => DeadlinePs = null;

        public void Fire()
        {
            DeadlinePs = null;
            action();
        }
    }
}
