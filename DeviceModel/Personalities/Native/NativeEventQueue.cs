using NicEmu.DeviceModel.Dma;
using NicEmu.DeviceModel.Pci;
using NicEmu.DeviceModel.Queues;
using NicEmu.DeviceModel.Registers;
using NicEmu.DeviceModel.State;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Inspect;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Timing;
using ITimer = NicEmu.Spec.Seams.ITimer;

namespace NicEmu.DeviceModel.Personalities.Native;

/// <summary>The event queue. Events wait in a short list of the hardware until its timer writes them to host memory; what does not fit is lost and told by OVERRUN.</summary>
internal sealed class NativeEventQueue
{
    private const ushort Mark = 0x4551;
    private const int WaitingLimit = 64;
    private const long PicosecondsPerNanosecond = 1000;

    private readonly RegisterFile _registers;
    private readonly DmaEngine _dma;
    private readonly InterruptModerator _interrupts;
    private readonly IScheduler _scheduler;
    private readonly TraceSource _trace;
    private readonly ITimer _timer;
    private readonly Queue<EventEntry> _waiting = new(WaitingLimit);
    private CompletionQueue<EventEntry>? _ring;
    private DmaEpoch _epoch = new();

    public NativeEventQueue(RegisterFile registers, DmaEngine dma, InterruptModerator interrupts, IScheduler scheduler, TraceSource trace)
    {
        _registers = registers;
        _dma = dma;
        _interrupts = interrupts;
        _scheduler = scheduler;
        _trace = trace;
        _timer = scheduler.CreateTimer($"nic{trace.Device}.events", Step);
        registers.OnWrite(Block.Control, OnControl);
        registers.OnWrite(Block.Consumer, OnConsumer);
        registers.OnWrite(Block.Arm, OnArm);
    }

    private static EventBlock Block => NativeMap.Event;

    /// <summary>Queues an event; without an enabled queue it is not wanted.</summary>
    /// <param name="code">What happened.</param>
    /// <param name="queue">Queue concerned.</param>
    /// <param name="data">As described with the code.</param>
    /// <param name="handle">TLS object concerned.</param>
    public void Post(EventCode code, int queue, uint data, ulong handle)
    {
        if (_ring is null)
        {
            return;
        }

        if (_waiting.Count == WaitingLimit)
        {
            _registers[Block.Overrun] = 1;
            return;
        }

        ulong now = (ulong)(_scheduler.NowPs / PicosecondsPerNanosecond);
        _waiting.Enqueue(new EventEntry { Code = code, Queue = (ushort)queue, Data = data, Handle = handle, TimestampNs = now });
        _timer.ArmNoLaterThan(_scheduler.NowPs + TimingTable.DescriptorPs);
    }

    /// <summary>Forgets ring and events; the registers are reset by their file.</summary>
    public void Reset()
    {
        _epoch.End();
        _epoch = new DmaEpoch();
        _ring = null;
        _waiting.Clear();
        _timer.Cancel();
    }

    /// <summary>Saves the queue.</summary>
    /// <param name="state">Receives it.</param>
    public void Save(StateWriter state)
    {
        state.Part(Mark, 1);
        state.Bool(_ring is not null);
        if (_ring is not null)
        {
            state.Word64(_ring.BaseAddress);
            state.Count(_ring.Log2);
            _ring.Save(state);
        }

        state.Count(_waiting.Count);
        foreach (EventEntry entry in _waiting)
        {
            state.Value(entry);
        }

        state.Deadline(_timer.DeadlinePs);
    }

    /// <summary>Puts a saved queue back.</summary>
    /// <param name="state">What <see cref="Save"/> wrote.</param>
    public void Restore(ref StateReader state)
    {
        state.Part(Mark, 1);
        Reset();
        if (state.Bool())
        {
            _ring = new CompletionQueue<EventEntry>(state.Word64(), state.Count());
            _ring.Restore(ref state);
        }

        for (int count = state.Count(); count > 0; count--)
        {
            _waiting.Enqueue(state.Value<EventEntry>());
        }

        _timer.Rearm(state.Deadline());
    }

    /// <summary>Adds the queue to an inspection tree.</summary>
    /// <param name="parent">Receives one node.</param>
    public void Inspect(InspectNode parent)
    {
        InspectNode node = parent.Add("EVENTS");
        node.Add("ENABLED", _ring is not null);
        node.Add("WAITING", _waiting.Count);
        _ring?.Inspect(node);
    }

    private void OnControl(int instance, uint before, uint after)
    {
        bool enable = Block.Enable.Extract(after) != 0;
        if (!enable)
        {
            Reset();
        }
        else if (_ring is null)
        {
            ulong address = _registers.GetPair(Block.Base);
            var log2 = (int)_registers[Block.SizeLog2];
            if (!RingRules.IsAllowed(address, log2, 32))
            {
                _registers[Block.Enable] = 0;
                _trace.GuestError(GuestErrorCode.QueueConfiguration, "event queue: base or size", address, (ulong)log2);
                return;
            }

            _ring = new CompletionQueue<EventEntry>(address, log2);
            _registers[Block.Consumer] = 0;
            _registers[Block.Producer] = 0;
        }
    }

    private void OnConsumer(int instance, uint before, uint after)
    {
        if (_ring is null || !_ring.TrySetConsumer(after))
        {
            _trace.GuestError(GuestErrorCode.ConsumerIndex, "event queue: consumer index", Block.OffsetOf(Block.Consumer), after);
            _registers[Block.Consumer] = before;
        }
    }

    private void OnArm(int instance, uint before, uint after)
    {
        if (_ring is null || !_ring.TryArm(after, out bool due))
        {
            _trace.GuestError(GuestErrorCode.ConsumerIndex, "event queue: arming index", Block.OffsetOf(Block.Arm), after);
        }
        else if (due)
        {
            _interrupts.Request(NativeDevice.EventVector);
        }
    }

    private void Step()
    {
        CompletionQueue<EventEntry>? ring = _ring;
        DmaEpoch epoch = _epoch;
        _dma.TakeCost();
        for (int budget = TimingTable.StepBudget; budget > 0 && ring is not null && _waiting.TryDequeue(out EventEntry entry); budget--)
        {
            bool due = false;
            if (!ring.HasRoom || ring.Post(_dma, epoch, entry, out due) != BusStatus.Ok)
            {
                if (!epoch.IsCurrent)
                {
                    return;
                }

                _registers[Block.Overrun] = 1;
                continue;
            }

            _registers[Block.Producer] = ring.Producer;
            _interrupts.Completed(NativeDevice.EventVector);
            if (due)
            {
                _interrupts.Request(NativeDevice.EventVector);
            }
        }

        if (_waiting.Count > 0)
        {
            _timer.ArmNoLaterThan(_scheduler.NowPs + TimingTable.DescriptorPs + _dma.TakeCost());
        }
    }
}
