using NicEmu.DeviceModel.Dma;
using NicEmu.DeviceModel.Queues;
using NicEmu.DeviceModel.State;
using NicEmu.Spec.Inspect;
using NicEmu.Spec.Native;
using NicEmu.Spec.Timing;

namespace NicEmu.DeviceModel.Personalities.Native;

/// <summary>Everything that a running queue remembers. A reset drops the whole object and ends its epoch.</summary>
/// <typeparam name="TDescriptor">What the driver posts.</typeparam>
/// <typeparam name="TCompletion">What the device answers.</typeparam>
/// <param name="ring">The descriptor ring.</param>
/// <param name="completions">The completion ring.</param>
/// <param name="vector">Interrupt vector.</param>
internal class QueueState<TDescriptor, TCompletion>(DescriptorRing<TDescriptor> ring, CompletionQueue<TCompletion> completions, int vector)
    where TDescriptor : unmanaged
    where TCompletion : unmanaged
{
    private readonly TDescriptor[] _fetched = new TDescriptor[TimingTable.StepBudget];

    public DmaEpoch Epoch { get; } = new();

    public DescriptorRing<TDescriptor> Ring => ring;

    public CompletionQueue<TCompletion> Completions => completions;

    public int Vector => vector;

    /// <summary>Why the queue stopped.</summary>
    public QueueError Error { get; set; }

    /// <summary>The driver disabled the queue: what is left is flushed.</summary>
    public bool IsDraining { get; set; }

    /// <summary>Time of the work done so far: the next step is not earlier.</summary>
    public long BusyUntilPs { get; set; }

    /// <summary>Descriptors in <see cref="Fetched"/>.</summary>
    public int FetchedCount { get; set; }

    /// <summary>The next of them to handle.</summary>
    public int FetchedAt { get; set; }

    /// <summary>Copies of descriptors that were fetched.</summary>
    public Span<TDescriptor> Fetched => _fetched;

    /// <summary>Whether the queue still runs: asked after every transaction.</summary>
    public bool IsRunning => Epoch.IsCurrent && Error == QueueError.None;

    /// <summary>Whether a copy is waiting to be handled.</summary>
    public bool HasFetched => FetchedAt < FetchedCount;

    /// <summary>Whether a descriptor is posted and not completed.</summary>
    public bool HasWork => ring.Tail != ring.Completed;

    /// <summary>Saves everything but the epoch.</summary>
    /// <param name="state">Receives it.</param>
    public virtual void Save(StateWriter state)
    {
        ring.Save(state);
        completions.Save(state);
        state.Byte((byte)Error);
        state.Bool(IsDraining);
        state.Time(BusyUntilPs);
        state.Count(FetchedCount);
        state.Count(FetchedAt);
        foreach (TDescriptor descriptor in _fetched)
        {
            state.Value(descriptor);
        }
    }

    /// <summary>Puts a saved state back.</summary>
    /// <param name="state">What <see cref="Save"/> wrote.</param>
    /// <param name="buffers">Where a chain's buffer comes from.</param>
    public virtual void Restore(ref StateReader state, BufferPool buffers)
    {
        ring.Restore(ref state);
        completions.Restore(ref state);
        Error = (QueueError)state.Byte();
        IsDraining = state.Bool();
        BusyUntilPs = state.Time();
        FetchedCount = state.Count();
        FetchedAt = state.Count();
        for (int i = 0; i < _fetched.Length; i++)
        {
            _fetched[i] = state.Value<TDescriptor>();
        }
    }

    /// <summary>Adds the state to an inspection tree.</summary>
    /// <param name="node">The queue's node.</param>
    public virtual void Inspect(InspectNode node)
    {
        node.Add("TAIL", ring.Tail);
        node.Add("FETCHED", ring.Fetched);
        node.Add("COMPLETED", ring.Completed);
        node.Add("ERROR", Error.ToString());
        node.Add("DRAINING", IsDraining);
        node.Add("BUSY_UNTIL", BusyUntilPs);
        completions.Inspect(node);
    }
}
