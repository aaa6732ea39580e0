using NicEmu.Driver.Ktls;
using NicEmu.Driver.Nic;
using NicEmu.Net;
using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Testing;
using ITimer = NicEmu.Spec.Seams.ITimer;

namespace NicEmu.Driver.Kernel;

/// <summary>A host's network side: cards with their drivers, a TCP/IP stack and kernel TLS, on one scheduler.</summary>
public sealed class HostKernel : IDisposable
{
    private readonly IScheduler _scheduler;
    private readonly string _name;
    private readonly ITimer _pump;
    private readonly List<HostPort> _ports = [];
    private readonly List<IKernelSocket> _sockets = [];
    private readonly Queue<Action> _deferred = new();
    private Action? _ready;
    private NetStack? _stack;
    private int _marks;
    private bool _hasKeepers;

    /// <summary>Prepares a host; the card is not touched yet.</summary>
    /// <param name="bus">The card of the first port.</param>
    /// <param name="scheduler">Time and timers.</param>
    /// <param name="options">Addresses and features.</param>
    /// <param name="name">Prefix of the timers' names.</param>
    public HostKernel(IDeviceBus bus, IScheduler scheduler, HostOptions options, string name = "host")
    {
        options.Validate();
        (_scheduler, Options, Features, _name) = (scheduler, options, new(options), name);
        _pump = scheduler.CreateTimer(name + ".pump", Pump);
        Egress = new(this, 0, bus, scheduler, options.Nic, name);
        _ports.Add(Egress);
    }

    /// <summary>The options given.</summary>
    public HostOptions Options { get; }

    /// <summary>What is left to the cards now.</summary>
    public HostFeatures Features { get; }

    /// <summary>The network interfaces; the first one's address is the host's on all of them.</summary>
    public IReadOnlyList<HostPort> Ports => _ports;

    /// <summary>The first port's driver.</summary>
    public NicDriver Nic => _ports[0].Nic;

    /// <summary>The port that segments leave by. Where the context of a connection is in another port's card, its segments are encrypted in software.</summary>
    public HostPort Egress { get; private set; }

    /// <summary>Counters of kernel TLS.</summary>
    public KtlsCounters Counters { get; } = new();

    /// <summary>Segments of the stack that were thrown away because their port was not in use.</summary>
    public long SegmentsLost { get; private set; }

    /// <summary>The TCP/IP stack.</summary>
    /// <exception cref="InvalidOperationException">The card does not run yet.</exception>
    public NetStack Stack => _stack ?? throw new InvalidOperationException("The card does not run yet.");

    /// <summary>Whether sockets can be used.</summary>
    public bool IsReady => _stack is not null && Egress.IsRunning;

    /// <summary>Called when a card went out of use for good after an error.</summary>
    public Action<NicError>? Failed { get; set; }

    /// <summary>Called for the cards' events that are not about link, mailbox or firmware.</summary>
    public Action<EventEntry>? CardEvent { get; set; }

    /// <summary>Adds a further port with a card of its own.</summary>
    /// <param name="bus">The card.</param>
    /// <param name="options">How it is set up; null for as the first. The MTU is the host's.</param>
    public HostPort AddPort(IDeviceBus bus, NicOptions? options = null)
    {
        NicOptions chosen = (options ?? Options.Nic) with { Mtu = Options.Nic.Mtu };
        var port = new HostPort(this, _ports.Count, bus, _scheduler, chosen, $"{_name}.port{_ports.Count}");
        _ports.Add(port);
        return port;
    }

    /// <summary>Brings the cards up.</summary>
    /// <param name="ready">Called when sockets can be used.</param>
    public void Start(Action? ready = null)
    {
        _ready = ready;
        foreach (HostPort port in _ports) port.Nic.Start();
    }

    /// <summary>Lets segments leave by another port from now on.</summary>
    /// <param name="port">One of <see cref="Ports"/>.</param>
    public void RouteBy(HostPort port)
    {
        if (!_ports.Contains(port)) throw new ArgumentException("Not a port of this host.", nameof(port));
        Egress = port;
        SchedulePump();
    }

