using System.Runtime.CompilerServices;
using NicEmu.DeviceModel.Queues;
using NicEmu.DeviceModel.State;
using NicEmu.Spec.Events;
using NicEmu.Spec.Inspect;
using NicEmu.Spec.Native;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Timing;
using ITimer = NicEmu.Spec.Seams.ITimer;

namespace NicEmu.DeviceModel.Personalities.Native;

/// <summary>
/// What transmit and receive queues have in common: enabling, disabling, reset, doorbells, fetching and completing. A register write only marks
/// work and arms the timer; every transaction happens in a step of the timer, or when the engine room delivers.
/// </summary>
/// <typeparam name="TDescriptor">What the driver posts.</typeparam>
/// <typeparam name="TCompletion">What the device answers.</typeparam>
/// <typeparam name="TState">What the queue remembers while it runs.</typeparam>
internal abstract class NativeQueue<TDescriptor, TCompletion, TState>
    where TDescriptor : unmanaged
    where TCompletion : unmanaged
    where TState : QueueState<TDescriptor, TCompletion>
{
    private const ushort Mark = 0x4E51;

    private readonly QueueMap _map;
    private readonly ITimer _timer;

    protected NativeQueue(int index, QueueMap map, QueuePort port)
    {
        Index = index;
        _map = map;
        Port = port;
        _timer = port.Scheduler.CreateTimer($"nic{port.Trace.Device}.{map.Name}{index}", Step);
    }

    /// <summary>Number of the queue.</summary>
    protected int Index { get; }

    /// <summary>What the queue works with.</summary>
    protected QueuePort Port { get; }

    /// <summary>What the queue remembers; null while it is disabled.</summary>
    protected TState? State { get; private set; }

    /// <summary>The control register was written.</summary>
    /// <param name="before">Its value before.</param>
    /// <param name="after">Its value after.</param>
    public void ControlWritten(uint before, uint after)
    {
        if (_map.Reset.Extract(after) != 0)
        {
            _map.File[_map.Reset, Index] = 0;
            _map.File[_map.Enable, Index] = 0;
            Drop();
        }
        else if (_map.Enable.Extract(after) == 0)
        {
            Disable();
        }
        else if (_map.Enable.Extract(before) == 0)
        {
            Enable();
        }
    }

    /// <summary>A register was written that is only taken when the queue is enabled.</summary>
    /// <param name="value">Its new value.</param>
    public void ConfigurationWritten(uint value)
    {
        if (State is not null)
        {
            Port.Trace.GuestError(GuestErrorCode.QueueConfiguration, "queue is enabled", 0, value, Index);
        }
    }

    /// <summary>The tail doorbell was written.</summary>
    /// <param name="before">Its value before.</param>
    /// <param name="tail">The tail.</param>
    public void TailWritten(uint before, uint tail)
    {
        TState? state = State;
        if (state is null || state.IsDraining || state.Error != QueueError.None)
        {
            Port.Trace.GuestError(GuestErrorCode.DoorbellRange, "doorbell of a queue that does not run", _map.Tail.Offset, tail, Index);
            _map.Doorbells[_map.Tail, Index] = before;
        }
        else if (!state.Ring.TrySetTail(tail))
        {
            Port.Trace.GuestError(GuestErrorCode.DoorbellRange, "tail goes backwards or beyond the ring", _map.Tail.Offset, tail, Index);
            Fail(state, QueueError.DoorbellRange);
        }
        else
        {
            Wake();
        }
    }

    /// <summary>The consumer doorbell was written.</summary>
    /// <param name="before">Its value before.</param>
    /// <param name="index">The consumer index.</param>
    public void ConsumerWritten(uint before, uint index)
    {
        TState? state = State;
        if (state is null)
        {
            Port.Trace.GuestError(GuestErrorCode.ConsumerIndex, "consumer index of a disabled queue", _map.Consumer.Offset, index, Index);
            _map.Doorbells[_map.Consumer, Index] = before;
        }
        else if (!state.Completions.TrySetConsumer(index))
        {
            Port.Trace.GuestError(GuestErrorCode.ConsumerIndex, "consumer index beyond the producer", _map.Consumer.Offset, index, Index);
            Fail(state, QueueError.ConsumerIndex);
        }
        else if (state.HasWork)
        {
            Wake();
        }
    }

    /// <summary>The arming doorbell was written.</summary>
    /// <param name="index">The consumer index that the driver has seen.</param>
    public void ArmWritten(uint index)
    {
        if (State is null || !State.Completions.TryArm(index, out bool due))
        {
            Port.Trace.GuestError(GuestErrorCode.ConsumerIndex, "arming index", _map.Arm.Offset, index, Index);
        }
        else if (due)
        {
            Port.Interrupts.Request(State.Vector);
        }
    }

    /// <summary>Shows the running indices in the registers.</summary>
    public void Publish()
    {
        if (State is not null)
        {
            _map.File[_map.Head, Index] = State.Ring.Fetched;
            _map.File[_map.Producer, Index] = State.Completions.Producer;
        }
    }

    /// <summary>Stops at once: nothing is completed, nothing of before touches memory again.</summary>
    public void Drop()
    {
        TState? state = State;
        State = null;
        _timer.Cancel();
        _map.File[_map.Enabled, Index] = 0;
        _map.File[_map.Error, Index] = 0;
        if (state is not null)
        {
            state.Epoch.End();
            _map.File[_map.Head, Index] = 0;
            _map.File[_map.Producer, Index] = 0;
            OnDropped(state);
        }
    }

    /// <summary>Arms the queue's timer: a step comes, but not before the work done so far has taken its time.</summary>
    public void Wake()
    {
        if (State is { } state && state.Error == QueueError.None)
        {
            _timer.ArmNoLaterThan(Math.Max(Port.Scheduler.NowPs + TimingTable.DoorbellToStepPs, state.BusyUntilPs));
        }
    }

    /// <summary>Saves the queue.</summary>
    /// <param name="state">Receives it.</param>
    public void Save(StateWriter state)
    {
        state.Part(Mark, 1);
        state.Bool(State is not null);
        if (State is not null)
        {
            state.Word64(State.Ring.BaseAddress);
            state.Count(State.Ring.Log2);
            state.Word64(State.Completions.BaseAddress);
            state.Count(State.Completions.Log2);
            state.Count(State.Vector);
            State.Save(state);
        }

        state.Deadline(_timer.DeadlinePs);
    }

    /// <summary>Puts a saved queue back.</summary>
    /// <param name="state">What <see cref="Save"/> wrote.</param>
    public void Restore(ref StateReader state)
    {
        state.Part(Mark, 1);
        State?.Epoch.End();
        State = null;
        if (state.Bool())
        {
            var ring = new DescriptorRing<TDescriptor>(state.Word64(), state.Count());
            var completions = new CompletionQueue<TCompletion>(state.Word64(), state.Count());
            State = CreateState(ring, completions, state.Count());
            State.Restore(ref state, Port.Buffers);
        }

        _timer.Rearm(state.Deadline());
    }

    /// <summary>Adds the queue to an inspection tree.</summary>
    /// <param name="parent">Receives one node.</param>
    public void Inspect(InspectNode parent)
    {
        InspectNode node = parent.Add($"{_map.Name}{Index}");
        node.Add("ENABLED", State is not null);
        State?.Inspect(node);
    }

    /// <summary>Makes what the queue remembers.</summary>
    /// <param name="ring">The descriptor ring.</param>
    /// <param name="completions">The completion ring.</param>
    /// <param name="vector">Interrupt vector.</param>
    protected abstract TState CreateState(DescriptorRing<TDescriptor> ring, CompletionQueue<TCompletion> completions, int vector);

    /// <summary>Frees what a dropped state held outside of itself.</summary>
    /// <param name="state">The dropped state.</param>
    protected abstract void OnDropped(TState state);

    /// <summary>Descriptors were just fetched.</summary>
    /// <param name="state">The queue's state.</param>
    protected virtual void OnFetched(TState state)
    {
    }

    /// <summary>Whether the queue may run now.</summary>
    /// <param name="state">The queue's state.</param>
    protected abstract bool MayRun(TState state);

    /// <summary>Handles one descriptor.</summary>
    /// <param name="state">The queue's state.</param>
    /// <param name="workPs">Time that it takes beyond its transactions.</param>
    /// <returns>False when nothing more can be done now, or the state is not the queue's any more.</returns>
    protected abstract bool Advance(TState state, ref long workPs);

    /// <summary>Time after which a step is tried again although nothing wakes the queue; null for never.</summary>
    /// <param name="state">The queue's state.</param>
    protected virtual long? RetryPs(TState state) => null;

    /// <summary>Whether a state is still the queue's, and the queue runs: asked after every transaction.</summary>
    /// <param name="state">A state.</param>
    protected bool IsLive(TState state) => ReferenceEquals(State, state) && state.IsRunning;

    /// <summary>Fetches descriptors until a copy is at hand.</summary>
    /// <param name="state">The queue's state.</param>
    /// <returns>False when none is posted, or the ring cannot be read.</returns>
    protected bool TryFetch(TState state)
    {
        if (state.HasFetched)
        {
            return true;
        }

        BusStatus status = state.Ring.Fetch(Port.Dma, state.Epoch, state.Fetched, out int count);
        if (!IsLive(state))
        {
            return false;
        }

        if (status != BusStatus.Ok)
        {
            Fail(state, QueueError.RingFault);
            return false;
        }

        state.FetchedAt = 0;
        state.FetchedCount = count;
        OnFetched(state);
        return count > 0;
    }

    /// <summary>Writes a completion.</summary>
    /// <param name="state">The queue's state.</param>
    /// <param name="completion">The completion; its phase is filled in.</param>
    /// <returns>False when the queue does not run any more.</returns>
    protected bool Post(TState state, TCompletion completion)
    {
        BusStatus status = state.Completions.Post(Port.Dma, state.Epoch, completion, out bool due);
        if (!IsLive(state))
        {
            return false;
        }

        if (status != BusStatus.Ok)
        {
            Fail(state, QueueError.CompletionFault);
            return false;
        }

        Port.Interrupts.Completed(state.Vector);
        if (due)
        {
            Port.Interrupts.Request(state.Vector);
        }

        return true;
    }

    private void Enable()
    {
        if (State is not null)
        {
            // Still flushing: STATUS.ENABLED tells when that is over.
            _map.File[_map.Enable, Index] = 0;
            Port.Trace.GuestError(GuestErrorCode.QueueConfiguration, "enabled again while being flushed", 0, 0, Index);
            return;
        }

        ulong address = _map.File.GetPair(_map.Base, Index);
        var log2 = (int)_map.File[_map.SizeLog2, Index];
        ulong completionAddress = _map.File.GetPair(_map.CompletionBase, Index);
        var completionLog2 = (int)_map.File[_map.CompletionSizeLog2, Index];
        uint vector = _map.File[_map.VectorNumber, Index];
        if (!RingRules.IsAllowed(address, log2, Unsafe.SizeOf<TDescriptor>())
            || !RingRules.IsAllowed(completionAddress, completionLog2, Unsafe.SizeOf<TCompletion>())
            || vector >= NativeDevice.Vectors)
        {
            _map.File[_map.Enable, Index] = 0;
            _map.File[_map.Error, Index] = (uint)QueueError.Configuration;
            Port.Trace.GuestError(GuestErrorCode.QueueConfiguration, "base, size or vector", address, vector, Index);
            return;
        }

        State = CreateState(new DescriptorRing<TDescriptor>(address, log2), new CompletionQueue<TCompletion>(completionAddress, completionLog2), (int)vector);
        _map.File[_map.Error, Index] = (uint)QueueError.None;
        _map.File[_map.Enabled, Index] = 1;
        _map.Doorbells[_map.Tail, Index] = 0;
        _map.Doorbells[_map.Consumer, Index] = 0;
    }

    private void Disable()
    {
        if (State is not { HasWork: true, Error: QueueError.None } state)
        {
            Drop();
        }
        else
        {
            state.IsDraining = true;
            Wake();
        }
    }

    private void Fail(TState state, QueueError error)
    {
        state.Error = error;
        _timer.Cancel();
        _map.File[_map.Error, Index] = (uint)error;
        _map.File[_map.Enabled, Index] = 0;
        Port.Stopped(Index, error);
    }

    private void Step()
    {
        if (State is not { } state || !IsLive(state) || !(state.IsDraining || MayRun(state)))
        {
            return;
        }

        Port.Dma.TakeCost();
        long workPs = 0;
        bool more = true;
        for (int budget = TimingTable.StepBudget; budget > 0 && more; budget--)
        {
            more = Advance(state, ref workPs);
        }

        workPs += Port.Dma.TakeCost();
        if (!IsLive(state))
        {
            return;
        }

        if (state.IsDraining && !state.HasWork)
        {
            Drop();
            return;
        }

        // Every step takes time, whatever it did: a hostile ring can neither stop the clock nor starve another queue.
        state.BusyUntilPs = Port.Scheduler.NowPs + Math.Max(workPs, TimingTable.DescriptorPs);
        if (more || _timer.DeadlinePs < state.BusyUntilPs)
        {
            // A doorbell inside a transaction may have armed the timer for an earlier time.
            _timer.ArmAt(state.BusyUntilPs);
        }
        else if (RetryPs(state) is { } retry)
        {
            _timer.ArmNoLaterThan(Math.Max(state.BusyUntilPs, Port.Scheduler.NowPs + retry));
        }
    }
}
