using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using NicEmu.DeviceModel.Crypto;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Tls;

/// <summary>The transmit contexts of an engine and what descriptors do with them.</summary>
internal sealed class TlsTransmit
{
    private const ulong TableNumber = 2;

    private readonly TlsShared _shared;
    private readonly ContextTable<TlsTxContext> _contexts;
    private readonly ulong[] _completions = new ulong[StatusCount];

    /// <summary>Number of <see cref="TxStatus"/> values.</summary>
    public const int StatusCount = (int)TxStatus.RangeMalformed + 1;

    public TlsTransmit(TlsShared shared, TlsEngineOptions options)
    {
        _shared = shared;
        Report = new TxReport(shared);
        _contexts = new ContextTable<TlsTxContext>(shared, ObjectKind.Transmit, options.TxContexts, options.Epoch, TableNumber, TlsCounter.TxDeletes);
    }

    /// <summary>Tells the trace.</summary>
    public TxReport Report { get; }

    public HandleTable Handles => _contexts.Handles;

    /// <summary>Refusals by <see cref="TxStatus"/>.</summary>
    public ReadOnlySpan<ulong> Refusals => _completions;

    public TlsCommandStatus Install(in TxInstallation parameters, out ObjectHandle handle)
    {
        handle = default;
        if (parameters.Mode > TxMode.Range || parameters.Version is not (TlsVersion.Tls12 or TlsVersion.Tls13))
        {
            return TlsCommandStatus.Unsupported;
        }

        TlsCommandStatus status = _contexts.TryAllocate(parameters.Key, out handle, out KeyMaterial? key);
        if (status != TlsCommandStatus.Ok)
        {
            return status;
        }

        var context = new TlsTxContext(handle, key!, parameters);
        context.Counters[TlsCounter.TxContexts] = 1;
        _contexts.Put(context);
        _shared.Trace.Emit(new TraceEvent
        {
            Kind = TraceEventKind.ContextInstalled,
            Handle = handle.Value,
            RecordNumber = parameters.RecordNumber,
            TcpSequence = parameters.StartSequence,
            Code = (int)context.Layout.Cipher,
            Value = (ulong)context.Layout.Version,
            Flags = (uint)context.Mode << 1,
        });
        return TlsCommandStatus.Ok;
    }

    public TlsCommandStatus Move(ulong handle, ushort queue)
    {
        TlsCommandStatus status = _contexts.Find(handle, out TlsTxContext? context);
        if (status != TlsCommandStatus.Ok)
        {
            return status;
        }

        if (context!.References > 0)
        {
            return TlsCommandStatus.Busy;
        }

        context.Queue = queue;
        return TlsCommandStatus.Ok;
    }

    public TlsCommandStatus Update(ulong handle, uint sequence, ulong recordNumber)
    {
        TlsCommandStatus status = _contexts.Find(handle, out TlsTxContext? context);
        if (status != TlsCommandStatus.Ok)
        {
            return status;
        }

        status = context!.Update(sequence, recordNumber);
        if (status == TlsCommandStatus.Ok)
        {
            context.Tap?.Abandon();
            Report.Step(context, TxResyncStep.NextRecord, sequence, recordNumber, 0, "next record");
        }

        return status;
    }

    public TlsCommandStatus Remove(ulong handle) => _contexts.Remove(handle);

    /// <summary>A queued descriptor names the context from now on.</summary>
    public TxStatus AddReference(ulong handle)
    {
        TxStatus status = Resolve(handle, out TlsTxContext? context);
        if (status != TxStatus.Ok)
        {
            return Refuse(handle, status);
        }

        if (context!.IsDraining)
        {
            return Refuse(handle, TxStatus.ContextInvalid);
        }

        context.References++;
        return TxStatus.Ok;
    }

    /// <summary>A descriptor that named the context is done.</summary>
    /// <returns>False when none was counted.</returns>
    public bool ReleaseReference(ulong handle) => _contexts.ReleaseReference(handle);

    public TxStatus Protect(ulong handle, int queue, uint sequence, Span<byte> payload, ref TxPositionSlot slot)
    {
        TxStatus status = slot.IsActive && slot.Handle != handle ? TxStatus.SequenceBroken : Usable(handle, queue, out _);
        if (status == TxStatus.Ok && _contexts.TryGet(handle, out TlsTxContext? context))
        {
            context.Staged = default;
            if (payload.IsEmpty && !slot.IsRange)
            {
                return TxStatus.Ok;
            }

            Report.Keep(context, payload);
            AeadKey key = _shared.Keys.Cache.Get(context.Key);
            status = context.Protect(key, sequence, payload, slot);
        }

        if (status == TxStatus.Ok)
        {
            return status;
        }

        // Nothing readable is left for a caller's mistake to send.
        payload.Clear();
        slot = default;
        Stop(handle, queue);
        return Refuse(handle, status);
    }

