using NicEmu.Spec.Seams;

namespace NicEmu.Board.Time;

/// <summary>
/// Virtual time of one thread: an indexed heap of named timers, ordered by deadline and then by the order of arming, so that a run never
/// depends on anything but its inputs. Arming allocates nothing.
/// </summary>
public sealed class EventLoop : IScheduler
{
    /// <summary>Events that may run without time moving before the model counts as broken.</summary>
    public const int MaxEventsPerInstant = 1_000_000;

    private LoopTimer[] _heap = new LoopTimer[64];
    private long _armings;
    private int _foreground;
    private int _eventsAtInstant;
    private bool _isRunning;

    /// <inheritdoc/>
    public long NowPs { get; private set; }

    /// <summary>Timers that have fired since the start of the run.</summary>
    public long EventsRun { get; private set; }

    /// <summary>Number of timers that are armed.</summary>
    public int Count { get; private set; }

    /// <summary>Called after every event, between it and the next: for tools and tests that look at parts or replace them. It must not run the loop.</summary>
    public Action? EventRan { get; set; }

    /// <summary>Deadline of the next event in picoseconds; null when no timer is armed.</summary>
    public long? NextDeadlinePs => Count == 0 ? null : _heap[0].Deadline;

    /// <inheritdoc/>
    public ITimer CreateTimer(string name, Action action) => Create(name, action, scope: null, isBackground: false);

    /// <inheritdoc/>
    public ITimer CreateBackgroundTimer(string name, Action action) => Create(name, action, scope: null, isBackground: true);

    /// <summary>Runs the event with the earliest deadline and moves time there.</summary>
    /// <returns>False when no timer is armed.</returns>
    /// <exception cref="InvalidOperationException">Called from inside an event.</exception>
    public bool RunNext()
    {
        RefuseNesting();
        if (Count == 0)
        {
            return false;
        }

        LoopTimer timer = _heap[0];
        Remove(timer);
        if (timer.Deadline > NowPs)
        {
            NowPs = timer.Deadline;
            _eventsAtInstant = 0;
        }
        else if (++_eventsAtInstant > MaxEventsPerInstant)
        {
            throw new ModelException($"Time stands still at {NowPs} ps: timer '{timer.Name}' is armed again and again for the present.");
        }

        EventsRun++;
        Fire(timer);
        EventRan?.Invoke();
        return true;
    }

    /// <summary>Runs events until a condition holds.</summary>
    /// <param name="condition">Asked before the first and after every event.</param>
    /// <param name="limitPs">Longest wait in picoseconds from now; when it passes, time stands at its end.</param>
    /// <param name="cancellation">Checked between events.</param>
    /// <returns>False when the limit passed first, or nothing was left to do.</returns>
    /// <exception cref="InvalidOperationException">Called from inside an event.</exception>
    /// <exception cref="OperationCanceledException">Cancellation was requested.</exception>
    public bool RunUntil(Func<bool> condition, long limitPs, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(condition);
        RefuseNesting();
        long end = EndOf(limitPs);
        while (!condition())
        {
            cancellation.ThrowIfCancellationRequested();
            if (Count == 0 || _heap[0].Deadline > end)
            {
                AdvanceTo(end);
                return false;
            }

            RunNext();
        }

        return true;
    }

    /// <summary>Runs events until no timer is armed but background ones.</summary>
    /// <param name="limitPs">Longest wait in picoseconds from now; when it passes, time stands at its end.</param>
    /// <param name="cancellation">Checked between events.</param>
    /// <returns>False when the limit passed first.</returns>
    /// <exception cref="InvalidOperationException">Called from inside an event.</exception>
    /// <exception cref="OperationCanceledException">Cancellation was requested.</exception>
    public bool RunUntilIdle(long limitPs, CancellationToken cancellation = default)
    {
        RefuseNesting();
        long end = EndOf(limitPs);
        while (_foreground > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_heap[0].Deadline > end)
            {
                AdvanceTo(end);
                return false;
            }

            RunNext();
        }

