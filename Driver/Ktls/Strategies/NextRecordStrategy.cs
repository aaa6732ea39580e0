using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Ktls.Strategies;

/// <summary>
/// A sequence-tracked context that is never placed within a record: what does not begin where the card stands is encrypted by software. When the stream
/// went on without the card, the next record that is written waits until the card was told that it begins there.
/// </summary>
internal sealed class NextRecordStrategy : ITxStrategy
{
    /// <summary>A segment less than this far ahead is new data; all else was sent before (the Fungible driver's test).</summary>
    private const uint Future = 1u << 30;

    private readonly TxPath _path;
    private readonly RecordUpdate _update;
    private readonly Action _resumed;

    /// <summary>Where the card was placed last. What it refuses from before says nothing about its place now.</summary>
    private uint _placed;
    private bool _wanted;
    private bool _updating;
    private bool _waiting;
    private uint? _refusedAt;

    public NextRecordStrategy(TxPath path, uint start, TxSessionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options.Update);
        (_path, _update, _resumed) = (path, options.Update, options.Resumed ?? (() => { }));
        Expected = _placed = start;
    }

    public uint Expected { get; private set; }

    /// <summary>The card waits for a place; until it has one everything goes by software.</summary>
    public bool IsPending => _wanted;

    public bool TryBeginRecord(uint sequence, ulong number)
    {
        // Where the card did not take the place, this record goes by software too; the next one asks again.
        if (!_wanted || _refusedAt == sequence) return true;
        if (_updating) return false;
        _updating = true;
        _update(sequence, number, taken => OnUpdated(sequence, taken));
        _waiting = _updating;
        return !_waiting;
    }

    public TxVerdict Transmit(in TxSegment segment, ITlsPoster poster)
    {
        uint ahead = segment.Sequence - Expected;
        if (ahead != 0) _path.Counters.TxTlsOoo++;
        if (_wanted) return _path.TransmitInSoftware(segment, poster);
        if (ahead == 0) return TransmitInOrder(segment, poster);
        if (ahead < Future)
        {
            Request();
            return _path.TransmitInSoftware(segment, poster);
        }

        uint old = Expected - segment.Sequence;
        return old < segment.Payload.Length ? TransmitAcrossHead(segment, (int)old, poster) : _path.TransmitInSoftware(segment, poster);
    }

    public void OnRefused(uint sequence, int length)
    {
        if (!_wanted && TcpSequence.IsAfter(sequence + (uint)length, _placed)) Request();
    }

    private TxVerdict TransmitInOrder(in TxSegment segment, ITlsPoster poster)
    {
        _path.PostEncrypted(segment, poster);
        Expected = segment.End;
        // It follows far behind, so that it never seems to lie ahead.
        if (Expected - _placed > Future) _placed = Expected - Future;
        return TxVerdict.Posted;
    }

    private TxVerdict TransmitAcrossHead(in TxSegment segment, int old, ITlsPoster poster)
    {
        using var pieces = new SplitSegment(segment, old);
        TxVerdict verdict = _path.TransmitInSoftware(pieces.First, poster);
        if (verdict == TxVerdict.Posted) TransmitInOrder(pieces.Rest, poster);
        return verdict;
    }

    private void Request()
    {
        _wanted = true;
        _path.Counters.TxTlsResyncRequests++;
    }

    private void OnUpdated(uint sequence, bool taken)
    {
        _updating = false;
        if (taken)
        {
            _path.Counters.TxTlsResyncs++;
            (_wanted, _refusedAt) = (false, null);
            Expected = _placed = sequence;
        }
        else
        {
            _path.Counters.TxTlsResyncFailures++;
            _refusedAt = sequence;
        }

        if (!_waiting) return;
        _waiting = false;
        _resumed();
    }
}
