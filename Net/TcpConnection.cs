namespace NicEmu.Net;

/// <summary>One TCP connection (RFC 9293). Created by <see cref="NetStack.Connect"/> or taken from a <see cref="TcpListener"/>.</summary>
public sealed class TcpConnection
{
    private readonly NetStack _stack;
    private TcpState _reportedState;
    private uint _reportedAcknowledgment;
    private bool _hasNews;

    internal TcpConnection(NetStack stack, in TcpTuple tuple, TcpConfig config, uint initialSequence, uint timestampOffset, TcpListener? listener)
    {
        _stack = stack;
        Tuple = tuple;
        Config = config;
        Listener = listener;
        Sender = new(config, initialSequence);
        Receiver = new(config, config.CallerKeepsReceived ? this : null);
        Acks = new(config.DelayedAcknowledgmentPs);
        Timestamps = new(timestampOffset);
        _reportedAcknowledgment = initialSequence;
        MaximumSegmentSize = AdvertisedSegmentSize = stack.AdvertisedSegmentSize(config, tuple.RemoteAddress.IsIpv6);
        // RFC 9293 §3.7.1: assumed if the peer sends no MSS option.
        PeerSegmentSize = tuple.RemoteAddress.IsIpv6 ? 1220 : 536;
    }

    /// <summary>Addresses and ports.</summary>
    public TcpTuple Tuple { get; }

    /// <summary>Current state.</summary>
    public TcpState State { get; private set; }

    /// <summary>Why the connection ended; <see cref="TcpCloseReason.None"/> while it lives.</summary>
    public TcpCloseReason CloseReason { get; private set; }

    /// <summary>Whether the caller keeps what is sent, see <see cref="TcpConfig.CallerKeepsSent"/>.</summary>
    public bool KeepsSent => Config.CallerKeepsSent;

    /// <summary>Whether the caller keeps what is received, see <see cref="TcpConfig.CallerKeepsReceived"/>.</summary>
    public bool KeepsReceived => Config.CallerKeepsReceived;

    /// <summary>Who hears of progress; may be replaced at any time.</summary>
    public ITcpObserver? Observer { get; set; }

    /// <summary>Sequence number that the next written byte will have.</summary>
    public uint SendSequence => Sender.WriteSequence;

    /// <summary>SND.UNA: everything before it is acknowledged.</summary>
    public uint SendUnacknowledged => Sender.Unacknowledged;

    /// <summary>SND.NXT: everything before it has been sent at least once.</summary>
    public uint SendNext => Sender.Next;

    /// <summary>Bytes that <see cref="Write"/> would accept now.</summary>
    public int SendBufferFree => CanWrite ? Sender.Free : 0;

    /// <summary>RCV.NXT: sequence number of the next byte expected from the peer.</summary>
    public uint ReceiveNext => Receiver.Next;

    /// <summary>Sequence number of the next byte for the reader.</summary>
    public uint ReadSequence => Receiver.ReadSequence;

    /// <summary>In-order bytes that wait for the reader.</summary>
    public int Available => Receiver.Available;

    /// <summary>The peer has closed its side and everything was read.</summary>
    public bool IsEndOfStream => Receiver.FinReceived && Receiver.Available == 0;

    /// <summary>Bytes may be written: open or opening, and not closed by us.</summary>
    public bool CanWrite => State is TcpState.SynSent or TcpState.SynReceived or TcpState.Established or TcpState.CloseWait && !Sender.FinQueued;

