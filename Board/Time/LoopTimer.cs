namespace NicEmu.Board.Time;

/// <summary>One slot of the event loop.</summary>
internal sealed class LoopTimer(EventLoop loop, string name, Action action, SchedulerScope? scope, bool isBackground) : ITimer
{
    public string Name => name;

    public long? DeadlinePs => HeapIndex < 0 ? null : Deadline;

    public bool IsBackground => isBackground;

    public long Deadline { get; set; }

    public long Sequence { get; set; }

    public int HeapIndex { get; set; } = -1;

    public void ArmAt(long deadlinePs)
    {
        if (scope is not { IsRetired: true })
        {
            loop.Arm(this, deadlinePs);
        }
    }

    public void ArmNoLaterThan(long deadlinePs)
    {
        if (HeapIndex < 0 || deadlinePs < Deadline)
        {
            ArmAt(deadlinePs);
        }
    }

    public void Cancel()
    {
        if (HeapIndex >= 0)
        {
            loop.Remove(this);
        }
    }

    public void Fire()
    {
        scope?.OnFiring(this);
        action();
    }
}