    /// <summary>
    /// Switches a feature of all ports, see <see cref="HostFeatures"/>. Connections that are in a card stay there, with their checksums made and checked there; new ones,
    /// and new keys, follow the features. Without transmit checksums no new segment is left to the card to cut.
    /// </summary>
    /// <param name="feature">The feature.</param>
    /// <param name="on">Whether it is to be on.</param>
    public void SetFeature(DriverFeature feature, bool on)
    {
        Features.Set(feature, on);
        _stack?.SetOffloads(Features.TransmitChecksum, MaxSegmentOffloadBytes);
    }

    /// <summary>Takes the first port down, see <see cref="HostPort.Down"/>.</summary>
    /// <param name="done">Called when its card is out of use.</param>
    public void Down(Action? done = null) => _ports[0].Down(done);

    /// <summary>Takes the first port up, see <see cref="HostPort.Up"/>.</summary>
    public void Up() => _ports[0].Up();

    /// <summary>Lets go of the first port's card, see <see cref="HostPort.Unbind"/>.</summary>
    /// <param name="done">Called when nothing is left in the card.</param>
    public void Unbind(Action? done = null) => _ports[0].Unbind(done);

    /// <summary>Opens a connection.</summary>
    /// <param name="address">The peer.</param>
    /// <param name="port">The peer's port.</param>
    /// <param name="localPort">Our port; 0 for any.</param>
    /// <param name="tcp">Parameters of this connection; null for the host's.</param>
    public HostSocket Connect(IpAddress address, ushort port, ushort localPort = 0, TcpConfig? tcp = null)
    {
        var socket = new HostSocket(this, Stack.Connect(address, port, localPort, tcp ?? Options.Tcp));
        SchedulePump();
        return socket;
    }

    /// <summary>Opens a port.</summary>
    /// <param name="port">The port, on all addresses.</param>
    /// <param name="accepted">Receives each connection before anything of it was read.</param>
    public HostListener Listen(ushort port, Action<HostSocket> accepted) => new(this, Stack.Listen(port, config: Options.Tcp), accepted);

    /// <summary>Takes the cards out of use at once.</summary>
    public void Dispose()
    {
        _pump.Cancel();
        foreach (HostPort port in _ports) port.Dispose();
    }

    private int MaxSegmentOffloadBytes => Options.SegmentationOffload && Features.TransmitChecksum ? ushort.MaxValue : 0;

    /// <summary>Called after a card has completed descriptors.</summary>
    internal event Action? Transmitted;

    internal void SchedulePump() => _pump.ArmNoLaterThan(_scheduler.NowPs);

    /// <summary>Runs an action soon, outside the present call.</summary>
    internal void Defer(Action action)
    {
        _deferred.Enqueue(action);
        SchedulePump();
    }

    /// <summary>A mark for frames that a card decrypts for one socket; none is given twice.</summary>
    internal int NewMark() => ++_marks;

    internal void Add(IKernelSocket socket)
    {
        _sockets.Add(socket);
        _hasKeepers |= socket.Connection.KeepsReceived;
    }

    /// <summary>Whether received segments are joined: not on a host whose sockets keep the frames where they lie.</summary>
    internal bool Coalesces => Features.ReceiveCoalescing && !_hasKeepers;

    internal void Remove(IKernelSocket socket) => _sockets.Remove(socket);

    /// <summary>A card has completed descriptors: memory that they named may be free.</summary>
    internal void OnTransmitted() => Transmitted?.Invoke();

    /// <summary>Where the frame lies that the stack is being given.</summary>
    internal ArrivingFrame Arriving { get; private set; }

    internal void Input(ReadOnlySpan<byte> frame, int mark, bool verified, ArrivingFrame arriving)
    {
        Arriving = arriving;
        _stack?.Input(frame, _scheduler.NowPs, mark, verified);
        SchedulePump();
    }

