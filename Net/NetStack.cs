namespace NicEmu.Net;

/// <summary>A TCP/IP host with one interface, without I/O, threads or clock: frames go in, frames come out, time is handed in.</summary>
/// <remarks>Single-threaded. The same configuration and calls give the same frames, byte for byte. No received frame makes it throw.</remarks>
public sealed class NetStack
{
    private const int ChallengesPerSecond = 100;
    private const long SecondPs = 1_000_000_000_000;
    private const int FirstEphemeralPort = 49152;
    private const int EphemeralPorts = 16384;

    private NetStackConfig _config;
    private readonly FrameWriter _writer;
    private readonly AnswerQueue _answers;
    private readonly ControlResponder _responder;
    private readonly FrameReader _reader;
    private readonly NeighborTable _neighbors = new();
    private readonly DeadlineHeap _deadlines = new();
    private readonly Dictionary<TcpTuple, TcpConnection> _connections = [];
    private readonly Dictionary<ushort, TcpListener> _listeners = [];
    private readonly Queue<TcpConnection> _ready = new();
    private readonly List<TcpConnection> _released = [];
    private readonly byte[] _headers = new byte[FrameWriter.MaximumHeaderBytes];
    private byte[] _scratch = [];
    private ulong _nextPort;
    private long _nowPs;
    private long _challengeSecond = -1;
    private int _challenges;
    private MacAddress _answerMac;

    /// <summary>A host that is up and knows no neighbour.</summary>
    /// <exception cref="ArgumentException">A value out of the range that <see cref="NetStackConfig"/> gives.</exception>
    public NetStack(NetStackConfig config)
    {
        config.Validate();
        _config = config;
        _writer = new(config);
        _answers = new(config.Mtu + FrameWriter.MaximumHeaderBytes);
        _responder = new(config, _writer, _answers);
        _reader = new(config, this, _responder);
        _nextPort = Scrambler.Mix(config.Seed) % EphemeralPorts;
    }

    /// <summary>Changes what of outgoing TCP segments is left to the NIC, from the next one on.</summary>
    /// <param name="checksums">See <see cref="NetStackConfig.ChecksumOffload"/>.</param>
    /// <param name="maxSegmentBytes">See <see cref="NetStackConfig.MaxSegmentOffloadBytes"/>.</param>
    public void SetOffloads(bool checksums, int maxSegmentBytes)
    {
        NetStackConfig changed = _config with { ChecksumOffload = checksums, MaxSegmentOffloadBytes = maxSegmentBytes };
        changed.Validate();
        _config = changed;
    }

    /// <summary>Counters since creation.</summary>
    public NetStatistics Statistics { get; } = new();

    /// <summary>Connections not closed, those in TIME-WAIT included.</summary>
    public int ConnectionCount => _connections.Count;

    /// <summary>When <see cref="TryPoll(long, out OutgoingSegment)"/> should be called next: 0 if there is something to send at once, <see cref="long.MaxValue"/> if only a frame or a call can bring work.</summary>
    public long NextDeadlinePs =>
        _answers.Count > 0 || _ready.Count > 0 ? 0 : Math.Min(_deadlines.NextPs, _neighbors.NextDeadlinePs);

    /// <summary>Enters a mapping that is never asked for and never expires.</summary>
    public void AddNeighbor(IpAddress address, MacAddress mac)
    {
        _neighbors.AddStatic(address, mac, _released);
        ReleaseWaiting();
    }

    /// <summary>Opens a port on all addresses.</summary>
    /// <exception cref="InvalidOperationException">The port has a listener, or the caller is to keep what is sent and the NIC makes no checksums.</exception>
    public TcpListener Listen(ushort port, int backlog = 128, TcpConfig? config = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(backlog, 1);
        config?.Validate();
        RequireChecksums(config ?? _config.Tcp);
        var listener = new TcpListener(this, port, backlog, config ?? _config.Tcp);
        if (!_listeners.TryAdd(port, listener)) throw new InvalidOperationException($"Port {port} has a listener.");
        return listener;
    }

