using NicEmu.Spec.Events;
using NicEmu.Spec.Seams;

namespace NicEmu.Board.Time;

/// <summary>
/// The timers of one part of a board, such as one device. They live in the loop's heap; the scope can report them when they fire, and can be
/// taken out of service as a whole when the part is replaced.
/// </summary>
/// <param name="loop">The loop that runs the timers.</param>
/// <param name="trace">Receives <see cref="TraceEventKind.TimerFired"/> when <see cref="TraceTimers"/> is set; may be null.</param>
/// <param name="isBackground">Says by name which timers do not keep the loop busy; null for none.</param>
public sealed class SchedulerScope(EventLoop loop, TraceSource? trace = null, Func<string, bool>? isBackground = null) : IScheduler
{
    private readonly List<LoopTimer> _timers = [];

    /// <inheritdoc/>
    public long NowPs => loop.NowPs;

    /// <summary>Whether firing timers are reported.</summary>
    public bool TraceTimers { get; set; }

    /// <summary>Whether <see cref="Retire"/> was called.</summary>
    public bool IsRetired { get; private set; }

    /// <inheritdoc/>
    public ITimer CreateTimer(string name, Action action) => Create(name, action, isBackground?.Invoke(name) ?? false);

    /// <inheritdoc/>
    public ITimer CreateBackgroundTimer(string name, Action action) => Create(name, action, true);

    /// <summary>The armed timers of the scope in order of creation.</summary>
    public IReadOnlyList<PendingTimer> Pending() =>
        [.. _timers.Where(static t => t.HeapIndex >= 0).Select(static t => new PendingTimer(t.Name, t.Deadline))];

    /// <summary>Takes all timers of the scope out of service: none will fire, arming them does nothing.</summary>
    public void Retire()
    {
        IsRetired = true;
        foreach (LoopTimer timer in _timers)
        {
            timer.Cancel();
        }
    }

    /// <summary>
    /// Gives timers that are armed for the same deadline here and in another scope, under the same name, the other's place among events of one
    /// instant, and retires the other scope. A part restored from a snapshot so goes on exactly where its predecessor stopped.
    /// </summary>
    /// <param name="predecessor">Scope of the part that is replaced.</param>
    public void TakeOver(SchedulerScope predecessor)
    {
        ArgumentNullException.ThrowIfNull(predecessor);
        foreach (LoopTimer old in predecessor._timers)
        {
            LoopTimer? successor = old.HeapIndex < 0 ? null : _timers.Find(t => t.HeapIndex >= 0 && t.Name == old.Name && t.Deadline == old.Deadline);
            if (successor is not null)
            {
                loop.Reorder(successor, old.Sequence);
            }
        }

        predecessor.Retire();
    }

    private LoopTimer Create(string name, Action action, bool background)
    {
        LoopTimer timer = loop.Create(name, action, this, background);
        _timers.Add(timer);
        return timer;
    }

    internal void OnFiring(LoopTimer timer)
    {
        if (TraceTimers && trace is { Enabled: true })
        {
            trace.Emit(new TraceEvent { Kind = TraceEventKind.TimerFired, Text = timer.Name });
        }
    }
}
