using System.Diagnostics.CodeAnalysis;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;

namespace NicEmu.DeviceModel.Tls;

/// <summary>The contexts of one direction by handle, from their installation to the release of the last descriptor that names them.</summary>
/// <param name="shared">What the engine's parts share.</param>
/// <param name="kind">Direction.</param>
/// <param name="count">Number of slots.</param>
/// <param name="epoch">Reset epoch.</param>
/// <param name="number">Number of the table in TABLE_FULL events.</param>
/// <param name="removals">Counter of removed contexts.</param>
internal sealed class ContextTable<TContext>(TlsShared shared, ObjectKind kind, int count, ushort epoch, ulong number, TlsCounter removals)
    where TContext : TlsContext
{
    private readonly TContext?[] _contexts = new TContext?[count];

    public HandleTable Handles { get; } = new(kind, count, epoch);

    /// <summary>The contexts in use, in the order of their slots.</summary>
    public IEnumerable<TContext> All => _contexts.Where(context => context is not null)!;

    /// <summary>Finds a free slot for a context with a key of the host's choice.</summary>
    public TlsCommandStatus TryAllocate(ulong keyHandle, out ObjectHandle handle, out KeyMaterial? key)
    {
        handle = default;
        TlsCommandStatus status = shared.TakeKey(keyHandle, out key);
        return status != TlsCommandStatus.Ok ? status
            : Handles.TryAllocate(out handle) ? TlsCommandStatus.Ok
            : shared.Full(number);
    }

    /// <summary>Puts a context, new or restored, into its slot; it holds its key from now on.</summary>
    public void Put(TContext context)
    {
        KeyTable.Hold(context.Key);
        _contexts[context.Handle.Index] = context;
    }

    public bool TryGet(ulong handle, [NotNullWhen(true)] out TContext? context) => Resolve(handle, out context) == HandleState.Live && context is not null;

    public HandleState Resolve(ulong handle, out TContext? context)
    {
        HandleState state = Handles.Resolve(handle, out int index);
        context = state == HandleState.Live ? _contexts[index] : null;
        return state;
    }

    /// <summary>Finds the context of a command; one that drains takes none.</summary>
    public TlsCommandStatus Find(ulong handle, out TContext? context)
    {
        HandleState state = Resolve(handle, out context);
        return context is null ? shared.Unresolved(state, handle)
            : context.IsDraining ? TlsCommandStatus.BadState
            : TlsCommandStatus.Ok;
    }

    /// <summary>Removes a context, at once or with its last reference.</summary>
    public TlsCommandStatus Remove(ulong handle)
    {
        TlsCommandStatus status = Find(handle, out TContext? context);
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

    /// <summary>A descriptor that named the context is done.</summary>
    /// <returns>False when none was counted.</returns>
    public bool ReleaseReference(ulong handle)
    {
        if (!TryGet(handle, out TContext? context) || context.References == 0)
        {
            return false;
        }

        context.References--;
        if (context is { References: 0, IsDraining: true })
        {
            Delete(context);
            shared.Events.ContextDrained(handle);
        }

        return true;
    }

    public void AddCounters(ref TlsCounters total)
    {
        foreach (TContext? context in _contexts)
        {
            for (int i = 0; context is not null && i < (int)TlsCounter.Count; i++)
            {
                total[i] += context.Counters[i];
            }
        }
    }

    public void Reset(ushort newEpoch)
    {
        foreach (TContext? context in _contexts)
        {
            context?.Forget();
        }

        Clear();
        Handles.Reset(newEpoch);
    }

    /// <summary>Empties the slots, for a restore; handles and keys are someone else's then.</summary>
    public void Clear() => Array.Clear(_contexts);

    private void Delete(TContext context)
    {
        int index = context.Handle.Index;
        context.Counters[removals]++;
        shared.Retain(ref context.Counters);
        shared.Keys.Release(context.Key);
        context.Forget();
        _contexts[index] = null;
        shared.Trace.Emit(new TraceEvent { Kind = TraceEventKind.ContextRemoved, Handle = context.Handle.Value });
        if (!Handles.Free(index))
        {
            shared.Events.Raise(EventCode.SlotRetired, context.Handle.Value, 0);
        }
    }
}
