using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Sanitizer.Rules;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native.Mailbox;
using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Sanitizer;

/// <summary>Keys, contexts and flows of one card.</summary>
internal sealed class TlsWatch(SharedWatch shared, FindingLog log)
{
    private const int MostUnbound = 64;
    private const int MostRecent = 256;

    private readonly Dictionary<ulong, KeyObject> _keys = [];
    private readonly Dictionary<ulong, TxContext> _tx = [];
    private readonly Dictionary<ulong, RxFlow> _rx = [];
    private readonly Dictionary<FlowKey, RxFlow> _rxFlows = [];
    private readonly List<TxContext> _unbound = [];
    private readonly Queue<(FlowKey Flow, uint Sequence, byte[] Payload)> _recent = new();
    private ushort _epoch;

    /// <summary>Objects that are alive.</summary>
    public IEnumerable<ulong> Live => _keys.Where(static k => !k.Value.IsRemoved).Select(static k => k.Key)
        .Concat(_tx.Where(static t => !t.Value.IsRemoved).Select(static t => t.Key))
        .Concat(_rx.Where(static r => !r.Value.IsRemoved).Select(static r => r.Key));

    public TxContext? TxContext(ulong handle) => _tx.GetValueOrDefault(handle);

    public bool WasRemoved(ulong handle) =>
        _tx.GetValueOrDefault(handle)?.IsRemoved ?? _rx.GetValueOrDefault(handle)?.IsRemoved ?? _keys.GetValueOrDefault(handle)?.IsRemoved ?? false;

    /// <summary>Whether a handle is of an epoch before the present one.</summary>
    public bool IsOfOldEpoch(ulong handle) => _epoch != 0 && new ObjectHandle(handle).Epoch is var epoch and not 0 && epoch < _epoch;

    public EventHistory? HistoryOf(ulong handle) => _tx.GetValueOrDefault(handle)?.History ?? _rx.GetValueOrDefault(handle)?.History;

    public void Reset(ushort epoch)
    {
        _epoch = epoch;
        foreach (KeyObject key in _keys.Values) key.IsRemoved = true;
        foreach (TxContext context in _tx.Values) context.IsRemoved = true;
        foreach (RxFlow flow in _rx.Values) flow.Removed();
        _unbound.Clear();
        _rxFlows.Clear();
    }

    public void Installed(in TraceEvent e)
    {
        var layout = new TlsRecordLayout((TlsVersion)e.Value, (TlsCipher)e.Code);
        if ((e.Flags & 1) != 0)
        {
            _rx[e.Handle] = new RxFlow(e.Handle, e.TcpSequence, e.RecordNumber, layout, log);
        }
        else
        {
            var context = new TxContext(e.Handle, e.TcpSequence, e.RecordNumber, layout);
            _tx[e.Handle] = context;
            _unbound.Add(context);
            if (_unbound.Count > MostUnbound)
            {
                _unbound.RemoveAt(0);
            }
        }
    }

    public void Removed(ulong handle)
    {
        if (_tx.TryGetValue(handle, out TxContext? context))
        {
            context.IsRemoved = true;
            _unbound.Remove(context);
        }
        else if (_rx.TryGetValue(handle, out RxFlow? flow))
        {
            flow.Removed();
        }
    }

    public void KeyCreated(ulong handle) => _keys[handle] = new KeyObject();

    public void KeyRemoved(ulong handle)
    {
        if (_keys.TryGetValue(handle, out KeyObject? key))
        {
            key.IsRemoved = true;
        }
    }

    /// <summary>A transmit context was made with a key.</summary>
    public void Keyed(ulong context, ulong key)
    {
        if (_tx.TryGetValue(context, out TxContext? made))
        {
            made.Key = key;
            if (_keys.TryGetValue(key, out KeyObject? used))
            {
                used.Contexts.Add(made);
            }
        }
    }

    /// <summary>A receive context was made for a flow; what of it came before is looked at now.</summary>
    public void Steered(ulong context, in RxCreateRequest request, long nowPs)
    {
        if (!_rx.TryGetValue(context, out RxFlow? flow))
        {
            return;
        }

        FlowKey key = RxTuple.Of(request);
        _rxFlows[key] = flow;
        foreach ((FlowKey former, uint sequence, byte[] payload) in _recent)
        {
            if (former == key)
            {
                flow.Came(sequence, payload, nowPs);
            }
        }
    }

    public void Updated(in TxUpdateRequest request)
    {
        if (_tx.TryGetValue(request.Handle, out TxContext? context))
        {
            context.Flow?.Updated(context, request.Sequence, request.RecordNumber);
        }
    }

    /// <summary>A chain was accepted under a context.</summary>
    /// <param name="context">The context.</param>
    /// <param name="segment">The chain.</param>
    /// <param name="skip">Bytes of the payload before the one that the segment's sequence number names.</param>
    public void Given(TxContext context, in WireSegment segment, uint skip)
    {
        if (!segment.Payload.IsEmpty)
        {
            Bind(context, segment.Flow);
            context.Flow!.Given(context, unchecked(segment.Sequence - skip), segment.Payload, shared.Plaintext);
        }
    }