    /// <summary>Starts an active open; SYN leaves on the next poll.</summary>
    /// <param name="remoteAddress">The peer, of a family that the interface has.</param>
    /// <param name="remotePort">The peer's port, not 0.</param>
    /// <param name="localPort">Our port; 0 picks an ephemeral one (RFC 6335 §6).</param>
    /// <param name="config">Parameters; null takes the stack's.</param>
    /// <exception cref="ArgumentException">No local address of that family, or an address or port that cannot be a peer's.</exception>
    /// <exception cref="InvalidOperationException">The four numbers are in use, no ephemeral port is free, or the caller is to keep what is sent and the NIC makes no checksums.</exception>
    public TcpConnection Connect(IpAddress remoteAddress, ushort remotePort, ushort localPort = 0, TcpConfig? config = null)
    {
        config?.Validate();
        RequireChecksums(config ?? _config.Tcp);
        IpAddress local = remoteAddress.IsIpv6 ? _config.Ipv6Address : _config.Ipv4Address;
        if (local.Length == 0 || remoteAddress.IsUnspecified || remoteAddress.IsMulticast || remoteAddress == local || remotePort == 0)
            throw new ArgumentException($"{remoteAddress}:{remotePort} cannot be reached from this interface.", nameof(remoteAddress));
        var tuple = new TcpTuple(local, localPort != 0 ? localPort : EphemeralPort(local, remoteAddress, remotePort), remoteAddress, remotePort);
        if (_connections.ContainsKey(tuple)) throw new InvalidOperationException("The connection exists.");
        TcpConnection connection = Create(tuple, config ?? _config.Tcp, null);
        connection.MoveTo(TcpState.SynSent);
        connection.IsSynDue = true;
        connection.Report();
        Schedule(connection);
        return connection;
    }

    /// <summary>Takes a frame from the wire, its checksums to be verified here.</summary>
    /// <inheritdoc cref="Input(ReadOnlySpan{byte}, long, int, bool)"/>
    public DropReason Input(ReadOnlySpan<byte> frame, long nowPs) => Input(frame, nowPs, 0, false);

    /// <summary>Takes a frame from the NIC.</summary>
    /// <param name="frame">From the destination MAC address to the end of the payload, without FCS; padding is ignored.</param>
    /// <param name="nowPs">Current time; never goes back.</param>
    /// <param name="mark">Travels with the frame's TCP payload to <see cref="ReceivedChunk.Mark"/>.</param>
    /// <param name="checksumVerified">The NIC has verified the IPv4 and TCP checksums, or has changed the payload since.</param>
    /// <returns><see cref="DropReason.None"/>, or why it had no or only part of its effect.</returns>
    public DropReason Input(ReadOnlySpan<byte> frame, long nowPs, int mark, bool checksumVerified)
    {
        _nowPs = Math.Max(_nowPs, nowPs);
        Statistics.FramesReceived++;
        DropReason reason = _reader.Read(frame, mark, checksumVerified);
        if (reason != DropReason.None) Statistics.Drop(reason);
        return reason;
    }

    /// <summary>Runs the timers that are due and hands out the next frame.</summary>
    /// <param name="nowPs">Current time; never goes back.</param>
    /// <param name="segment">The frame; valid until the next call.</param>
    /// <returns>False if there is nothing to send; <see cref="NextDeadlinePs"/> says when there may be.</returns>
    public bool TryPoll(long nowPs, out OutgoingSegment segment)
    {
        _nowPs = Math.Max(_nowPs, nowPs);
        RunTimers();
        if (_answers.Count > 0)
        {
            Statistics.FramesSent++;
            segment = new() { Headers = _answers.Dequeue() };
            return true;
        }

        while (_ready.TryDequeue(out TcpConnection? connection))
        {
            connection.IsQueued = false;
            if (TryForm(connection, out segment))
            {
                // Back of the queue: every connection gets its turn.
                Schedule(connection);
                return true;
            }
        }

        return TryPollAnswer(out segment);
    }

    /// <summary>Runs the timers that are due and writes the next frame as one piece.</summary>
    /// <param name="nowPs">Current time; never goes back.</param>
    /// <param name="frame">Room for the largest frame: MTU, or the offload size, and 118 bytes.</param>
    /// <param name="length">Bytes written.</param>
    public bool TryPoll(long nowPs, Span<byte> frame, out int length)
    {
        length = 0;
        if (!TryPoll(nowPs, out OutgoingSegment segment)) return false;
        length = segment.CopyTo(frame);
        return true;
    }

    internal long NowPs => _nowPs;

    internal int LargestSegmentSize(bool isIpv6) =>
        _config.Mtu - (isIpv6 ? Ipv6Header.FixedLength : Ipv4Header.MinimumLength) - TcpHeader.MinimumLength;

    internal int AdvertisedSegmentSize(TcpConfig config, bool isIpv6)
    {
        int largest = LargestSegmentSize(isIpv6);
        return config.MaximumSegmentSize == 0 ? largest : Math.Min(largest, config.MaximumSegmentSize);
    }

