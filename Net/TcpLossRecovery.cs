namespace NicEmu.Net;

/// <summary>Loss detection, retransmission timer and congestion response: RFC 6298, 5681, 6582 and 6675.</summary>
internal sealed class TcpLossRecovery(TcpConfig config, uint initialSequence)
{
    private const long ThreeSecondsPs = 3_000_000_000_000;

    private readonly SackScoreboard _sacked = new();
    private uint _recover = initialSequence;
    private uint _retransmitNext = initialSequence;
    private uint _timedSequence;
    private long _timedAtPs = -1;
    private long _lastSentPs;
    private bool _synTimedOut;

    public RttEstimator Rtt { get; } = new(config.InitialTimeoutPs, config.MinimumTimeoutPs, config.MaximumTimeoutPs);

    public CongestionWindow Congestion { get; } = new(config.InitialWindowSegments);

    public TcpRecovery State { get; private set; }

    public bool UsesSack { get; set; }

    /// <summary>The first retransmission of a fast recovery, and each partial acknowledgment's without SACK, ignore cwnd.</summary>
    public bool MustRetransmit { get; private set; }

    public int DuplicateAcknowledgments { get; private set; }

    public int Retransmissions { get; private set; }

    /// <summary>When the retransmission timer expires; <see cref="long.MaxValue"/> if not running.</summary>
    public long DeadlinePs { get; private set; } = long.MaxValue;

    public void OnSent(long nowPs, uint end, bool isRetransmission)
    {
        _lastSentPs = nowPs;
        if (DeadlinePs == long.MaxValue) DeadlinePs = nowPs + Rtt.TimeoutPs;
        if (isRetransmission) _timedAtPs = -1;
        else if (_timedAtPs < 0) (_timedSequence, _timedAtPs) = (end, nowPs);
    }

    public void OnRetransmitted(long nowPs, uint end)
    {
        _retransmitNext = TcpSequence.Max(_retransmitNext, end);
        MustRetransmit = false;
        // Karn's rule, RFC 6298 §3.
        OnSent(nowPs, end, true);
    }

    public void RestartIfIdle(long nowPs, int segmentSize)
    {
        if (DeadlinePs == long.MaxValue && nowPs - _lastSentPs > Rtt.TimeoutPs) Congestion.RestartAfterIdle(segmentSize);
    }

    /// <summary>The handshake is complete: cwnd gets its first value.</summary>
    public void OnEstablished(int segmentSize)
    {
        Congestion.Start(segmentSize);
        // RFC 5681 §3.1: one segment if SYN or SYN-ACK was lost.
        if (!_synTimedOut) return;
        Congestion.Bytes = segmentSize;
        Rtt.RestartAfterLostSyn(ThreeSecondsPs);
    }

    /// <summary>Bytes in flight as RFC 6675 §4 estimates them.</summary>
    public int Pipe(uint unacknowledged, uint next, int segmentSize)
    {
        if (State == TcpRecovery.Open || !(UsesSack || State == TcpRecovery.Loss))
            return TcpSequence.Difference(next, unacknowledged) - _sacked.TotalBytes;
        int pipe = 0;
        uint position = unacknowledged;
        uint retransmitted = TcpSequence.Max(_retransmitNext, unacknowledged);
        for (int i = 0; i <= _sacked.Count; i++)
        {
            uint end = i < _sacked.Count ? _sacked[i].Start : next;
            if (TcpSequence.IsBefore(position, end))
            {
                uint notLostFrom = State == TcpRecovery.Loss ? TcpSequence.Max(position, TcpSequence.Min(end, _recover))
                    : _sacked.IsLostBefore(i, segmentSize) ? end : position;
                pipe += TcpSequence.Difference(end, notLostFrom);
                pipe += Math.Max(0, TcpSequence.Difference(TcpSequence.Min(end, retransmitted), position));
            }

            if (i < _sacked.Count) position = _sacked[i].End;
        }

        return pipe;
    }