        return true;
    }

    /// <summary>The armed timers in the order in which they will fire.</summary>
    public IReadOnlyList<PendingTimer> Pending()
    {
        LoopTimer[] timers = _heap[..Count];
        Array.Sort(timers, static (a, b) => Precedes(a, b) ? -1 : Precedes(b, a) ? 1 : 0);
        return Array.ConvertAll(timers, static t => new PendingTimer(t.Name, t.Deadline));
    }

    /// <summary>Moves time forward without running anything; used when time follows a clock.</summary>
    /// <param name="nowPs">The new present; an earlier one changes nothing.</param>
    internal void AdvanceTo(long nowPs)
    {
        if (nowPs > NowPs)
        {
            NowPs = nowPs;
            _eventsAtInstant = 0;
        }
    }

    internal LoopTimer Create(string name, Action action, SchedulerScope? scope, bool isBackground)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(action);
        return new LoopTimer(this, name, action, scope, isBackground);
    }

    internal void Arm(LoopTimer timer, long deadlinePs)
    {
        if (timer.HeapIndex >= 0)
        {
            Remove(timer);
        }

        timer.Deadline = Math.Max(deadlinePs, NowPs);
        timer.Sequence = _armings++;
        Insert(timer);
    }

    /// <summary>Gives an armed timer the place among equal deadlines that another one had.</summary>
    internal void Reorder(LoopTimer timer, long sequence)
    {
        Remove(timer);
        timer.Sequence = sequence;
        Insert(timer);
    }

    internal void Remove(LoopTimer timer)
    {
        int at = timer.HeapIndex;
        LoopTimer last = _heap[--Count];
        _heap[Count] = null!;
        timer.HeapIndex = -1;
        _foreground -= timer.IsBackground ? 0 : 1;
        if (!ReferenceEquals(last, timer))
        {
            Place(last, at);
            SiftDown(at);
            SiftUp(last.HeapIndex);
        }
    }

    internal void RefuseNesting()
    {
        if (_isRunning)
        {
            throw new InvalidOperationException("The event loop is running an event; only the top level may run the loop.");
        }
    }

    private void Fire(LoopTimer timer)
    {
        // Under a synchronization context the runtime would send continuations of awaiting peers to the thread pool instead of running them here.
        SynchronizationContext? context = SynchronizationContext.Current;
        if (context is not null)
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }

        _isRunning = true;
        try
        {
            timer.Fire();
        }
        finally
        {
            _isRunning = false;
            if (context is not null)
            {
                SynchronizationContext.SetSynchronizationContext(context);
            }
        }
    }

    private static bool Precedes(LoopTimer a, LoopTimer b) => a.Deadline < b.Deadline || (a.Deadline == b.Deadline && a.Sequence < b.Sequence);

    private long EndOf(long limitPs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limitPs);
        return limitPs > long.MaxValue - NowPs ? long.MaxValue : NowPs + limitPs;
    }

    private void Insert(LoopTimer timer)
    {
        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, Count * 2);
        }

        _foreground += timer.IsBackground ? 0 : 1;
        Place(timer, Count++);
        SiftUp(timer.HeapIndex);
    }

    private void Place(LoopTimer timer, int at)
    {
        _heap[at] = timer;
        timer.HeapIndex = at;
    }

    private void SiftUp(int at)
    {
        LoopTimer timer = _heap[at];
        while (at > 0 && Precedes(timer, _heap[(at - 1) / 2]))
        {
            Place(_heap[(at - 1) / 2], at);
            at = (at - 1) / 2;
        }

        Place(timer, at);
    }

    private void SiftDown(int at)
    {
        LoopTimer timer = _heap[at];
        for (int child = (2 * at) + 1; child < Count; child = (2 * at) + 1)
        {
            if (child + 1 < Count && Precedes(_heap[child + 1], _heap[child]))
            {
                child++;
            }

            if (!Precedes(_heap[child], timer))
            {
                break;
            }

            Place(_heap[child], at);
            at = child;
        }

        Place(timer, at);
    }
}