    /// <summary>Largest payload of one outgoing segment; an IPv4 packet of 65535 bytes bounds what can be offloaded.</summary>
    internal int MaximumPayload(int segmentSize, int optionBytes)
    {
        const int Largest = 65535 - Ipv4Header.MinimumLength - TcpHeader.MinimumLength;
        return Math.Max(segmentSize, Math.Min(_config.MaxSegmentOffloadBytes, Largest - optionBytes));
    }

    internal void Schedule(TcpConnection connection)
    {
        if (connection.IsQueued) return;
        connection.IsQueued = true;
        _ready.Enqueue(connection);
    }

    internal void Forget(TcpConnection connection)
    {
        _connections.Remove(connection.Tuple);
        _deadlines.Remove(connection);
        // The observer hears of the end on the next poll even if nothing is left to send.
        Schedule(connection);
    }

    internal void StopListening(TcpListener listener)
    {
        if (!_listeners.Remove(listener.Port)) return;
        foreach (TcpConnection connection in _connections.Values)
        {
            if (connection.Listener == listener && connection.State == TcpState.SynReceived) _released.Add(connection);
        }

        foreach (TcpConnection connection in _released) connection.Abort();
        _released.Clear();
    }

    internal bool MayChallenge(long nowPs)
    {
        if (nowPs / SecondPs != _challengeSecond) (_challengeSecond, _challenges) = (nowPs / SecondPs, 0);
        return _challenges++ < ChallengesPerSecond;
    }

    internal void SendSolicitation(in IpAddress target)
    {
        DropReason reason = _responder.Solicit(target);
        if (reason != DropReason.None) Statistics.Drop(reason);
    }

    internal void Learn(in NeighborHint hint)
    {
        if (hint.Address.Length == 0) return;
        _neighbors.Learn(hint.Address, hint.Mac, _nowPs, hint.MayCreate, _released);
        ReleaseWaiting();
    }

    /// <summary>Finds the segment's connection or listener and lets it act.</summary>
    internal DropReason Deliver(in TcpTuple tuple, in TcpSegment segment, MacAddress sourceMac)
    {
        _answerMac = sourceMac;
        if (_connections.TryGetValue(tuple, out TcpConnection? connection))
        {
            DropReason reason = TcpStateMachine.Process(connection, this, segment, _nowPs);
            connection.Report();
            Schedule(connection);
            return reason;
        }

        if (segment.Has(TcpFlags.Rst)) return DropReason.NoConnection;
        if (_listeners.TryGetValue(tuple.LocalPort, out TcpListener? listener) && !segment.Has(TcpFlags.Ack))
            return Open(listener, tuple, segment);

        // RFC 9293 §3.10.7.1 and §3.10.7.2.
        if (segment.Has(TcpFlags.Ack)) AnswerWithReset(tuple, segment.Header.Acknowledgment);
        else AnswerWithReset(tuple, 0, segment.Header.Sequence + (uint)segment.SequenceLength, TcpFlags.Rst | TcpFlags.Ack);
        return DropReason.NoConnection;
    }

    /// <summary>RST in answer to the frame being processed.</summary>
    internal void AnswerWithReset(in TcpTuple tuple, uint sequence, uint acknowledgment = 0, TcpFlags flags = TcpFlags.Rst)
    {
        Span<byte> frame = _answers.Reserve();
        if (frame.IsEmpty)
        {
            Statistics.Drop(DropReason.AnswerQueueFull);
            return;
        }

        var plan = new SegmentPlan { Sequence = sequence, Acknowledgment = acknowledgment, Flags = flags, Options = new() };
        int length = _writer.WriteTcp(frame, _answerMac, tuple, plan, default, true);
        _answers.Commit(length);
        Statistics.ResetsSent++;
    }

    private DropReason Open(TcpListener listener, in TcpTuple tuple, in TcpSegment segment)
    {
        if (!segment.Has(TcpFlags.Syn)) return DropReason.BadFlags;
        if (listener.IsFull) return DropReason.BacklogFull;
        TcpConnection connection = Create(tuple, listener.Config, listener);
        listener.OnOpening();
        TcpStateMachine.AcceptSyn(connection, segment, _nowPs);
        connection.MoveTo(TcpState.SynReceived);
        connection.IsSynDue = true;
        connection.Report();
        Schedule(connection);
        return DropReason.None;
    }

    private TcpConnection Create(in TcpTuple tuple, TcpConfig config, TcpListener? listener)
    {
        // RFC 9293 §3.4.1 and RFC 6528 §3: a function of the tuple and a secret, plus a clock that ticks every four microseconds.
        ulong hash = tuple.RemoteAddress.Mix(tuple.LocalAddress.Mix(_config.Seed ^ ((ulong)tuple.LocalPort << 16 | tuple.RemotePort)));
        uint initial = config.InitialSequence ?? unchecked((uint)(hash >> 32) + (uint)(_nowPs / 4_000_000));
        var connection = new TcpConnection(this, tuple, config, initial, (uint)hash, listener);
        _connections.Add(tuple, connection);
        return connection;
    }

