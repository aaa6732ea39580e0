using System.Buffers.Binary;
using NicEmu.Driver.Ktls;
using NicEmu.Driver.Nic;
using NicEmu.Net;
using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NicEmu.Spec.Seams;
using ITimer = NicEmu.Spec.Seams.ITimer;

namespace NicEmu.Driver.Kernel;

/// <summary>A host's network side: a card with its driver, a TCP/IP stack and kernel TLS, on one scheduler.</summary>
public sealed class HostKernel : INicClient, IDisposable
{
    private const int EthernetAddresses = 12;
    private const int VlanTag = 4;

    private readonly IScheduler _scheduler;
    private readonly byte[] _tagged;
    private readonly ITimer _pump;
    private readonly ITimer _reaper;
    private readonly Dictionary<ulong, HostSocket> _txByHandle = [];
    private readonly Dictionary<ulong, HostSocket> _rxByHandle = [];
    private readonly Queue<(int Queue, ulong Handle, ResyncAnswer Answer)> _answers = new();
    private readonly Queue<Resend> _resends = new();
    private readonly Queue<Action> _deferred = new();
    private readonly List<(int Queue, uint Until, Action Action)> _afterQueued = [];
    private Action? _ready;
    private NetStack? _stack;
    private int _marks;

    /// <summary>Prepares a host; the card is not touched yet.</summary>
    /// <param name="bus">The card.</param>
    /// <param name="scheduler">Time and timers.</param>
    /// <param name="options">Addresses and features.</param>
    /// <param name="name">Prefix of the timers' names.</param>
    public HostKernel(IDeviceBus bus, IScheduler scheduler, HostOptions options, string name = "host")
    {
        options.Validate();
        (_scheduler, Options) = (scheduler, options);
        _tagged = new byte[options.Nic.EffectiveRxBufferBytes + VlanTag];
        Nic = new(bus, scheduler, this, options.Nic, name + ".nic");
        Installer = new(Nic);
        _pump = scheduler.CreateTimer(name + ".pump", Pump);
        _reaper = scheduler.CreateTimer(name + ".reaper", RunAfterQueued);
    }

    /// <summary>The options given.</summary>
    public HostOptions Options { get; }

    /// <summary>The card's driver.</summary>
    public NicDriver Nic { get; }

    /// <summary>Counters of kernel TLS.</summary>
    public KtlsCounters Counters { get; } = new();

    /// <summary>The TCP/IP stack.</summary>
    /// <exception cref="InvalidOperationException">The card does not run yet.</exception>
    public NetStack Stack => _stack ?? throw new InvalidOperationException("The card does not run yet.");

    /// <summary>Whether sockets can be used.</summary>
    public bool IsReady => _stack is not null && Nic.State == NicState.Running;

    /// <summary>Called once when the card went out of use after an error.</summary>
    public Action<NicError>? Failed { get; set; }

    /// <summary>Called for the card's events that are not about link or mailbox.</summary>
    public Action<EventEntry>? CardEvent { get; set; }

    internal TlsInstaller Installer { get; }

    /// <summary>Brings the card up.</summary>
    /// <param name="ready">Called when sockets can be used.</param>
    public void Start(Action? ready = null)
    {
        _ready = ready;
        Nic.Start();
    }

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

    /// <summary>Takes the card out of use at once.</summary>
    public void Dispose()
    {
        _pump.Cancel();
        _reaper.Cancel();
        Nic.Dispose();
    }

    void INicClient.OnRunning()
    {
        _stack = new(new NetStackConfig
        {
            Mac = MacAddress.Read(Nic.StationAddress.Span),
            Ipv4Address = Options.Ipv4Address,
            Ipv6Address = Options.Ipv6Address,
            VlanId = Options.VlanId,
            Mtu = Options.Nic.Mtu,
            ChecksumOffload = Options.NeedsCardChecksums,
            MaxSegmentOffloadBytes = Options.SegmentationOffload ? ushort.MaxValue : 0,
            Seed = Options.Seed,
            Tcp = Options.Tcp,
        });
        _ready?.Invoke();
        SchedulePump();
    }

