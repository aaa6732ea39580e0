using NicEmu.DeviceModel.Core;
using NicEmu.DeviceModel.Queues;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Timing;

namespace NicEmu.DeviceModel.Personalities.Native;

/// <summary>A receive queue: fetches posted buffers ahead, gives them to the engine room one at a time, and writes frames and completions.</summary>
internal sealed class RxQueue(int index, QueueMap map, QueuePort port) : NativeQueue<RxDescriptor, RxCompletion, RxQueueState>(index, map, port)
{
    private const uint MinBuffer = 64;
    private const uint MaxBuffer = 65535;
    private const long PicosecondsPerNanosecond = 1000;

    /// <summary>Takes the next buffer; false when there is none, or no room for its completion.</summary>
    public bool TryTakeBuffer()
    {
        if (State is not { } state || !IsLive(state) || state.IsDraining)
        {
            return false;
        }

        for (int budget = TimingTable.StepBudget; budget > 0; budget--)
        {
            if (!state.Completions.HasRoom || !TryFetch(state) || state.IsDraining)
            {
                return false;
            }

            RxDescriptor descriptor = state.Fetched[state.FetchedAt++];
            if (IsWellFormed(descriptor))
            {
                state.Taken = descriptor;
                return true;
            }

            if (!Refuse(state, descriptor))
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Fills the buffer taken last.</summary>
    /// <param name="delivery">The frame and what was found out about it.</param>
    public void Deliver(in RxDelivery delivery)
    {
        if (State is not { Taken: { } buffer } state)
        {
            // The queue was reset since the buffer was taken: the frame is lost with it.
            return;
        }

        state.Taken = null;
        RxStatus status = RxStatus.BufferTooSmall;
        if ((uint)delivery.Frame.Length > buffer.Length)
        {
            Port.Core.Statistics.RxTooLong++;
        }
        else
        {
            BusStatus written = Port.Dma.Write(state.Epoch, buffer.Address, delivery.Frame);
            if (!IsLive(state))
            {
                return;
            }

            status = written == BusStatus.Ok ? RxStatus.Ok : RxStatus.DmaFault;
        }

        Complete(state, status == RxStatus.Ok ? Describe(delivery, buffer) : new RxCompletion { Cookie = buffer.Cookie, Status = status }, delivery.Handle);
    }

    /// <inheritdoc/>
    protected override RxQueueState CreateState(DescriptorRing<RxDescriptor> ring, CompletionQueue<RxCompletion> completions, int vector) =>
        new(ring, completions, vector);

    /// <inheritdoc/>
    protected override void OnDropped(RxQueueState state) => state.Taken = null;

    /// <inheritdoc/>
    protected override bool MayRun(RxQueueState state) => true;

    /// <inheritdoc/>
    protected override bool Advance(RxQueueState state, ref long workPs)
    {
        if (!state.HasWork || !state.Completions.HasRoom || !TryFetch(state))
        {
            return false;
        }

        RxDescriptor descriptor = state.Fetched[state.FetchedAt];
        if (!state.IsDraining && IsWellFormed(descriptor))
        {
            // Fetched ahead; it waits for a frame.
            return false;
        }

        workPs += TimingTable.DescriptorPs;
        state.FetchedAt++;
        return state.IsDraining
            ? Complete(state, new RxCompletion { Cookie = descriptor.Cookie, Status = RxStatus.Flushed }, 0)
            : Refuse(state, descriptor);
    }

    private static bool IsWellFormed(in RxDescriptor descriptor) => descriptor.Length is >= MinBuffer and <= MaxBuffer;

    private static RxCompletion Describe(in RxDelivery delivery, in RxDescriptor buffer) => new()
    {
        Cookie = buffer.Cookie,
        Length = (uint)delivery.Frame.Length,
        Hash = (delivery.Flags & RxFlags.HashValid) != 0 ? delivery.Hash : 0,
        Flags = delivery.Flags,
        VlanTci = delivery.VlanTci,
        Verdict = delivery.Verdict,
        Reason = delivery.Reason,
        RecordsCompleted = delivery.RecordsCompleted,
        CandidateSequence = delivery.Verdict == RxVerdict.ResyncRequest ? delivery.CandidateSequence : 0,
        Handle = delivery.Handle,
        RecordNumber = delivery.Verdict == RxVerdict.Decrypted ? delivery.RecordNumber : 0,
    };

    private bool Refuse(RxQueueState state, in RxDescriptor descriptor)
    {
        Port.Trace.GuestError(GuestErrorCode.DescriptorMalformed, "receive buffer length", descriptor.Address, descriptor.Length, Index);
        return Complete(state, new RxCompletion { Cookie = descriptor.Cookie, Status = RxStatus.DescriptorMalformed }, 0);
    }

    private bool Complete(RxQueueState state, in RxCompletion completion, ulong handle)
    {
        state.Ring.Complete(1);
        Port.ReportCompletion(Index, (int)completion.Status, completion.Cookie, handle, isReceive: true);
        return Post(state, completion with
        {
            Head = state.Ring.Completed,
            TimestampNs = (ulong)(Port.Scheduler.NowPs / PicosecondsPerNanosecond),
            QueueAndPhase = (uint)Index,
        });
    }
}