    internal void OnPortRunning(HostPort port)
    {
        if (_stack is null)
        {
            if (port != Egress) return;
            _stack = new(new NetStackConfig
            {
                Mac = MacAddress.Read(port.Nic.StationAddress.Span),
                Ipv4Address = Options.Ipv4Address,
                Ipv6Address = Options.Ipv6Address,
                VlanId = Options.VlanId,
                Mtu = Options.Nic.Mtu,
                ChecksumOffload = Features.TransmitChecksum,
                MaxSegmentOffloadBytes = MaxSegmentOffloadBytes,
                Seed = Options.Seed,
                Tcp = Options.Tcp,
            });
            foreach (HostPort other in _ports) TakeHostAddress(other);
            _ready?.Invoke();
        }
        else
        {
            TakeHostAddress(port);
        }

        SchedulePump();
    }

    /// <summary>No socket uses a port's card any more.</summary>
    /// <param name="port">The port.</param>
    /// <param name="reason">Why.</param>
    /// <param name="remove">Whether the card still holds the contexts, so that they have to be removed.</param>
    internal void DetachFrom(HostPort port, KtlsFallbackReason reason, bool remove)
    {
        foreach (IKernelSocket socket in _sockets) socket.DetachFrom(port, reason, remove);
    }

    /// <summary>A card will not come back: its traffic takes another port, or the connections end.</summary>
    internal void OnPortLost(HostPort port, NicError error)
    {
        HostPort? other = _ports.Find(p => p.IsRunning);
        if (other is not null)
        {
            if (Egress == port) RouteBy(other);
        }
        else if (_stack is not null)
        {
            foreach (IKernelSocket socket in _sockets.ToArray()) socket.Connection.Fail(TcpCloseReason.InterfaceLost);
            SchedulePump();
        }

        Failed?.Invoke(error);
    }

    /// <summary>Frames to the host's address are for the host whatever port they come by.</summary>
    private void TakeHostAddress(HostPort port)
    {
        if (port.Index == 0 || !port.IsRunning) return;
        port.Nic.SetUnicastFilter(0, _ports[0].Nic.StationAddress.Span);
    }

    private void Pump()
    {
        for (int count = _deferred.Count; count > 0; count--) _deferred.Dequeue()();
        if (_stack is null) return;
        if (!Egress.IsRunning) DropAll();
        else while (Egress.HasRoom() && (Egress.TryPostOwn() || TrySendNext())) ;
        bool blocked = false;
        foreach (HostPort port in _ports)
        {
            if (!port.IsRunning) continue;
            while (port != Egress && port.HasRoom() && port.TryPostOwn()) ;
            blocked |= port.Ring() && port == Egress;
        }

        long next = _stack.NextDeadlinePs;
        if (!blocked && next != long.MaxValue) _pump.ArmNoLaterThan(Math.Max(next, _scheduler.NowPs));
    }

    /// <summary>Without a port segments are lost, and TCP's timers decide what becomes of the connections.</summary>
    private void DropAll()
    {
        while (_stack!.TryPoll(_scheduler.NowPs, out _)) SegmentsLost++;
    }

    private bool TrySendNext()
    {
        if (!_stack!.TryPoll(_scheduler.NowPs, out OutgoingSegment segment)) return false;
        if (segment.Connection is not { } connection)
        {
            Egress.Send(0, new() { Headers = segment.Headers, Payload = segment.Payload, Sequence = 0 }, TxOffloads.None);
            return true;
        }

        int queue = Egress.QueueOf(connection.Tuple);
        var socket = connection.Observer as IKernelSocket;
        bool isKept = segment.PayloadLength > segment.Payload.Length;
        if (isKept && socket is null)
        {
            SegmentsLost++;
            return true;
        }

        var outgoing = new TxSegment
        {
            Headers = segment.Headers,
            Payload = isKept ? socket!.PayloadAt(segment.Sequence, segment.PayloadLength) : segment.Payload,
            Sequence = segment.Sequence,
            Mss = segment.SegmentSize,
        };
        TxVerdict verdict = socket?.Transmit(outgoing, Egress, queue) ?? TxVerdict.SendAsIs;
        bool needsChecksums = Features.TransmitChecksum || connection.KeepsSent;
        if (verdict == TxVerdict.SendAsIs) Egress.Send(queue, outgoing, needsChecksums ? TcpHeaderPatch.Checksums(segment.Headers) : TxOffloads.None);
        return true;
    }
}
