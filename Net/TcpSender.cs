namespace NicEmu.Net;

/// <summary>Send buffer and send sequence space (RFC 9293 §3.3.1), and the choice of the next segment.</summary>
internal sealed class TcpSender
{
    private readonly TcpConfig _config;
    private readonly ByteRing _buffer;
    private readonly SegmentFences _fences = new();
    private uint _bufferSequence;

    public TcpSender(TcpConfig config, uint initialSequence)
    {
        _config = config;
        _buffer = new(config.SendBufferBytes);
        Recovery = new(config, initialSequence);
        InitialSequence = Unacknowledged = Next = initialSequence;
        WriteSequence = _bufferSequence = initialSequence + 1;
    }

    public TcpLossRecovery Recovery { get; }

    public SendWindow Window { get; } = new();

    public PersistTimer Persist { get; } = new();

    /// <summary>ISS.</summary>
    public uint InitialSequence { get; }

    /// <summary>SND.UNA.</summary>
    public uint Unacknowledged { get; private set; }

    /// <summary>SND.NXT, the highest sequence number ever sent plus one.</summary>
    public uint Next { get; private set; }

    /// <summary>Sequence number of the next byte to be written.</summary>
    public uint WriteSequence { get; private set; }

    public bool FinQueued { get; set; }

    public bool SynAcknowledged => Unacknowledged != InitialSequence;

    public bool FinAcknowledged => FinQueued && Unacknowledged == WriteSequence + 1;

    public int Free => _buffer.MaximumBytes - TcpSequence.Difference(WriteSequence, _bufferSequence);

    public int Flight => TcpSequence.Difference(Next, Unacknowledged);

    private int Unsent => Math.Max(0, TcpSequence.Difference(WriteSequence, Next));

    private bool FinUnsent => FinQueued && Next == WriteSequence;

    /// <summary>Limits segments further where the caller keeps their bytes; null for no limit.</summary>
    public Func<uint, int, int>? Limit { get; set; }

    /// <summary>Takes over places in the stream for bytes that the caller keeps.</summary>
    public int Append(int length)
    {
        int count = Math.Min(length, Free);
        WriteSequence += (uint)count;
        return count;
    }

    public int Write(ReadOnlySpan<byte> data)
    {
        int count = Math.Min(data.Length, Free);
        _buffer.Write(TcpSequence.Difference(WriteSequence, _bufferSequence), data[..count]);
        WriteSequence += (uint)count;
        return count;
    }

    public void MarkBoundary() => _fences.Add(WriteSequence);

    /// <summary>Bytes of a planned segment; longer than what lies in one piece are joined in <paramref name="scratch"/>.</summary>
    public ReadOnlySpan<byte> Payload(uint sequence, int length, Span<byte> scratch)
    {
        int offset = TcpSequence.Difference(sequence, _bufferSequence);
        ReadOnlySpan<byte> whole = _buffer.Peek(offset, length);
        if (whole.Length == length) return whole;
        _buffer.CopyTo(offset, scratch[..length]);
        return scratch[..length];
    }

    /// <summary>Where a segment without data stands: SND.NXT, or the window's end if a probe went beyond it, lest the peer finds it unacceptable.</summary>
    public uint AcceptableSequence => TcpSequence.Min(Next, Unacknowledged + (uint)Window.Bytes);

    public void OnSynSent(long nowPs, bool isRetransmission)
    {
        Next = InitialSequence + 1;
        Recovery.OnSent(nowPs, Next, isRetransmission);
    }

    /// <summary>Takes a cumulative acknowledgment of at most SND.NXT; returns the number of sequence numbers it covers newly.</summary>
    public int Acknowledge(uint acknowledgment)
    {
        int advance = TcpSequence.Difference(acknowledgment, Unacknowledged);
        if (advance <= 0) return 0;
        Unacknowledged = acknowledgment;
        int data = TcpSequence.Difference(TcpSequence.Min(acknowledgment, WriteSequence), _bufferSequence);
        if (data > 0)
        {
            if (!_config.CallerKeepsSent) _buffer.Discard(data);
            _bufferSequence += (uint)data;
            _fences.RemoveUpTo(acknowledgment);
        }

        return advance;
    }

    /// <summary>Chooses the next segment with data or FIN.</summary>
    /// <param name="nowPs">Current time.</param>
    /// <param name="segmentSize">Effective MSS: data bytes in one segment.</param>
    /// <param name="maximumPayload">At least <paramref name="segmentSize"/>; more with segmentation offload.</param>
    /// <param name="plan">Sequence, length, flags and retransmission mark are set.</param>
    public bool TryPlan(long nowPs, int segmentSize, int maximumPayload, ref SegmentPlan plan)
    {
        if (Persist.IsProbeDue) return PlanProbe(nowPs, segmentSize, ref plan);
        int pipe = Recovery.Pipe(Unacknowledged, Next, segmentSize);
        if (TryPlanRetransmission(nowPs, segmentSize, maximumPayload, pipe, false, ref plan)) return true;
        if (TryPlanNew(nowPs, segmentSize, maximumPayload, pipe, ref plan)) return true;
        return TryPlanRetransmission(nowPs, segmentSize, maximumPayload, pipe, true, ref plan);
    }

