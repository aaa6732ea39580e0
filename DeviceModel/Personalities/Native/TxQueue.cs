using NicEmu.DeviceModel.Core;
using NicEmu.DeviceModel.Queues;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Timing;

namespace NicEmu.DeviceModel.Personalities.Native;

/// <summary>
/// A transmit queue: fetches descriptors, gathers chains into one buffer, and hands them and the TLS verbs to the engine room in strict order. A
/// chain is taken whole or not at all: whatever is wrong with one of its descriptors, the rest is skipped and nothing of it leaves.
/// </summary>
internal sealed class TxQueue(int index, QueueMap map, QueuePort port) : NativeQueue<DataDescriptor, TxCompletion, TxQueueState>(index, map, port)
{
    /// <summary>How often a FENCE looks whether the frames before it have left.</summary>
    private const long FencePollPs = 1_000_000;

    private readonly TxVerbs _verbs = new(index, port);

    /// <summary>The port has room again.</summary>
    public void PortReady()
    {
        if (State is { WaitsForPort: true } state)
        {
            state.WaitsForPort = false;
            Wake();
        }
    }

    /// <inheritdoc/>
    protected override TxQueueState CreateState(DescriptorRing<DataDescriptor> ring, CompletionQueue<TxCompletion> completions, int vector) =>
        new(ring, completions, vector);

    /// <inheritdoc/>
    protected override bool MayRun(TxQueueState state) => Port.TxEnabled && !state.WaitsForPort;

    /// <inheritdoc/>
    protected override void OnFetched(TxQueueState state)
    {
        for (int i = 0; i < state.FetchedCount; i++)
        {
            ulong context = TxFormat.ContextOf(state.Fetched[i]);
            state.References[i] = context != 0 && Port.Core.AddReference(context) ? context : 0;
        }
    }

    /// <inheritdoc/>
    protected override void OnDropped(TxQueueState state)
    {
        for (int i = state.FetchedAt; i < state.FetchedCount; i++)
        {
            Port.References.Release(state.References[i]);
        }

        Port.References.Release(state.ChainReference);
        Port.Core.Forget(Index, state.HasWork);
        if (state.Buffer is not null && !Port.Dma.IsInCall)
        {
            // Inside a transaction the buffer may be its target: it is left to the garbage collector then.
            Port.Buffers.Return(state.Buffer, state.ChainBytes);
        }

        state.Buffer = null;
    }

    /// <inheritdoc/>
    protected override long? RetryPs(TxQueueState state) => state.HasFetched && IsHeldFence(state, state.Fetched[state.FetchedAt]) ? FencePollPs : null;

    /// <inheritdoc/>
    protected override bool Advance(TxQueueState state, ref long workPs)
    {
        if (!state.HasWork || !state.Completions.HasRoom)
        {
            return false;
        }

        if (state.ChainIsWhole)
        {
            return state.IsDraining ? EndChain(state, TxStatus.Flushed, 0) : Submit(state, ref workPs);
        }

        if (!TryFetch(state))
        {
            // What was gathered of a chain whose end was never posted is flushed with the queue.
            return state.IsDraining && IsLive(state) && state.ChainDescriptors > 0 && EndChain(state, TxStatus.Flushed, 0);
        }

        DataDescriptor descriptor = state.Fetched[state.FetchedAt];
        if (state.ChainDescriptors > 0 && descriptor.Opcode != TxOpcode.Data)
        {
            if (state.IsDraining)
            {
                return EndChain(state, TxStatus.Flushed, 0);
            }

            Report("a chain was broken off", descriptor);
            return EndChain(state, TxStatus.DescriptorMalformed, 0);
        }

        if (IsHeldFence(state, descriptor))
        {
            return false;
        }

        workPs += TimingTable.DescriptorPs;
        ulong reference = state.References[state.FetchedAt++];
        return descriptor.Opcode == TxOpcode.Data ? Gather(state, descriptor, reference, ref workPs) : Run(state, descriptor, reference, ref workPs);
    }

    private bool IsHeldFence(TxQueueState state, in DataDescriptor descriptor) =>
        descriptor.Opcode == TxOpcode.Fence && !state.IsDraining && Port.Core.HoldsFramesOf(Index);

    private bool Gather(TxQueueState state, in DataDescriptor descriptor, ulong reference, ref long workPs)
    {
        bool isFirst = state.ChainDescriptors == 0;
        if (isFirst)
        {
            state.First = descriptor;
            state.ChainBytes = 0;
            state.ChainWantsCompletion = false;
            state.ChainReference = reference;
            state.ChainStatus = state.IsDraining ? TxStatus.Flushed : TxStatus.Ok;
            state.Buffer = Port.Buffers.Rent();
        }
        else
        {
            Port.References.Release(reference);
        }

        state.ChainDescriptors++;
        state.ChainWantsCompletion |= (descriptor.Flags & TxFlags.Complete) != 0;
        if (state.ChainStatus == TxStatus.Ok && !Fits(state, descriptor, isFirst))
        {
            Report("DATA descriptor", descriptor);
            state.ChainStatus = TxStatus.DescriptorMalformed;
        }

        if (state.ChainStatus == TxStatus.Ok && !(Read(state, descriptor.Address0, descriptor.Length0) && Read(state, descriptor.Address1, descriptor.Length1)))
        {
            return false;
        }

        if ((descriptor.Flags & TxFlags.More) != 0)
        {
            return true;
        }

        if (state.ChainStatus != TxStatus.Ok)
        {
            return EndChain(state, state.ChainStatus, 0);
        }

        state.ChainIsWhole = true;
        return state.IsDraining || Submit(state, ref workPs);
    }