    void INicClient.OnFrame(int queue, ReadOnlySpan<byte> frame, in RxCompletion completion)
    {
        bool decrypted = completion.Verdict == RxVerdict.Decrypted;
        int mark = 0;
        if (completion.Verdict != RxVerdict.NotTls)
        {
            HostSocket? socket = _rxByHandle.GetValueOrDefault(completion.Handle);
            mark = decrypted ? socket?.Mark ?? 0 : 0;
            // Plaintext for a session that is gone is no part of any stream.
            if (decrypted && mark == 0) return;
            if (decrypted) Counters.RxTlsDecryptedPackets++;
            if (completion.Verdict == RxVerdict.AuthenticationFailed) Counters.RxTlsErr++;
            if (completion.Verdict == RxVerdict.ResyncRequest) socket?.RxSession?.OnResyncRequest(completion.CandidateSequence);
        }

        bool headerGood = (completion.Flags & (RxFlags.Ipv4Checked | RxFlags.Ipv4Good)) != RxFlags.Ipv4Checked;
        bool verified = decrypted || (headerGood && (completion.Flags & RxFlags.L4Good) != 0);
        _stack?.Input(WithTag(frame, completion), _scheduler.NowPs, mark, verified);
        SchedulePump();
    }

    void INicClient.OnTxRoom(int queue) => SchedulePump();

    void INicClient.OnTxFailure(int queue, in TxFailure failure)
    {
        if (failure.Opcode == TxOpcode.ResyncAnswer || !_txByHandle.TryGetValue(failure.Handle, out HostSocket? socket) || socket.TxSession is not { } session) return;
        var payload = new byte[failure.Frame.Length - failure.HeaderLength];
        if (!session.OnFailure(failure, payload)) return;
        _resends.Enqueue(new(queue, failure.Frame[..failure.HeaderLength].ToArray(), payload, failure.Mss));
        SchedulePump();
    }

    void INicClient.OnEvent(in EventEntry entry) => CardEvent?.Invoke(entry);

    void INicClient.OnFailed(NicError error)
    {
        _pump.Cancel();
        _reaper.Cancel();
        Failed?.Invoke(error);
    }

    internal int QueueOf(in TcpTuple tuple) => (tuple.LocalPort ^ tuple.RemotePort) % Nic.QueuePairs;

    internal void SchedulePump() => _pump.ArmNoLaterThan(_scheduler.NowPs);

    /// <summary>Runs an action soon, outside the present call.</summary>
    internal void Defer(Action action)
    {
        _deferred.Enqueue(action);
        SchedulePump();
    }

    internal void QueueAnswer(HostSocket socket, ResyncAnswer answer)
    {
        _answers.Enqueue((socket.Queue, socket.RxHandle, answer));
        SchedulePump();
    }

    internal void OnTxStarted(HostSocket socket)
    {
        if (socket.TxState == KtlsState.Device)
        {
            _txByHandle[socket.TxHandle] = socket;
            Counters.TlsTxDevice++;
            Counters.TlsCurrTxDevice++;
        }
        else
        {
            Counters.TlsTxSw++;
            Counters.TlsCurrTxSw++;
        }
    }

    /// <summary>A session left the card for good; what it queued there may still come back.</summary>
    internal void OnTxDegraded(HostSocket socket)
    {
        Counters.TlsCurrTxDevice--;
        Counters.TlsCurrTxSw++;
        RemoveTxWhenIdle(socket);
    }

    internal void OnTxEnded(HostSocket socket, KtlsTxSession session)
    {
        _txByHandle.Remove(socket.TxHandle);
        if (!session.InDevice || session.Degraded)
        {
            Counters.TlsCurrTxSw--;
            return;
        }

        Counters.TlsCurrTxDevice--;
        RemoveTxWhenIdle(socket);
    }

    /// <summary>Returns the mark for frames that the card decrypts for a socket.</summary>
    internal int RegisterRx(HostSocket socket)
    {
        _rxByHandle[socket.RxHandle] = socket;
        return ++_marks;
    }

    internal void UnregisterRx(HostSocket socket) => _rxByHandle.Remove(socket.RxHandle);

    internal void OnRxStarted(HostSocket socket)
    {
        if (socket.RxState == KtlsState.Device)
        {
            Counters.TlsRxDevice++;
            Counters.TlsCurrRxDevice++;
        }
        else
        {
            Counters.TlsRxSw++;
            Counters.TlsCurrRxSw++;
        }
    }

    internal void OnRxEnded(HostSocket socket)
    {
        if (socket.RxState == KtlsState.Device) Counters.TlsCurrRxDevice--;
        else if (socket.RxState == KtlsState.Software) Counters.TlsCurrRxSw--;
    }

    /// <summary>Runs an action when the card has done everything that was posted to a queue so far; never, when the card goes out of use before.</summary>
    internal void AfterQueued(int queue, Action action)
    {
        if (Nic.State != NicState.Running) return;
        _afterQueued.Add((queue, Nic.TxQueue(queue).Staged, action));
        RunAfterQueued();
    }

    /// <summary>A context outlives every descriptor that names it.</summary>
    private void RemoveTxWhenIdle(HostSocket socket)
    {
        (ulong context, ulong key) = socket.TxHandles;
        AfterQueued(socket.Queue, () => Installer.RemoveTx(context, key));
    }