    /// <summary>Upper bound of our segments' data and options in bytes, at least 1; lower it when the path's MTU falls. The peer's MSS binds as well.</summary>
    public int MaximumSegmentSize
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = Math.Min(value, _stack.LargestSegmentSize(Tuple.RemoteAddress.IsIpv6));
        }
    }

    /// <summary>Congestion window in bytes.</summary>
    public int CongestionWindowBytes => Sender.Recovery.Congestion.Bytes;

    /// <summary>Slow-start threshold in bytes.</summary>
    public int SlowStartThresholdBytes => Sender.Recovery.Congestion.SlowStartThreshold;

    /// <summary>Current retransmission timeout with its backoff.</summary>
    public long RetransmissionTimeoutPs => Sender.Recovery.Rtt.TimeoutPs;

    /// <summary>Smoothed round-trip time; 0 before the first sample.</summary>
    public long SmoothedRoundTripPs => Sender.Recovery.Rtt.SmoothedPs;

    internal TcpConfig Config { get; }

    internal TcpListener? Listener { get; }

    internal TcpSender Sender { get; }

    internal TcpReceiver Receiver { get; }

    internal AckSchedule Acks { get; }

    internal TimestampState Timestamps { get; }

    internal int AdvertisedSegmentSize { get; }

    internal int PeerSegmentSize { get; set; }

    internal bool PeerScales { get; set; }

    internal bool IsSynDue { get; set; }

    internal bool IsResetDue { get; set; }

    internal long TimeWaitDeadlinePs { get; set; } = long.MaxValue;

    internal long LastUnwantedAnsweredPs { get; set; } = long.MinValue;

    internal int HeapIndex { get; set; } = -1;

    internal long HeapKeyPs { get; set; }

    internal bool IsQueued { get; set; }

    internal int SegmentLimit => Math.Min(PeerSegmentSize, MaximumSegmentSize);

    internal long NextDeadlinePs =>
        Math.Min(Math.Min(Sender.Recovery.DeadlinePs, Sender.Persist.DeadlinePs), Math.Min(Acks.DeadlinePs, TimeWaitDeadlinePs));

    /// <summary>Queues bytes for sending.</summary>
    /// <returns>How many were accepted: fewer than offered when the buffer is full, 0 when the sending side is closed.</returns>
    /// <exception cref="InvalidOperationException">The caller keeps what is sent.</exception>
    public int Write(ReadOnlySpan<byte> data)
    {
        if (Config.CallerKeepsSent) throw new InvalidOperationException("The caller keeps what is sent.");
        if (!CanWrite) return 0;
        int count = Sender.Write(data);
        if (count > 0) _stack.Schedule(this);
        return count;
    }

    /// <summary>Queues bytes that the caller keeps until they are acknowledged and its NIC has read them, see <see cref="TcpConfig.CallerKeepsSent"/>.</summary>
    /// <param name="length">Bytes.</param>
    /// <returns>How many were accepted, as by <see cref="Write"/>.</returns>
    /// <exception cref="InvalidOperationException">The caller does not keep what is sent.</exception>
    public int Append(int length)
    {
        if (!Config.CallerKeepsSent) throw new InvalidOperationException("The caller does not keep what is sent.");
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (!CanWrite) return 0;
        int count = Sender.Append(length);
        if (count > 0) _stack.Schedule(this);
        return count;
    }

    /// <summary>Asked for each segment of bytes that the caller keeps, with its sequence number and length: how many of them, from the first, may share one segment. At least one does.</summary>
    public Func<uint, int, int>? SegmentLimiter
    {
        get => Sender.Limit;
        set => Sender.Limit = value;
    }

    /// <summary>No segment, first or repeated, will hold bytes from both sides of the current <see cref="SendSequence"/>.</summary>
    public void MarkSegmentBoundary() => Sender.MarkBoundary();

    /// <summary>The first waiting bytes that share one mark; false if none wait. They stay until <see cref="Consume"/>.</summary>
    public bool TryReceive(out ReceivedChunk chunk) => Receiver.TryReceive(out chunk);

    /// <summary>Removes bytes from the front of what waits, across marks if need be.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than <see cref="Available"/>.</exception>
    public void Consume(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Available);
        if (count == 0) return;
        Receiver.Consume(count);
        if (State is not (TcpState.Established or TcpState.FinWait1 or TcpState.FinWait2) || !Receiver.NeedsWindowUpdate(SegmentLimit)) return;
        Acks.OnWindowUpdate();
        _stack.Schedule(this);
    }

    /// <summary>Copies and removes waiting bytes, whatever their marks.</summary>
    /// <returns>Bytes copied; 0 if none wait, see <see cref="IsEndOfStream"/>.</returns>
    /// <exception cref="InvalidOperationException">The caller keeps what is received.</exception>
    public int Read(Span<byte> destination)
    {
        if (Config.CallerKeepsReceived) throw new InvalidOperationException("The caller keeps what is received.");
        int copied = 0;
        while (copied < destination.Length && Receiver.TryReceive(out ReceivedChunk chunk))
        {
            int part = Math.Min(chunk.Bytes.Length, destination.Length - copied);
            chunk.Bytes[..part].CopyTo(destination[copied..]);
            Consume(part);
            copied += part;
        }

        return copied;
    }

    /// <summary>Ends the sending side: FIN follows the bytes already written (RFC 9293 §3.10.4). Receiving goes on until the peer closes. Repeated calls have no effect.</summary>
    public void Close()
    {
        if (!CanWrite) return;
        if (State == TcpState.SynSent)
        {
            Terminate(TcpCloseReason.Graceful);
            return;
        }

        Sender.FinQueued = true;
        if (State == TcpState.Established) State = TcpState.FinWait1;
        else if (State == TcpState.CloseWait) State = TcpState.LastAck;
        _stack.Schedule(this);
    }

    /// <summary>Ends the connection at once; the peer gets RST if it knows of the connection (RFC 9293 §3.10.5). Unread bytes stay readable.</summary>
    public void Abort()
    {
        if (State == TcpState.Closed) return;
        IsResetDue = State is not (TcpState.SynSent or TcpState.TimeWait);
        Terminate(TcpCloseReason.Aborted);
        if (IsResetDue) _stack.Schedule(this);
    }

    /// <summary>Ends the connection at once without a word to the peer. Unread bytes stay readable.</summary>
    /// <param name="reason">Becomes <see cref="CloseReason"/>.</param>
    public void Fail(TcpCloseReason reason)
    {
        if (State == TcpState.Closed) return;
        IsResetDue = false;
        Terminate(reason);
    }

    /// <summary>Ports, state and sequence numbers, for logs.</summary>
    public override string ToString() =>
        $"{Tuple.LocalAddress}:{Tuple.LocalPort} > {Tuple.RemoteAddress}:{Tuple.RemotePort} {State} una={SendUnacknowledged} nxt={SendNext} rcv={ReceiveNext}";

    internal void MoveTo(TcpState state) => State = state;

    internal void NoteReceived() => _hasNews = true;

    internal void EnterTimeWait(long nowPs)
    {
        State = TcpState.TimeWait;
        Sender.Recovery.StopTimer();
        Sender.Persist.Stop();
        TimeWaitDeadlinePs = nowPs + (2 * Config.MaximumSegmentLifetimePs);
    }

    internal void Terminate(TcpCloseReason reason)
    {
        (State, CloseReason) = (TcpState.Closed, reason);
        Sender.Recovery.StopTimer();
        Sender.Persist.Stop();
        Acks.Clear();
        TimeWaitDeadlinePs = long.MaxValue;
        _stack.Forget(this);
    }

    internal void OnTimers(long nowPs)
    {
        if (nowPs >= Sender.Recovery.DeadlinePs) OnRetransmissionTimer();
        if (nowPs >= Sender.Persist.DeadlinePs)
        {
            if (Sender.Persist.Unanswered >= Config.MaximumRetransmissions) Terminate(TcpCloseReason.TimedOut);
            else Sender.Persist.OnExpired();
        }

        if (nowPs >= Acks.DeadlinePs) Acks.OnExpired();
        if (nowPs >= TimeWaitDeadlinePs) Terminate(TcpCloseReason.Graceful);
    }

    /// <summary>Tells the observer what changed since the last call.</summary>
    internal void Report()
    {
        if (_reportedState != State)
        {
            TcpState previous = _reportedState;
            _reportedState = State;
            if (previous == TcpState.SynReceived) Listener?.OnHandshakeEnded(this);
            Observer?.OnStateChanged(this, previous);
        }

        if (_reportedAcknowledgment != Sender.Unacknowledged)
        {
            _reportedAcknowledgment = Sender.Unacknowledged;
            Observer?.OnAcknowledged(this, _reportedAcknowledgment);
        }

        if (!_hasNews) return;
        _hasNews = false;
        Observer?.OnReceived(this);
    }

    private void OnRetransmissionTimer()
    {
        bool isSyn = !Sender.SynAcknowledged;
        if (!Sender.Recovery.OnTimeout(Sender.Unacknowledged, Sender.Next, SegmentLimit, isSyn)) Terminate(TcpCloseReason.TimedOut);
        else if (isSyn) IsSynDue = true;
    }
}
