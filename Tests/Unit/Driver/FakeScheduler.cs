using ITimer = NicEmu.Spec.Seams.ITimer;

namespace NicEmu.Tests.Unit.Driver;

/// <summary>Time that a test moves by hand.</summary>
internal sealed class FakeScheduler : NicEmu.Spec.Seams.IScheduler
{
    private readonly List<FakeTimer> _timers = [];

    public long NowPs { get; private set; }

    public ITimer CreateTimer(string name, Action action)
    {
        var timer = new FakeTimer(name, action);
        _timers.Add(timer);
        return timer;
    }

    /// <summary>Runs every timer that is due within the time given, earliest first.</summary>
    public void Advance(long ps)
    {
        long until = NowPs + ps;
        while (NextDue(until) is { } timer)
        {
            NowPs = Math.Max(NowPs, timer.DeadlinePs!.Value);
            timer.Fire();
        }

        NowPs = until;
    }

    private FakeTimer? NextDue(long until)
    {
        FakeTimer? best = null;
        foreach (FakeTimer timer in _timers)
        {
            if (timer.DeadlinePs is { } deadline && deadline <= until && (best is null || deadline < best.DeadlinePs)) best = timer;
        }

        return best;
    }

    private sealed class FakeTimer(string name, Action action) : ITimer
    {
        public string Name => name;

        public long? DeadlinePs { get; private set; }

        public void ArmAt(long deadlinePs) => DeadlinePs = deadlinePs;

        public void ArmNoLaterThan(long deadlinePs) => DeadlinePs = DeadlinePs is { } now ? Math.Min(now, deadlinePs) : deadlinePs;

        public void Cancel() => DeadlinePs = null;

        public void Fire()
        {
            DeadlinePs = null;
            action();
        }
    }
}
