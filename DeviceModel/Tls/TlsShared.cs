using NicEmu.Spec.Core;
using NicEmu.Spec.Events;

namespace NicEmu.DeviceModel.Tls;

/// <summary>What both directions of an engine use in common.</summary>
internal sealed class TlsShared(KeyTable keys, TraceSource trace, ITlsEvents events)
{
    public KeyTable Keys => keys;

    public TraceSource Trace => trace;

    public ITlsEvents Events => events;

    /// <summary>Counts of contexts that are gone, and of commands.</summary>
    public TlsCounters Totals;

    /// <summary>Whether the plaintext of records is wanted in the trace.</summary>
    public bool TracePlaintext { get; set; }

    /// <summary>Counts and reports the use of a stale handle or revoked key.</summary>
    public void Stale(ulong handle)
    {
        Totals[TlsCounter.StaleHandles]++;
        events.Raise(EventCode.KeyStale, handle, 0);
    }

    /// <summary>Counts and reports a table without a free slot.</summary>
    /// <param name="table">1 keys, 2 transmit contexts, 3 receive contexts.</param>
    public TlsCommandStatus Full(ulong table)
    {
        Totals[TlsCounter.TableFull]++;
        events.Raise(EventCode.TableFull, 0, table);
        return TlsCommandStatus.TableFull;
    }

    /// <summary>Finds the newest generation of a key that a new context may take.</summary>
    public TlsCommandStatus TakeKey(ulong handle, out KeyMaterial? material)
    {
        HandleState state = keys.Resolve(handle, out KeyObject? key);
        material = key is { Revoked: false } ? key.Current : null;
        if (material is not null)
        {
            return TlsCommandStatus.Ok;
        }

        if (state == HandleState.Invalid)
        {
            return TlsCommandStatus.BadHandle;
        }

        Stale(handle);
        return TlsCommandStatus.StaleHandle;
    }

    /// <summary>The status of a command whose handle does not resolve to a live object.</summary>
    public TlsCommandStatus Unresolved(HandleState state, ulong handle)
    {
        if (state == HandleState.Invalid)
        {
            return TlsCommandStatus.BadHandle;
        }

        Stale(handle);
        return TlsCommandStatus.StaleHandle;
    }

    /// <summary>Adds the counts of a context that goes.</summary>
    public void Retain(ref TlsCounters counters)
    {
        for (int i = 0; i < (int)TlsCounter.Count; i++)
        {
            Totals[i] += counters[i];
        }
    }
}