    private static bool Fits(TxQueueState state, in DataDescriptor descriptor, bool isFirst) =>
        (isFirst ? TxFormat.IsFirst(descriptor) : TxFormat.IsContinuation(descriptor))
        && state.ChainDescriptors <= NativeDevice.MaxChainDescriptors
        && state.ChainBytes + (long)descriptor.Length0 + descriptor.Length1 <= NativeDevice.MaxChainBytes;

    /// <summary>Gathers one segment; false when the queue does not run any more.</summary>
    private bool Read(TxQueueState state, ulong address, uint length)
    {
        if (state.ChainStatus != TxStatus.Ok)
        {
            return true;
        }

        BusStatus status = Port.Dma.Read(state.Epoch, address, state.Buffer.AsSpan(state.ChainBytes, (int)length));
        if (!IsLive(state))
        {
            return false;
        }

        state.ChainBytes += (int)length;
        if (status != BusStatus.Ok)
        {
            state.ChainStatus = TxStatus.DmaFault;
        }

        return true;
    }

    private bool Submit(TxQueueState state, ref long workPs)
    {
        var request = new TxRequest
        {
            Queue = Index,
            Offloads = state.First.Offloads,
            Mss = state.First.Mss,
            HeaderLength = state.First.HeaderLength,
            VlanTci = state.First.VlanTci,
            Handle = state.First.Handle,
            Frame = state.Buffer.AsSpan(0, state.ChainBytes),
        };
        if ((state.First.Flags & TxFlags.Fence) != 0)
        {
            Port.Core.Fence(Index);
        }

        TxOutcome outcome = Port.Core.Submit(ref request);
        if (outcome.Backpressure)
        {
            state.WaitsForPort = true;
            return false;
        }

        if ((state.First.Offloads & TxOffloads.Tls) != 0)
        {
            workPs += state.ChainBytes * TimingTable.CryptoBytePs;
        }

        // The engine room has counted and reported what it refused.
        return Finish(state, outcome.Status, outcome.Frames);
    }

    /// <summary>Ends a chain that the engine room never saw.</summary>
    private bool EndChain(TxQueueState state, TxStatus status, int frames)
    {
        if (status != TxStatus.Flushed)
        {
            Port.Core.Statistics.TxErrors++;
            Port.Core.Statistics.TxTlsErrors += (state.First.Offloads & TxOffloads.Tls) != 0 ? 1u : 0u;
        }

        Port.Core.CancelPosition(Index);
        if ((state.First.Offloads & TxOffloads.Tls) != 0)
        {
            Port.Core.StopPlace(Index, state.First.Handle);
        }

        if ((state.First.Flags & TxFlags.Fence) != 0)
        {
            Port.Core.StopWaiting(Index);
        }

        return Finish(state, status, frames);
    }

    private bool Finish(TxQueueState state, TxStatus status, int frames)
    {
        DataDescriptor first = state.First;
        var count = (uint)state.ChainDescriptors;
        Port.Buffers.Return(state.Buffer!, state.ChainBytes);
        Port.References.Release(state.ChainReference);
        state.Buffer = null;
        state.ChainReference = 0;
        state.ChainDescriptors = 0;
        state.ChainBytes = 0;
        state.ChainIsWhole = false;
        return Complete(state, first, status, frames, count, state.ChainWantsCompletion);
    }

    private bool Run(TxQueueState state, in DataDescriptor descriptor, ulong reference, ref long workPs)
    {
        TxStatus status = state.IsDraining ? TxStatus.Flushed : _verbs.Execute(state, descriptor, ref workPs);
        if (status == TxStatus.DescriptorMalformed)
        {
            Report("descriptor", descriptor);
        }

        Port.References.Release(reference);
        if (!IsLive(state))
        {
            return false;
        }

        if (status != TxStatus.Ok && TxVerbs.MovesPlace(descriptor.Opcode))
        {
            Port.Core.StopPlace(Index, TxFormat.ContextOf(descriptor));
        }

        if (status != TxStatus.Ok && TxVerbs.IsFence(descriptor))
        {
            Port.Core.StopWaiting(Index);
        }

        return Complete(state, descriptor, status, 0, 1, (descriptor.Flags & TxFlags.Complete) != 0);
    }

    private bool Complete(TxQueueState state, in DataDescriptor descriptor, TxStatus status, int frames, uint count, bool wanted)
    {
        state.Ring.Complete(count);
        Port.ReportCompletion(Index, (int)status, descriptor.Cookie, TxFormat.ContextOf(descriptor), isReceive: false);
        if (!wanted && status == TxStatus.Ok)
        {
            return true;
        }

        return Post(state, new TxCompletion
        {
            Cookie = descriptor.Cookie,
            Head = state.Ring.Completed,
            Status = status,
            Opcode = descriptor.Opcode,
            Frames = (ushort)frames,
            QueueAndPhase = (uint)Index,
        });
    }

    private void Report(string what, in DataDescriptor descriptor) =>
        Port.Trace.GuestError(GuestErrorCode.DescriptorMalformed, what, 0, (ulong)descriptor.Opcode, Index, TxFormat.ContextOf(descriptor));
}