    /// <summary>A frame left.</summary>
    public void Left(in TraceEvent e, ReadOnlySpan<byte> frame)
    {
        if (!WireSegment.TryParse(frame, out WireSegment segment))
        {
            shared.CheckPlaintext(frame, null);
            return;
        }

        if (segment.IsSyn)
        {
            shared.Flows.Remove(segment.Flow);
        }

        if (segment.Payload.IsEmpty)
        {
            return;
        }

        BindByPlace(segment);
        TxFlow? flow = shared.Flows.GetValueOrDefault(segment.Flow);
        flow?.Left(segment.Sequence, segment.Payload, e.Handle != 0);
        shared.CheckPlaintext(segment.Payload, flow);
    }

    /// <summary>A frame came.</summary>
    public void Came(in TraceEvent e, ReadOnlySpan<byte> frame)
    {
        if (!WireSegment.TryParse(frame, out WireSegment segment) || (segment.Payload.IsEmpty && !segment.IsSyn) || !segment.IsIntact())
        {
            return;
        }

        if (segment.IsSyn)
        {
            _rxFlows.Remove(segment.Flow);
        }
        else if (_rxFlows.TryGetValue(segment.Flow, out RxFlow? flow))
        {
            flow.Came(segment.Sequence, segment.Payload, e.TimePs);
        }
        else
        {
            _recent.Enqueue((segment.Flow, segment.Sequence, segment.Payload.ToArray()));
            if (_recent.Count > MostRecent)
            {
                _recent.Dequeue();
            }
        }
    }

    public void Requested(ulong handle, uint candidate, long nowPs) => _rx.GetValueOrDefault(handle)?.Requested(candidate, nowPs);

    public void Answered(ulong handle, ResyncAnswerKind kind, uint sequence, ulong number) => _rx.GetValueOrDefault(handle)?.Answered(kind, sequence, number);

    public void Moved(in TraceEvent e)
    {
        if (!_rx.TryGetValue(e.Handle, out RxFlow? flow))
        {
            return;
        }

        flow.History.Add(e);
        if ((RxState)e.Code != RxState.Tracking)
        {
            flow.Settled();
        }

        if ((RxState)e.Code == RxState.Off)
        {
            log.Report(KeyRules.RxNumberExhausted, flow.Subject, $"The context went off: {e.Text}.", flow.History);
        }
    }

    /// <summary>A record was sealed.</summary>
    public void Protected(in TraceEvent e)
    {
        if (!_tx.TryGetValue(e.Handle, out TxContext? context))
        {
            return;
        }

        context.History.Add(e);
        ulong number = e.RecordNumber;
        context.Sealed = context.Sealed is { } range ? (Math.Min(range.Least, number), Math.Max(range.Greatest, number)) : (number, number);
        if (!_keys.TryGetValue(context.Key, out KeyObject? key) || key.Contexts.Count < 2)
        {
            return;
        }

        foreach (TxContext other in key.Contexts)
        {
            if (!ReferenceEquals(other, context) && other.Sealed is { } used && number >= used.Least && number <= used.Greatest)
            {
                log.Report(KeyRules.SharedKeyNumber, context.Subject, $"Record number {number} was used by {other.Subject} too, with the same key.", context.History);
                return;
            }
        }
    }

    /// <summary>A record was opened, or failed to.</summary>
    public void Opened(in TraceEvent e)
    {
        RxFlow? flow = _rx.GetValueOrDefault(e.Handle);
        flow?.History.Add(e);
        bool isAuthentic = e.Value != 0;
        if (!isAuthentic && shared.HasCorruption)
        {
            return;
        }

        if (flow is not null)
        {
            flow.Opened(e.TcpSequence, e.RecordNumber, isAuthentic, e.TimePs);
        }
        else if (!isAuthentic)
        {
            log.Report(KeyRules.Authentication, $"handle 0x{e.Handle:X16}", $"Record {e.RecordNumber} at TCP sequence number 0x{e.TcpSequence:X8} did not open.", null);
        }
    }

    public void Finish(long nowPs)
    {
        foreach (RxFlow flow in _rx.Values.Where(static f => !f.IsRemoved))
        {
            flow.CheckPatience(nowPs);
        }
    }

    private void Bind(TxContext context, FlowKey key)
    {
        if (context.Flow is not null)
        {
            return;
        }

        if (!shared.Flows.TryGetValue(key, out TxFlow? flow))
        {
            flow = new TxFlow(key, context.StartSequence, log);
            shared.Add(key, flow);
        }

        context.Flow = flow;
        _unbound.Remove(context);
        flow.Bind(context);
    }

    /// <summary>A context whose segments never say so is known by its first sequence number.</summary>
    private void BindByPlace(in WireSegment segment)
    {
        foreach (TxContext context in _unbound)
        {
            if (TcpSequence.IsWithin(context.StartSequence, segment.Sequence, unchecked(segment.Sequence + (uint)segment.Payload.Length)))
            {
                Bind(context, segment.Flow);
                return;
            }
        }
    }
}
