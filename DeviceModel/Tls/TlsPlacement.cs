using NicEmu.DeviceModel.Crypto;
using NicEmu.Spec.Core;
using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Tls;

/// <summary>The descriptors that say where bytes belong: POSITION, RANGE, REPLAY, SET_CONTEXT, SET_PROGRESS and the fence that makes the last two effective.</summary>
internal sealed class TlsPlacement(TlsShared shared, TlsTransmit transmit)
{
    private TxReport Report => transmit.Report;

    public TxStatus Position(ulong handle, int queue, in TxPosition position, ref TxPositionSlot slot)
    {
        TxStatus status = Begin(handle, queue, TxMode.SequenceTracked, ref slot, out TlsTxContext? context);
        if (status == TxStatus.Ok)
        {
            status = context!.Place(position, ref slot);
        }

        if (status != TxStatus.Ok)
        {
            return transmit.Refuse(handle, status);
        }

        Report.Step(context!, TxResyncStep.Position, position.RecordStart, position.RecordNumber, 0, "position");
        return status;
    }

    public TxStatus Range(ulong handle, int queue, in TxPosition position, in TxWindow window, ref TxPositionSlot slot)
    {
        TxStatus status = Begin(handle, queue, TxMode.Range, ref slot, out TlsTxContext? context);
        if (status == TxStatus.Ok)
        {
            status = context!.PlaceRange(position, window, ref slot);
        }

        return status == TxStatus.Ok ? status : transmit.Refuse(handle, status);
    }

    public TxStatus Replay(ulong handle, int queue, ReadOnlySpan<byte> data, ref TxPositionSlot slot, ref TxParameterSlot parameters)
    {
        TxStatus status;
        if (slot.IsActive)
        {
            status = slot.Handle == handle && !slot.IsRange ? ReplayRecord(handle, queue, data, ref slot) : TxStatus.SequenceBroken;
        }
        else
        {
            status = transmit.Usable(handle, queue, out TlsTxContext? context);
            if (status == TxStatus.Ok)
            {
                status = context!.Mode switch
                {
                    TxMode.Positional => Consume(context, queue, data, ref parameters),
                    TxMode.SequenceTracked => TxStatus.SequenceBroken,
                    _ => TxStatus.ModeMismatch,
                };
            }
        }

        if (status == TxStatus.Ok)
        {
            return status;
        }

        slot = default;
        Stop(handle, queue, ref parameters);
        return transmit.Refuse(handle, status);
    }

    /// <summary>A descriptor that moves a positional context was refused: the context stops, and what was told it before is void.</summary>
    public void Stop(ulong handle, int queue, ref TxParameterSlot parameters)
    {
        transmit.Stop(handle, queue);
        if (parameters.IsActive && parameters.Handle == handle)
        {
            parameters = default;
        }
    }

    /// <summary>A fence will not come: the context that was told something stops, for what follows was meant for the place it was told.</summary>
    public void StopWaiting(int queue, ref TxParameterSlot parameters)
    {
        if (parameters.IsActive)
        {
            Stop(parameters.Handle, queue, ref parameters);
        }
    }

    /// <summary>Another descriptor than those that may follow came: clears the slot.</summary>
    /// <returns>SEQUENCE_BROKEN when a place was waiting.</returns>
    public TxStatus Break(ref TxPositionSlot slot)
    {
        if (!slot.IsActive)
        {
            return TxStatus.Ok;
        }

        ulong handle = slot.Handle;
        slot = default;
        return transmit.Refuse(handle, TxStatus.SequenceBroken);
    }

    public TxStatus SetContext(ulong handle, int queue, TlsVersion version, ulong recordNumber, ref TxParameterSlot parameters)
    {
        TxStatus status = transmit.Usable(handle, queue, TxMode.Positional, out TlsTxContext? context);
        if (status == TxStatus.Ok && version != context!.Layout.Version)
        {
            status = TxStatus.Unsupported;
        }

        if (status != TxStatus.Ok)
        {
            Stop(handle, queue, ref parameters);
            return transmit.Refuse(handle, status);
        }

        Claim(handle, queue, ref parameters);
        parameters.HasNumber = true;
        parameters.RecordNumber = recordNumber;
        Report.Step(context!, TxResyncStep.SetContext, context!.State.Expected, recordNumber, 0, "set context");
        return status;
    }