    private bool TryPlanNew(long nowPs, int segmentSize, int maximumPayload, int pipe, ref SegmentPlan plan)
    {
        int unsent = Unsent;
        if ((unsent == 0 && !FinUnsent) || Persist.IsProbing) return false;
        if (pipe == 0) Recovery.RestartIfIdle(nowPs, segmentSize);
        int usable = Window.UsableFrom(Unacknowledged, Next);
        int length = Math.Min(Math.Min(unsent, maximumPayload), Math.Min(usable, Math.Max(Recovery.Congestion.Bytes, segmentSize) - pipe));
        if (unsent > 0 && length <= 0)
        {
            if (Flight == 0) Persist.Arm(nowPs, Recovery.Rtt);
            return false;
        }

        int fenced = LimitOf(Next, length);
        bool whole = fenced == unsent || fenced < length || _fences.IsAt(Next + (uint)fenced);
        length = fenced;
        if (!whole && length > segmentSize) length -= length % segmentSize;

        // RFC 9293 §3.8.6.2.1: a full segment, all there is, or half the largest window; else wait, or for the override timer.
        bool worthwhile = length >= segmentSize || whole || length >= Window.LargestBytes / 2;
        if (!worthwhile)
        {
            if (Flight == 0) Persist.Arm(nowPs, Recovery.Rtt);
            return false;
        }

        // RFC 9293 §3.7.4.
        if (_config.Nagle && length < segmentSize && Flight > 0 && !FinQueued) return false;
        Fill(ref plan, Next, length, FinQueued && length == unsent, false);
        Next = plan.Sequence + (uint)length + ((plan.Flags & TcpFlags.Fin) != 0 ? 1u : 0u);
        Persist.Stop();
        Recovery.OnSent(nowPs, Next, false);
        return true;
    }

    private bool TryPlanRetransmission(long nowPs, int segmentSize, int maximumPayload, int pipe, bool speculative, ref SegmentPlan plan)
    {
        if (!Recovery.TryFindHole(Unacknowledged, Next, segmentSize, speculative, out uint start, out uint end)) return false;
        int hole = TcpSequence.Difference(end, start);
        int room = Recovery.Congestion.Bytes - pipe;
        bool free = Recovery.MustRetransmit || pipe == 0;
        if (!free && room < Math.Min(hole, segmentSize)) return false;
        int budget = free ? segmentSize : Math.Max(segmentSize, room - (room % segmentSize));

        // A shrunken window must not stop the first unacknowledged byte (RFC 9293 §3.8.6), but it does stop later ones.
        if (start != Unacknowledged && TcpSequence.IsAfter(start + (uint)Math.Min(hole, segmentSize), Unacknowledged + (uint)Window.Bytes)) return false;
        if (start == Unacknowledged) budget = Math.Max(segmentSize, Math.Min(budget, Window.Bytes));
        else budget = Math.Max(1, Math.Min(budget, Window.UsableFrom(Unacknowledged, start)));

        int data = TcpSequence.Difference(TcpSequence.Min(end, WriteSequence), start);
        int length = LimitOf(start, Math.Min(Math.Min(data, maximumPayload), budget));
        bool fin = FinQueued && start + (uint)length == WriteSequence && end == WriteSequence + 1;
        Fill(ref plan, start, length, fin, true);
        Recovery.OnRetransmitted(nowPs, start + (uint)length + (fin ? 1u : 0u));
        return true;
    }

    private bool PlanProbe(long nowPs, int segmentSize, ref SegmentPlan plan)
    {
        int usable = Window.UsableFrom(Unacknowledged, Unacknowledged);
        int queued = TcpSequence.Difference(WriteSequence, Unacknowledged);
        if (queued <= 0)
        {
            Persist.Stop();
            return false;
        }

        bool again = Flight > 0;
        // RFC 9293 §3.8.6.1: one byte beyond a closed window; §3.8.6.2.1: whatever fits, when the override timer has run out.
        int length = usable <= 0 ? 1 : LimitOf(Unacknowledged, Math.Min(Math.Min(usable, queued), segmentSize));
        Fill(ref plan, Unacknowledged, length, false, again);
        Next = TcpSequence.Max(Next, Unacknowledged + (uint)length);
        if (usable <= 0)
        {
            Persist.OnProbeSent(nowPs, Recovery.Rtt);
        }
        else
        {
            Persist.Stop();
            Recovery.OnSent(nowPs, Next, again);
        }

        return true;
    }

    private int LimitOf(uint sequence, int length)
    {
        int fenced = _fences.Limit(sequence, length);
        return Limit is null || fenced <= 0 ? fenced : Math.Clamp(Limit(sequence, fenced), 1, fenced);
    }

    private void Fill(ref SegmentPlan plan, uint sequence, int length, bool fin, bool isRetransmission)
    {
        plan.Sequence = sequence;
        plan.Length = length;
        plan.IsRetransmission = isRetransmission;
        plan.Flags = TcpFlags.Ack;
        // RFC 9293 §3.9.1.2: the last segment of what was written carries PSH.
        if (length > 0 && sequence + (uint)length == WriteSequence) plan.Flags |= TcpFlags.Psh;
        if (fin) plan.Flags |= TcpFlags.Fin;
    }
}
