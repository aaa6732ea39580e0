using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Tls;

/// <summary>The receive contexts of an engine.</summary>
internal sealed class TlsReceive
{
    private const ulong TableNumber = 3;

    private readonly TlsShared _shared;
    private readonly HandleTable _handles;
    private readonly TlsRxContext?[] _contexts;

    public TlsReceive(TlsShared shared, TlsEngineOptions options)
    {
        _shared = shared;
        _handles = new HandleTable(ObjectKind.Receive, options.RxContexts, options.Epoch);
        _contexts = new TlsRxContext?[options.RxContexts];
    }

    public HandleTable Handles => _handles;

    public TlsCommandStatus Install(in RxInstallation parameters, out ObjectHandle handle)
    {
        handle = default;
        if (parameters.Version is not (TlsVersion.Tls12 or TlsVersion.Tls13))
        {
            return TlsCommandStatus.Unsupported;
        }

        TlsCommandStatus status = _shared.TakeKey(parameters.Key, out KeyMaterial? key);
        if (status != TlsCommandStatus.Ok)
        {
            return status;
        }

        if (!_handles.TryAllocate(out handle))
        {
            return _shared.Full(TableNumber);
        }

        KeyTable.Hold(key!);
        var context = new TlsRxContext(_shared, handle, key!, parameters);
        context.Counters[TlsCounter.RxContexts] = 1;
        _contexts[handle.Index] = context;
        _shared.Trace.Emit(new TraceEvent
        {
            Kind = TraceEventKind.ContextInstalled,
            Handle = handle.Value,
            Flags = 1,
            RecordNumber = parameters.RecordNumber,
            TcpSequence = parameters.StartSequence,
            Code = (int)context.Layout.Cipher,
            Value = (ulong)context.Layout.Version,
        });
        return TlsCommandStatus.Ok;
    }

    public TlsCommandStatus Activate(ulong handle)
    {
        TlsCommandStatus status = Find(handle, out TlsRxContext? context);
        if (status != TlsCommandStatus.Ok)
        {
            return status;
        }

        if (context!.Track.IsActive)
        {
            return TlsCommandStatus.BadState;
        }

        context.Track.IsActive = true;
        return TlsCommandStatus.Ok;
    }

    public TlsCommandStatus Quiesce(ulong handle, bool hold)
    {
        TlsCommandStatus status = Find(handle, out TlsRxContext? context);
        return status != TlsCommandStatus.Ok ? status
            : context!.Quiesce(hold) ? TlsCommandStatus.Ok
            : TlsCommandStatus.BadState;
    }

    public TlsCommandStatus Remove(ulong handle)
    {
        TlsCommandStatus status = Find(handle, out TlsRxContext? context);
        if (status != TlsCommandStatus.Ok)
        {
            return status;
        }

        if (context!.References > 0)
        {
            context.IsDraining = true;
            return TlsCommandStatus.Busy;
        }

        Delete(context);
        return TlsCommandStatus.Ok;
    }

    public TxStatus AddReference(ulong handle)
    {
        TxStatus status = Resolve(handle, out TlsRxContext? context);
        if (status != TxStatus.Ok)
        {
            return status;
        }

        if (context!.IsDraining)
        {
            return TxStatus.ContextInvalid;
        }

        context.References++;
        return TxStatus.Ok;
    }

    public bool ReleaseReference(ulong handle)
    {
        if (!TryGet(handle, out TlsRxContext? context) || context.References == 0)
        {
            return false;
        }

        context.References--;
        if (context is { References: 0, IsDraining: true })
        {
            Delete(context);
            _shared.Events.ContextDrained(handle);
        }

        return true;
    }

    public RxResult Open(ulong handle, uint sequence, ReadOnlySpan<byte> wire, Span<byte> plain, long nowPs)
    {
        if (!TryGet(handle, out TlsRxContext? context))
        {
            return new RxResult(RxVerdict.NotDecrypted, RxReason.Inactive);
        }

        bool isTapped = _shared.TracePlaintext && _shared.Trace.Enabled;
        context.Tap = isTapped ? context.Tap ?? new PlaintextTap() : null;
        return context.Open(sequence, wire, plain, nowPs);
    }