    public TxStatus SetProgress(ulong handle, int queue, uint recordStart, ref TxParameterSlot parameters)
    {
        TxStatus status = transmit.Usable(handle, queue, TxMode.Positional, out TlsTxContext? context);
        if (status != TxStatus.Ok)
        {
            return transmit.Refuse(handle, status);
        }

        Claim(handle, queue, ref parameters);
        parameters.HasPlace = true;
        parameters.RecordStart = recordStart;
        ulong number = parameters.HasNumber ? parameters.RecordNumber : context!.State.InitialRecordNumber;
        Report.Step(context!, TxResyncStep.SetProgress, recordStart, number, 0, "set progress");
        return status;
    }

    /// <summary>What was told takes effect; nothing does when the context is gone, has lost its key or belongs to another queue now.</summary>
    public void Fence(int queue, ref TxParameterSlot parameters)
    {
        if (!parameters.IsActive)
        {
            return;
        }

        TxParameterSlot told = parameters;
        parameters = default;
        if (transmit.Usable(told.Handle, queue, TxMode.Positional, out TlsTxContext? context) == TxStatus.Ok)
        {
            context!.Rearm(told);
            Report.Step(context, TxResyncStep.Fence, context.State.Expected, context.State.InitialRecordNumber, 0, "parameters took effect");
        }
    }

    /// <summary>A queue holds the parameters of one context: those of another make way by taking effect.</summary>
    private void Claim(ulong handle, int queue, ref TxParameterSlot parameters)
    {
        if (parameters.Handle != handle)
        {
            Fence(queue, ref parameters);
            parameters.Handle = handle;
        }
    }

    private TxStatus Begin(ulong handle, int queue, TxMode mode, ref TxPositionSlot slot, out TlsTxContext? context)
    {
        bool wasActive = slot.IsActive;
        slot = default;
        context = null;
        return wasActive ? TxStatus.SequenceBroken : transmit.Usable(handle, queue, mode, out context);
    }

    private TxStatus ReplayRecord(ulong handle, int queue, ReadOnlySpan<byte> data, ref TxPositionSlot slot)
    {
        TxStatus status = transmit.Usable(handle, queue, out TlsTxContext? context);
        if (status != TxStatus.Ok)
        {
            return status;
        }

        TxPosition position = slot.Position;
        uint sequence = unchecked(position.RecordStart + (uint)slot.Replayed);
        status = data.Length > position.Length - slot.Replayed
            ? TxStatus.ReplayLong
            : slot.Cursor.Replay(shared.Keys.Cache.Get(context!.Key), context.Iv, data);
        slot.Replayed += data.Length;
        context!.Counters[TlsCounter.TxReplayedBytes] += (ulong)data.Length;
        if (status == TxStatus.Ok)
        {
            Report.Step(context, TxResyncStep.Replay, sequence, position.RecordNumber, (uint)data.Length, "replay");
        }

        return status;
    }

    private TxStatus Consume(TlsTxContext context, int queue, ReadOnlySpan<byte> data, ref TxParameterSlot parameters)
    {
        if (parameters.Handle == context.Handle.Value)
        {
            Fence(queue, ref parameters);
        }

        RecordTracker before = context.State.Cursor.Tracker;
        ulong number = context.State.Cursor.RecordNumber;
        uint sequence = context.State.Expected;
        AeadKey key = shared.Keys.Cache.Get(context.Key);
        TxStatus status = context.Consume(key, data);
        if (status == TxStatus.Ok)
        {
            context.Counters[TlsCounter.TxReplayedBytes] += (ulong)data.Length;
            Report.Pass(context, before, data);
            Report.Step(context, TxResyncStep.Replay, sequence, number, (uint)data.Length, "replay");
        }

        return status;
    }
}