    private ushort EphemeralPort(in IpAddress local, in IpAddress remote, ushort remotePort)
    {
        for (int i = 0; i < EphemeralPorts; i++)
        {
            ushort port = (ushort)(FirstEphemeralPort + (int)(_nextPort++ % EphemeralPorts));
            if (!_connections.ContainsKey(new(local, port, remote, remotePort))) return port;
        }

        throw new InvalidOperationException("No ephemeral port is free.");
    }

    private void RunTimers()
    {
        while (_deadlines.NextPs <= _nowPs)
        {
            TcpConnection connection = _deadlines.First;
            connection.OnTimers(_nowPs);
            if (connection.State != TcpState.Closed) _deadlines.Set(connection, connection.NextDeadlinePs);
            Schedule(connection);
            connection.Report();
        }

        if (_neighbors.NextDeadlinePs > _nowPs) return;
        _neighbors.OnTimer(_nowPs, this, _released);
        foreach (TcpConnection connection in _released)
        {
            if (connection.State == TcpState.SynSent) connection.Terminate(TcpCloseReason.HostUnreachable);
            else if (connection.State != TcpState.Closed) connection.Sender.Recovery.ArmTimer(_nowPs);
            connection.IsResetDue = false;
            Rearm(connection);
        }

        ReleaseWaiting();
    }

    private void ReleaseWaiting()
    {
        foreach (TcpConnection connection in _released) Schedule(connection);
        _released.Clear();
    }

    private void Rearm(TcpConnection connection)
    {
        if (connection.State != TcpState.Closed) _deadlines.Set(connection, connection.NextDeadlinePs);
    }

    private void RequireChecksums(TcpConfig config)
    {
        if (config.CallerKeepsSent && !_config.ChecksumOffload) throw new InvalidOperationException("Who keeps what is sent needs a NIC that makes checksums.");
    }

    private IpAddress NextHop(in IpAddress address)
    {
        IpAddress gateway = address.IsIpv6 ? _config.Ipv6Gateway : _config.Ipv4Gateway;
        if (gateway.Length == 0) return address;
        bool onLink = address.IsIpv6 ? address.IsInSameSubnet(_config.Ipv6Address, _config.Ipv6PrefixLength)
            : address.IsInSameSubnet(_config.Ipv4Address, _config.Ipv4PrefixLength);
        return onLink ? address : gateway;
    }

    private bool TryPollAnswer(out OutgoingSegment segment)
    {
        segment = default;
        // A connection without a known neighbour has just asked for one.
        if (_neighbors.NextDeadlinePs <= _nowPs) _neighbors.OnTimer(_nowPs, this, _released);
        if (_answers.Count == 0) return false;
        Statistics.FramesSent++;
        segment = new() { Headers = _answers.Dequeue() };
        return true;
    }

    private bool TryForm(TcpConnection connection, out OutgoingSegment segment)
    {
        segment = default;
        connection.Report();
        if (connection.State == TcpState.Closed && !connection.IsResetDue) return false;
        if (!_neighbors.TryResolve(NextHop(connection.Tuple.RemoteAddress), connection, _nowPs, out MacAddress mac)) return false;
        bool planned = TcpOutput.TryPlan(connection, this, _nowPs, out SegmentPlan plan);
        Rearm(connection);
        if (!planned) return false;

        ReadOnlySpan<byte> payload = default;
        bool kept = connection.Config.CallerKeepsSent;
        if (plan.Length > 0 && !kept)
        {
            if (_scratch.Length < plan.Length) Array.Resize(ref _scratch, Math.Max(plan.Length, _config.Mtu));
            payload = connection.Sender.Payload(plan.Sequence, plan.Length, _scratch);
        }

        int length = _writer.WriteTcp(_headers, mac, connection.Tuple, plan, payload, !_config.ChecksumOffload && !kept);
        Statistics.FramesSent++;
        if (plan.IsRetransmission) Statistics.SegmentsRetransmitted++;
        if ((plan.Flags & TcpFlags.Rst) != 0) Statistics.ResetsSent++;
        segment = new()
        {
            Headers = _headers.AsSpan(0, length),
            Payload = payload,
            PayloadLength = plan.Length,
            Connection = connection,
            Sequence = plan.Sequence,
            SegmentSize = plan.Length > plan.SegmentSize ? plan.SegmentSize : 0,
            IsRetransmission = plan.IsRetransmission,
        };
        return true;
    }
}