    public RxResult PassBadChecksum(ulong handle) => TryGet(handle, out TlsRxContext? context)
        ? context.Pass(RxReason.BadChecksum)
        : new RxResult(RxVerdict.NotDecrypted, RxReason.Inactive);

    public TxStatus Answer(ulong handle, ResyncAnswerKind kind, uint sequence, ulong recordNumber)
    {
        TxStatus status = Resolve(handle, out TlsRxContext? context);
        return status != TxStatus.Ok ? status
            : context!.Key.Owner.Revoked ? TxStatus.KeyStale
            : kind > ResyncAnswerKind.NextRecordHint ? TxStatus.DescriptorMalformed
            : context.Answer(kind, sequence, recordNumber);
    }

    public bool TryGet(ulong handle, [NotNullWhen(true)] out TlsRxContext? context)
    {
        context = _handles.Resolve(handle, out int index) == HandleState.Live ? _contexts[index] : null;
        return context is not null;
    }

    public void Reset(ushort epoch)
    {
        foreach (TlsRxContext? context in _contexts)
        {
            context?.Forget();
        }

        Array.Clear(_contexts);
        _handles.Reset(epoch);
    }

    public ImmutableArray<RxContextSnapshot> Save()
    {
        var saved = ImmutableArray.CreateBuilder<RxContextSnapshot>();
        foreach (TlsRxContext? context in _contexts)
        {
            if (context is not null)
            {
                saved.Add(context.Save());
            }
        }

        return saved.ToImmutable();
    }

    /// <summary>Takes over saved contexts; the keys are in place.</summary>
    public void Restore(HandleTableSnapshot handles, ImmutableArray<RxContextSnapshot> contexts)
    {
        _handles.Restore(handles);
        Array.Clear(_contexts);
        foreach (RxContextSnapshot saved in contexts)
        {
            var handle = new ObjectHandle(saved.Handle);
            KeyMaterial key = _shared.Keys.MaterialAt(saved.KeySlot);
            KeyTable.Hold(key);
            var context = new TlsRxContext(_shared, handle, key, saved.Installation);
            context.Restore(saved);
            _contexts[handle.Index] = context;
        }
    }

    public void AddCounters(ref TlsCounters total)
    {
        foreach (TlsRxContext? context in _contexts)
        {
            for (int i = 0; context is not null && i < (int)TlsCounter.Count; i++)
            {
                total[i] += context.Counters[i];
            }
        }
    }

    private TlsCommandStatus Find(ulong handle, out TlsRxContext? context)
    {
        HandleState state = _handles.Resolve(handle, out int index);
        context = state == HandleState.Live ? _contexts[index] : null;
        return context is null ? _shared.Unresolved(state, handle)
            : context.IsDraining ? TlsCommandStatus.BadState
            : TlsCommandStatus.Ok;
    }

    private TxStatus Resolve(ulong handle, out TlsRxContext? context)
    {
        HandleState state = _handles.Resolve(handle, out int index);
        context = state == HandleState.Live ? _contexts[index] : null;
        if (state == HandleState.Stale)
        {
            _shared.Stale(handle);
        }

        return state switch
        {
            HandleState.Live => TxStatus.Ok,
            HandleState.Stale => TxStatus.KeyStale,
            _ => TxStatus.ContextInvalid,
        };
    }

    private void Delete(TlsRxContext context)
    {
        int index = context.Handle.Index;
        context.Counters[TlsCounter.RxDeletes]++;
        _shared.Retain(ref context.Counters);
        _shared.Keys.Release(context.Key);
        context.Forget();
        _contexts[index] = null;
        _shared.Trace.Emit(new TraceEvent { Kind = TraceEventKind.ContextRemoved, Handle = context.Handle.Value });
        if (!_handles.Free(index))
        {
            _shared.Events.Raise(EventCode.SlotRetired, context.Handle.Value, 0);
        }
    }
}
