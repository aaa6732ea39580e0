using NicEmu.Driver.Ktls;

namespace NicEmu.Board.Compare.Sweeps;

/// <summary>
/// A sender as the formulas see it, in front of a real card: new data in bursts, each one request; every segment lost with one probability, also when it is sent
/// again; what is lost is sent again, each segment by itself, a window later and before the next burst. The card's counters are read wherever old
/// data and new data meet, and the list of what was sent goes to the model.
/// </summary>
internal sealed class ResyncScript : IDisposable
{
    /// <summary>More than the window with the longest segments, and what may be lost several times.</summary>
    private const int HistoryBytes = 1 << 23;

    private readonly ResyncRun _run;
    private readonly SeededRandom _chance;
    private readonly byte[] _content = new byte[16384];
    private readonly CardRig _rig;
    private readonly OrderedTlsSender _sender;
    private readonly Queue<(long From, int Length, long Due)> _lost = new();
    private readonly SortedSet<long> _outstanding = [];
    private readonly CancellationToken _cancellation;
    private long _next;
    private long _counted;

    /// <summary>Brings the card up.</summary>
    /// <param name="run">What is sent.</param>
    /// <param name="random">Decides what is lost.</param>
    /// <param name="cancellation">Checked between bursts.</param>
    public ResyncScript(ResyncRun run, SeededRandom random, CancellationToken cancellation = default)
    {
        (_run, _cancellation, _chance) = (run, cancellation, random.Fork("loss"));
        random.Fork("content").Fill(_content);
        _rig = new CardRig(new NicBoardOptions { Seed = random.Fork("board").NextUInt64() }, _content, cancellation);
        _sender = _rig.Open(run.Strategy, random.Fork("key"), HistoryBytes);
        Model = new ResyncCostModel(run.Strategy, 13);
    }

    /// <summary>What the list of segments must cost.</summary>
    public ResyncCostModel Model { get; }

    /// <summary>Extra bytes that the card counted while old data was sent.</summary>
    public long CountedBack { get; private set; }

    /// <summary>Extra bytes that it counted while new data was sent.</summary>
    public long CountedForward { get; private set; }

    /// <summary>Segments sent again.</summary>
    public long Retransmissions { get; private set; }

    /// <summary>Bytes sent again.</summary>
    public long BytesAgain { get; private set; }

    /// <summary>Bytes of the stream, sent once.</summary>
    public long NewBytes => _next;

    /// <summary>What the driver's session did.</summary>
    public KtlsCounters Counters => _sender.Counters;

    /// <summary>Sends all, and judges the wire.</summary>
    /// <exception cref="SweepFailedException">The card or the wire is not right.</exception>
    public void Run()
    {
        while (_next < _run.Bytes)
        {
            _cancellation.ThrowIfCancellationRequested();
            bool again = SendAgain();
            if (again) CountedBack += Count();
            Transmit(_next, _run.Request);
            for (int at = 0; at < _run.Request; at += _run.Mss) Decide(_next + at, Math.Min(_run.Mss, _run.Request - at));
            _next += _run.Request;
            // Between bursts in order the card need not be asked: what it counts then is for new data.
            if (again) CountedForward += Count();
            _sender.Acknowledge(_outstanding.Count > 0 ? _outstanding.Min : _next);
        }

        _rig.Drain(_sender);
        CountedForward += Count();
        _rig.Finish();
    }

    public void Dispose() => _rig.Dispose();

    private bool SendAgain()
    {
        bool any = false;
        while (_lost.TryPeek(out (long From, int Length, long Due) lost) && lost.Due <= _next)
        {
            _lost.Dequeue();
            // What was counted up to here was for new data.
            if (!any) CountedForward += Count();
            any = true;
            Retransmissions++;
            BytesAgain += lost.Length;
            Transmit(lost.From, lost.Length);
            _outstanding.Remove(lost.From);
            Decide(lost.From, lost.Length);
        }

        return any;
    }

    private void Decide(long from, int length)
    {
        if (!_chance.Chance(_run.Loss)) return;
        _lost.Enqueue((from, length, _next + _run.WindowBytes));
        _outstanding.Add(from);
    }

    private void Transmit(long from, int length)
    {
        while (_sender.Written < from + length) _sender.WriteRecord(_content.AsSpan(0, _run.Record));
        _rig.Drain(_sender);
        _sender.Send(from, length, _run.Mss);
        Model.Send(from, from + length, RecordOf);
    }

    /// <summary>Extra bytes since the last call.</summary>
    private long Count()
    {
        _rig.Drain(_sender);
        long before = _counted;
        _counted = _rig.ExtraBytes;
        return _counted - before;
    }

    private (long Start, long End) RecordOf(long offset)
    {
        long start = offset / _run.RecordLength * _run.RecordLength;
        return (start, start + _run.RecordLength);
    }
}
