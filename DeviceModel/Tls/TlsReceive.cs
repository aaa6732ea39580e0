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
    private readonly ContextTable<TlsRxContext> _contexts;

    public TlsReceive(TlsShared shared, TlsEngineOptions options)
    {
        _shared = shared;
        _contexts = new ContextTable<TlsRxContext>(shared, ObjectKind.Receive, options.RxContexts, options.Epoch, TableNumber, TlsCounter.RxDeletes);
    }

    public HandleTable Handles => _contexts.Handles;

    public TlsCommandStatus Install(in RxInstallation parameters, out ObjectHandle handle)
    {
        handle = default;
        if (parameters.Version is not (TlsVersion.Tls12 or TlsVersion.Tls13))
        {
            return TlsCommandStatus.Unsupported;
        }

        TlsCommandStatus status = _contexts.TryAllocate(parameters.Key, out handle, out KeyMaterial? key);
        if (status != TlsCommandStatus.Ok)
        {
            return status;
        }

        var context = new TlsRxContext(_shared, handle, key!, parameters);
        context.Counters[TlsCounter.RxContexts] = 1;
        _contexts.Put(context);
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
        TlsCommandStatus status = _contexts.Find(handle, out TlsRxContext? context);
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
        TlsCommandStatus status = _contexts.Find(handle, out TlsRxContext? context);
        return status != TlsCommandStatus.Ok ? status
            : context!.Quiesce(hold) ? TlsCommandStatus.Ok
            : TlsCommandStatus.BadState;
    }

    public TlsCommandStatus Remove(ulong handle) => _contexts.Remove(handle);

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

    public bool ReleaseReference(ulong handle) => _contexts.ReleaseReference(handle);

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

    public bool TryGet(ulong handle, [NotNullWhen(true)] out TlsRxContext? context) => _contexts.TryGet(handle, out context);

    public void Reset(ushort epoch) => _contexts.Reset(epoch);

    public ImmutableArray<RxContextSnapshot> Save() => [.. _contexts.All.Select(context => context.Save())];

    /// <summary>Takes over saved contexts; the keys are in place.</summary>
    public void Restore(HandleTableSnapshot handles, ImmutableArray<RxContextSnapshot> contexts)
    {
        _contexts.Clear();
        Handles.Restore(handles);
        foreach (RxContextSnapshot saved in contexts)
        {
            var context = new TlsRxContext(_shared, new ObjectHandle(saved.Handle), _shared.Keys.MaterialAt(saved.KeySlot), saved.Installation);
            context.Restore(saved);
            _contexts.Put(context);
        }
    }

    public void AddCounters(ref TlsCounters total) => _contexts.AddCounters(ref total);

    private TxStatus Resolve(ulong handle, out TlsRxContext? context)
    {
        HandleState state = _contexts.Resolve(handle, out context);
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
}