    /// <summary>The next range to repeat (RFC 6675 §4, NextSeg rules 1 and, if <paramref name="speculative"/>, 3).</summary>
    public bool TryFindHole(uint unacknowledged, uint next, int segmentSize, bool speculative, out uint start, out uint end)
    {
        (start, end) = (unacknowledged, next);
        if (State == TcpRecovery.Open || unacknowledged == next) return false;
        if (MustRetransmit)
        {
            if (_sacked.Count > 0) end = _sacked[0].Start;
            return TcpSequence.IsBefore(start, end);
        }

        bool loss = State == TcpRecovery.Loss;
        if (!loss && !UsesSack) return false;
        uint from = TcpSequence.Max(_retransmitNext, unacknowledged);
        uint position = unacknowledged;
        for (int i = 0; i <= _sacked.Count; i++)
        {
            bool last = i == _sacked.Count;
            if (last && !loss) return false;
            end = last ? next : _sacked[i].Start;
            if (loss) end = TcpSequence.Min(end, _recover);
            start = TcpSequence.Max(position, from);
            if (TcpSequence.IsBefore(start, end) && (loss || speculative || _sacked.IsLostBefore(i, segmentSize))) return true;
            if (!last) position = _sacked[i].End;
        }

        return false;
    }

    /// <summary>Takes the SACK blocks of an acceptable acknowledgment; true if they report anything new.</summary>
    public bool OnSackBlocks(in TcpOptions options, uint unacknowledged, uint next)
    {
        if (!UsesSack) return false;
        bool news = false;
        for (int i = 0; i < options.SackCount; i++)
        {
            SackBlock block = options.GetSackBlock(i);
            // Duplicate-SACK blocks lie below SND.UNA (RFC 2883); forged ones anywhere.
            bool sane = TcpSequence.IsBefore(block.Start, block.End) && TcpSequence.IsAfter(block.Start, unacknowledged)
                && TcpSequence.IsBeforeOrAt(block.End, next);
            if (sane) news |= _sacked.Add(block.Start, block.End);
        }

        return news;
    }

    /// <summary>SND.UNA moved.</summary>
    /// <param name="nowPs">Current time.</param>
    /// <param name="unacknowledged">New SND.UNA.</param>
    /// <param name="next">SND.NXT.</param>
    /// <param name="advance">Sequence numbers newly acknowledged.</param>
    /// <param name="echoedRttPs">Round-trip time by time stamps, or −1.</param>
    /// <param name="segmentSize">Effective MSS.</param>
    public void OnAdvanced(long nowPs, uint unacknowledged, uint next, int advance, long echoedRttPs, int segmentSize)
    {
        if (_timedAtPs >= 0 && TcpSequence.IsAfterOrAt(unacknowledged, _timedSequence))
        {
            Rtt.Sample(nowPs - _timedAtPs);
            _timedAtPs = -1;
        }
        else if (_timedAtPs < 0 && echoedRttPs >= 0)
        {
            Rtt.Sample(echoedRttPs);
        }

        int pipeBefore = TcpSequence.Difference(next, unacknowledged) + advance;
        _sacked.RemoveBelow(unacknowledged);
        DuplicateAcknowledgments = 0;
        Retransmissions = 0;
        if (State == TcpRecovery.Fast) OnAdvancedInFastRecovery(unacknowledged, next, advance, segmentSize);
        else if (pipeBefore + segmentSize >= Congestion.Bytes / 2) Congestion.OnAcknowledged(advance, segmentSize);
        if (State == TcpRecovery.Loss && TcpSequence.IsAfterOrAt(unacknowledged, _recover)) State = TcpRecovery.Open;
        // RFC 6298 §5.2 and §5.3.
        DeadlinePs = unacknowledged == next ? long.MaxValue : nowPs + Rtt.TimeoutPs;
    }