    /// <summary>A descriptor that moves a positional context was refused: the context stops. A queue that it is not bound to cannot stop it.</summary>
    public void Stop(ulong handle, int queue)
    {
        if (Usable(handle, queue, TxMode.Positional, out TlsTxContext? context) == TxStatus.Ok)
        {
            context!.Stop();
        }
    }

    /// <summary>A queue lost descriptors that it had not looked at: every positional context that is bound to it stops.</summary>
    public void StopAll(int queue)
    {
        foreach (TlsTxContext context in _contexts.All)
        {
            if (context.Queue == queue)
            {
                context.Stop();
            }
        }
    }

    public bool Commit(ulong handle, ReadOnlySpan<byte> payload, int packets, ref TxPositionSlot slot)
    {
        slot = default;
        if (!_contexts.TryGet(handle, out TlsTxContext? context))
        {
            return false;
        }

        Report.Tell(context, payload);
        context.Commit(packets);
        return context.Staged.IsOutOfOrder;
    }

    public void Rollback(ulong handle)
    {
        if (_contexts.TryGet(handle, out TlsTxContext? context))
        {
            context.Staged = default;
        }
    }

    public bool TryGet(ulong handle, [NotNullWhen(true)] out TlsTxContext? context) => _contexts.TryGet(handle, out context);

    public void Reset(ushort epoch)
    {
        Array.Clear(_completions);
        _contexts.Reset(epoch);
    }

    public ImmutableArray<TxContextSnapshot> Save() => [.. _contexts.All.Select(context => context.Save())];

    /// <summary>Takes over saved contexts; the keys are in place.</summary>
    public void Restore(HandleTableSnapshot handles, ImmutableArray<TxContextSnapshot> contexts, ImmutableArray<ulong> refusals)
    {
        _contexts.Clear();
        Handles.Restore(handles);
        refusals.CopyTo(_completions);
        foreach (TxContextSnapshot saved in contexts)
        {
            var context = new TlsTxContext(new ObjectHandle(saved.Handle), _shared.Keys.MaterialAt(saved.KeySlot), saved.Installation);
            context.Restore(saved);
            _contexts.Put(context);
        }
    }

    public void AddCounters(ref TlsCounters total) => _contexts.AddCounters(ref total);

    private TxStatus Resolve(ulong handle, out TlsTxContext? context)
    {
        return _contexts.Resolve(handle, out context) switch
        {
            HandleState.Live => context!.Key.Owner.Revoked ? TxStatus.KeyStale : TxStatus.Ok,
            HandleState.Stale => TxStatus.KeyStale,
            _ => TxStatus.ContextInvalid,
        };
    }

    /// <summary>Finds a context that a descriptor of a queue may name.</summary>
    /// <returns>OK, CONTEXT_INVALID, KEY_STALE or WRONG_QUEUE.</returns>
    public TxStatus Usable(ulong handle, int queue, out TlsTxContext? context)
    {
        TxStatus status = Resolve(handle, out context);
        return status != TxStatus.Ok ? status
            : context!.Queue != queue ? TxStatus.WrongQueue
            : TxStatus.Ok;
    }

    /// <summary>Finds a context that a descriptor of one mode may name.</summary>
    /// <returns>As the other overload, or MODE_MISMATCH.</returns>
    public TxStatus Usable(ulong handle, int queue, TxMode mode, out TlsTxContext? context)
    {
        TxStatus status = Usable(handle, queue, out context);
        return status == TxStatus.Ok && context!.Mode != mode ? TxStatus.ModeMismatch : status;
    }

    /// <summary>Counts a refusal.</summary>
    /// <returns>The status.</returns>
    public TxStatus Refuse(ulong handle, TxStatus status)
    {
        _completions[(int)status]++;
        if (status == TxStatus.KeyStale)
        {
            _shared.Stale(handle);
        }

        if (TryGet(handle, out TlsTxContext? context))
        {
            context.Counters[TlsCounter.TxErrors]++;
        }
        else
        {
            _shared.Totals[TlsCounter.TxErrors]++;
        }

        return status;
    }
}