    private void RunAfterQueued()
    {
        for (int i = 0; i < _afterQueued.Count && Nic.State == NicState.Running;)
        {
            (int queue, uint until, Action action) = _afterQueued[i];
            if (unchecked((int)(until - Nic.TxQueue(queue).Completed)) > 0)
            {
                i++;
                continue;
            }

            _afterQueued.RemoveAt(i);
            action();
        }

        if (_afterQueued.Count > 0) _reaper.ArmAt(_scheduler.NowPs + NicBringUp.PollPs);
    }

    private void Pump()
    {
        for (int count = _deferred.Count; count > 0; count--) _deferred.Dequeue()();
        if (_stack is null || Nic.State != NicState.Running) return;
        while (HasRoom() && TrySendNext())
        {
        }

        for (int i = 0; i < Nic.QueuePairs; i++) Nic.TxQueue(i).Ring();
        Nic.WatchTransmit();
        bool blocked = false;
        for (int i = 0; i < Nic.QueuePairs; i++) blocked |= Nic.TxQueue(i).Stopped;
        long next = _stack.NextDeadlinePs;
        if (!blocked && next != long.MaxValue) _pump.ArmNoLaterThan(Math.Max(next, _scheduler.NowPs));
    }

    /// <summary>The stack does not say for which queue its next segment is, so every queue must have room for the worst.</summary>
    private bool HasRoom()
    {
        bool room = true;
        for (int i = 0; i < Nic.QueuePairs; i++) room &= Nic.TxQueue(i).HasRoomForSegment();
        return room;
    }

    private bool TrySendNext()
    {
        if (_answers.TryDequeue(out (int Queue, ulong Handle, ResyncAnswer Answer) next))
        {
            // The context may be gone by now; its handle is never another's.
            Nic.TxQueue(next.Queue).PostResyncAnswer(next.Handle, next.Answer.Kind, next.Answer.Sequence, next.Answer.RecordNumber);
            return true;
        }

        if (_resends.TryDequeue(out Resend? again))
        {
            Send(again.Queue, new() { Headers = again.Headers, Payload = again.Payload, Sequence = 0, Mss = again.Mss }, TcpHeaderPatch.Checksums(again.Headers));
            return true;
        }

        if (!_stack!.TryPoll(_scheduler.NowPs, out OutgoingSegment segment)) return false;
        if (segment.Connection is not { } connection)
        {
            Send(0, new() { Headers = segment.Headers, Payload = segment.Payload, Sequence = 0 }, TxOffloads.None);
            return true;
        }

        int queue = QueueOf(connection.Tuple);
        var outgoing = new TxSegment { Headers = segment.Headers, Payload = segment.Payload, Sequence = segment.Sequence, Mss = segment.SegmentSize };
        TxVerdict verdict = (connection.Observer as HostSocket)?.TxSession?.Transmit(outgoing, Nic.TxQueue(queue)) ?? TxVerdict.SendAsIs;
        if (verdict == TxVerdict.SendAsIs) Send(queue, outgoing, Options.NeedsCardChecksums ? TcpHeaderPatch.Checksums(segment.Headers) : TxOffloads.None);
        return true;
    }

    private void Send(int queue, in TxSegment segment, TxOffloads offloads)
    {
        bool cut = segment.Mss > 0 && segment.Payload.Length > segment.Mss;
        Nic.TxQueue(queue).PostData(new TxFrame
        {
            Headers = segment.Headers,
            Payload = segment.Payload,
            Offloads = offloads | (cut ? TxOffloads.Segmentation : TxOffloads.None),
            Mss = cut ? (ushort)segment.Mss : (ushort)0,
        });
    }

    /// <summary>Puts back the tag that the card took away: which VLANs are the host's is for the stack to say, and without its tag every frame looks like one of none.</summary>
    private ReadOnlySpan<byte> WithTag(ReadOnlySpan<byte> frame, in RxCompletion completion)
    {
        if ((completion.Flags & RxFlags.VlanStripped) == 0 || frame.Length < EthernetAddresses) return frame;
        Span<byte> tagged = _tagged.AsSpan(0, frame.Length + VlanTag);
        frame[..EthernetAddresses].CopyTo(tagged);
        BinaryPrimitives.WriteUInt16BigEndian(tagged[EthernetAddresses..], EtherType.Vlan);
        BinaryPrimitives.WriteUInt16BigEndian(tagged[(EthernetAddresses + 2)..], completion.VlanTci);
        frame[EthernetAddresses..].CopyTo(tagged[(EthernetAddresses + VlanTag)..]);
        return tagged;
    }

    private sealed record Resend(int Queue, byte[] Headers, byte[] Payload, int Mss);
}