    /// <summary>A duplicate acknowledgment as RFC 5681 §2 or, with SACK, RFC 6675 §2 defines it.</summary>
    /// <param name="unacknowledged">SND.UNA.</param>
    /// <param name="next">SND.NXT.</param>
    /// <param name="segmentSize">Effective MSS.</param>
    public void OnDuplicate(uint unacknowledged, uint next, int segmentSize)
    {
        DuplicateAcknowledgments++;
        if (State == TcpRecovery.Fast && !UsesSack)
        {
            // RFC 5681 §3.2 step 4.
            Congestion.Bytes += segmentSize;
            return;
        }

        if (State != TcpRecovery.Open) return;
        bool lost = DuplicateAcknowledgments >= 3 || (UsesSack && _sacked.Count > 0 && _sacked.IsLostBefore(0, segmentSize));
        // RFC 6582 §3.2 step 2 and RFC 6675 §5: not twice for one window.
        bool again = UsesSack ? TcpSequence.IsBefore(unacknowledged, _recover) : TcpSequence.IsBeforeOrAt(unacknowledged, _recover);
        if (!lost || again) return;

        Congestion.Halve(TcpSequence.Difference(next, unacknowledged), segmentSize);
        Congestion.Bytes = Congestion.SlowStartThreshold + (UsesSack ? 0 : 3 * segmentSize);
        (State, _recover, _retransmitNext, MustRetransmit) = (TcpRecovery.Fast, next, unacknowledged, true);
    }

    /// <summary>RFC 6298 §5.4 to §5.6 and RFC 5681 §3.1, equation (4); returns false when the limit is exceeded.</summary>
    public bool OnTimeout(uint unacknowledged, uint next, int segmentSize, bool isSyn)
    {
        DeadlinePs = long.MaxValue;
        if (Retransmissions >= (isSyn ? config.MaximumSynRetransmissions : config.MaximumRetransmissions)) return false;
        if (Retransmissions++ == 0 && !isSyn) Congestion.Halve(TcpSequence.Difference(next, unacknowledged), segmentSize);
        Rtt.BackOff();
        _timedAtPs = -1;
        if (isSyn)
        {
            _synTimedOut = true;
            return true;
        }

        Congestion.Bytes = segmentSize;
        RestartFrom(unacknowledged, next);
        return true;
    }

    /// <summary>Everything outstanding is to be sent again: after a timeout, or when a window reopens over a refused probe.</summary>
    public void RestartFrom(uint unacknowledged, uint next)
    {
        // RFC 2018 §8: the peer may have discarded what it reported.
        _sacked.Clear();
        (State, _recover, _retransmitNext, MustRetransmit, DuplicateAcknowledgments) = (TcpRecovery.Loss, next, unacknowledged, false, 0);
    }

    /// <summary>A peer that answers keeps the connection alive even with a closed window (RFC 9293 §3.8.6.1).</summary>
    public void OnAnsweredWithClosedWindow() => Retransmissions = 0;

    /// <summary>Starts the timer if it is not running.</summary>
    public void ArmTimer(long nowPs)
    {
        if (DeadlinePs == long.MaxValue) DeadlinePs = nowPs + Rtt.TimeoutPs;
    }

    public void StopTimer() => DeadlinePs = long.MaxValue;

    private void OnAdvancedInFastRecovery(uint unacknowledged, uint next, int advance, int segmentSize)
    {
        if (TcpSequence.IsAfterOrAt(unacknowledged, _recover))
        {
            // RFC 6582 §3.2 step 3, full acknowledgment; RFC 6675 §5 leaves cwnd at ssthresh.
            int flight = TcpSequence.Difference(next, unacknowledged);
            Congestion.Bytes = UsesSack ? Congestion.SlowStartThreshold
                : Math.Min(Congestion.SlowStartThreshold, Math.Max(flight, segmentSize) + segmentSize);
            (State, MustRetransmit) = (TcpRecovery.Open, false);
            return;
        }

        if (UsesSack) return;
        // Partial acknowledgment: repeat the first hole, deflate by what was acknowledged, add back one segment.
        MustRetransmit = true;
        Congestion.Bytes = Math.Max(segmentSize, Congestion.Bytes - advance + (advance >= segmentSize ? segmentSize : 0));
    }
}
