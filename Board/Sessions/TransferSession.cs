using NicEmu.Board.Bus;
using NicEmu.Board.Faults;
using NicEmu.Board.Links;
using NicEmu.Board.Peers;
using NicEmu.Board.Time;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Sanitizer;
using NicEmu.Driver.Handshake;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Ktls;
using NicEmu.Driver.Nic;
using NicEmu.Net;
using NicEmu.Spec.Events;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Tls;

namespace NicEmu.Board.Sessions;

/// <summary>
/// Transfers one content between a machine with a card and a peer, through a genuine TLS connection, and checks every byte: at both ends, and on
/// the wire by an implementation that is not ours. Memory use does not depend on the content's length.
/// </summary>
public sealed class TransferSession
{
    private const long RealDrainPs = 5_000_000_000_000;
    private const long VirtualDrainPs = 60_000_000_000_000;
    private const long BringUpPs = 10_000_000_000_000;
    private const int RingLog2 = 10;

    private readonly TransferOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly EventLoop _loop = new();
    private readonly TraceFanout _events = new();
    private readonly ContentSink _sink;
    private readonly TapLink? _tap;
    private readonly RealTimePump? _pump;
    private readonly TransferApplication _ours;
    private readonly TransferApplication? _theirs;
    private readonly NicEnd _end;
    private readonly NicEnd? _peerMachine;
    private readonly ITransferEnd? _peer;
    private readonly FaultInjector _faults;
    private readonly WireOracle? _wireSent;
    private readonly WireOracle? _wireReceived;
    private readonly ContentGrams? _grams;
    private readonly DriverSanitizer? _sanitizer;
    private string? _failure;
    private bool _timedOut;

    private TransferSession(TransferOptions options, Stream source, Stream sink, TapLink? tap, CancellationToken cancellation)
    {
        _options = options;
        _cancellation = cancellation;
        _sink = new ContentSink(sink, () => _loop.NowPs);
        _tap = tap;
        if (options.Trace is not null)
        {
            _events.Add(options.Trace);
        }

        if (options.Sanitizer is not null)
        {
            _sanitizer = new DriverSanitizer(options.Sanitizer with { Memory = Peek });
            _events.Add(_sanitizer);
        }

        TransferApplication sender = options.Form switch
        {
            TransferForm.Raw => new RawSender(source),
            TransferForm.Http => new HttpServer(source),
            _ => new HttpExchangeClient(source, _sink, options.HostName),
        };
        TransferApplication receiver = options.Form switch
        {
            TransferForm.Raw => new RawReceiver(_sink),
            TransferForm.Http => new HttpClientRole(_sink, options.HostName),
            _ => new HttpExchangeServer(),
        };
        bool sends = options.Direction == TransferDirection.Send;
        _ours = sends ? sender : receiver;
        // An outside receiver tells nothing: then what was sent counts.
        (sends && tap is not null ? sender : receiver).Progress = options.Progress;
        PairLink? cable = tap is null ? new PairLink(_loop, options.DelayPs) : null;
        if (tap is not null)
        {
            _pump = new RealTimePump(_loop);
            _pump.Add(tap);
        }

        _end = CreateNicEnd(0, (ILink?)tap ?? cable!.A, _ours);
        if (cable is not null)
        {
            _theirs = sends ? receiver : sender;
            _peerMachine = options.Peer == PeerKind.Nic ? CreateNicEnd(1, cable.B, _theirs) : null;
            _peer = _peerMachine is null ? CreateSslEnd(cable.B, _theirs) : _peerMachine;
        }

        Disturb();
        _faults = new FaultInjector(_end.Board);
        foreach (FaultSpecification fault in options.Faults)
        {
            _faults.Arm(fault);
        }

        if (options.VerifyWire)
        {
            var nonces = new NonceLedger();
            _events.Add(_wireSent = new WireOracle(0, TraceEventKind.FrameSent, options.Port, nonces: nonces));
            _events.Add(_wireReceived = new WireOracle(0, TraceEventKind.FrameReceived, options.Port, nonces: nonces));
            _events.Add(_ours.Grams = _grams = new ContentGrams(0));
        }

        _end.Secured = (sent, received) =>
        {
            _wireSent?.Begin(sent);
            _wireReceived?.Begin(received);
        };
    }

    /// <summary>The IPv4 or IPv6 address of the machine under test.</summary>
    /// <param name="ipv6">Which.</param>
    public static IpAddress MachineAddress(bool ipv6) => IpAddress.Parse(ipv6 ? "fd4e:1d::2" : "10.77.0.2");

    /// <summary>The IPv4 or IPv6 address of the peer; with the TAP peer that of this machine's kernel.</summary>
    /// <param name="ipv6">Which.</param>
    public static IpAddress PeerAddress(bool ipv6) => IpAddress.Parse(ipv6 ? "fd4e:1d::1" : "10.77.0.1");

    /// <summary>Runs one transfer to its end.</summary>
    /// <param name="options">What it is made of.</param>
    /// <param name="source">The content; read to its end. In the HTTP form its length must be known. Not read when the sender is outside.</param>
    /// <param name="sink">Receives the content. Not written when the receiver is outside.</param>
    /// <param name="cancellation">Checked between events.</param>
    /// <exception cref="OperationCanceledException">Cancellation was requested.</exception>
    /// <exception cref="TapUnavailableException">The TAP peer was asked for and there can be none.</exception>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public static TransferResult Run(TransferOptions options, Stream source, Stream sink, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(sink);
        if (options.Form != TransferForm.Raw && !source.CanSeek)
        {
            throw new ArgumentException("The HTTP form announces the length: the source must be seekable.", nameof(source));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(options.RekeyEveryRecords, nameof(options));
        if (options.RekeyEveryRecords > 0 && options.Version != TlsVersion.Tls13)
        {
            throw new ArgumentException("TLS 1.2 has no key update.", nameof(options));
        }

        if (options.Peer != PeerKind.Tap)
        {
            return new TransferSession(options, source, sink, null, cancellation).Run();
        }

        string address = PeerOf(options) + (options.Ipv6 ? "/64" : "/24");
        using TapLink tap = TapLink.Open(new TapOptions { Name = options.TapName, Addresses = [address], Mtu = options.Mtu });
        return new TransferSession(options, source, sink, tap, cancellation).Run();
    }

    private static IpAddress PeerOf(TransferOptions options) => options.PeerAddress ?? PeerAddress(options.Ipv6);

    private static IpAddress MachineOf(TransferOptions options) => options.MachineAddress ?? MachineAddress(options.Ipv6);

    private bool IsClient => (_options.Form != TransferForm.Http) == (_options.Direction == TransferDirection.Send);

    private TransferResult Run()
    {
        _end.Start();
        _peer?.Start();
        if (!Wait(() => _end.IsReady && _peer is null or { IsReady: true }, Math.Min(BringUpPs, _options.TimeLimitPs)))
        {
            _failure ??= "The cards did not come up.";
            return Result();
        }

        _faults.OnHostReady(_end.Host);
        if (!Wait(() => _faults.IsPrepared, _options.TimeLimitPs))
        {
            _failure ??= "The tables did not get full.";
            return Result();
        }

        _options.Prepared?.Invoke(new TransferMachines(_end.Board, _end.Host, _peerMachine?.Board, _peerMachine?.Host));
        if (IsClient)
        {
            _peer?.Listen(_options.Port);
            _end.Connect(PeerOf(_options), _options.Port);
        }
        else
        {
            _end.Listen(_options.Port);
            _peer?.Connect(MachineOf(_options), _options.Port);
        }

        bool done = Wait(() => _ours.IsDone && (_theirs?.IsDone ?? true), _options.TimeLimitPs);
        if (!done && _failure is null)
        {
            _timedOut = true;
            _failure = $"The time limit passed after {Math.Max(_ours.Bytes, _theirs?.Bytes ?? 0)} bytes.";
        }
        else if (done && !Wait(() => _end.IsFinished && _peer is null or { IsFinished: true }, _pump is null ? VirtualDrainPs : RealDrainPs))
        {
            _failure ??= "The connection did not close.";
        }

        return Result();
    }

    /// <summary>Runs until a condition holds; false when an end failed or the limit passed.</summary>
    private bool Wait(Func<bool> condition, long limitPs)
    {
        bool held = false;
        bool Enough()
        {
            _failure ??= _end.Failure ?? _peer?.Failure;
            held = condition();
            return held || _failure is not null;
        }

        _ = _pump is null ? _loop.RunUntil(Enough, limitPs, _cancellation) : _pump.RunUntil(Enough, limitPs, _cancellation);
        return held && _failure is null;
    }

    private TransferResult Result()
    {
        bool ourSend = _options.Direction == TransferDirection.Send;
        (TransferApplication? sender, TransferApplication? receiver) = ourSend ? (_ours, _theirs) : (_theirs, _ours);
        MachineStatistics machine = StatisticsOf(_end);
        MachineStatistics? peer = _peerMachine is null ? null : StatisticsOf(_peerMachine);
        NetworkStatistics outgoing = NetworkStatistics.Of(_end.Board.Network!.Outgoing);
        NetworkStatistics incoming = NetworkStatistics.Of(_end.Board.Network.Incoming);
        WireOracleReport? wireSent = _wireSent?.Report();

        // A program outside may still be sending, session tickets for example, when our end has sent everything and is done.
        WireOracleReport? wireReceived = _wireReceived?.Report(mayEndWithin: ourSend && _options.Peer == PeerKind.Tap);
        // In an exchange the sender is also who receives in the end.
        string sourceHash = (sender as HttpExchangeClient)?.PostedSha256 ?? sender?.Sha256 ?? string.Empty;
        string sinkHash = (sender as HttpExchangeClient)?.Sha256 ?? receiver?.Sha256 ?? string.Empty;
        string? failure = _failure;
        if (sender is not null && receiver is not null && sourceHash != sinkHash)
        {
            failure ??= "What arrived is not what was sent.";
        }

        if (wireSent?.Failure is not null || wireReceived?.Failure is not null)
        {
            failure ??= wireSent?.Failure is { } sent ? $"Sent stream: {sent}" : $"Received stream: {wireReceived!.Failure}";
        }

        string? counts = wireSent is null ? null : CountsOf(machine)?.Compare(wireSent);
        failure ??= _grams?.Failure;
        failure ??= counts;
        _sanitizer?.Finish();
        if (_sanitizer is not null && _sanitizer.HasFindings(Severity.Error) && _options.Faults.All(static f => f.Definition.Family == FaultFamily.Frame))
        {
            failure ??= "The sanitizer found mistakes of a driver.";
        }

        long errors = machine.GuestErrors + (peer?.GuestErrors ?? 0);
        // What the card blames on its driver is the fault's doing where one changes more than frames.
        if (errors > 0 && _options.Faults.All(static f => f.Definition.Family == FaultFamily.Frame))
        {
            failure ??= $"The cards reported {errors} mistakes of their drivers.";
        }

        failure ??= _faults.MissedFaults;
        return new TransferResult
        {
            Failure = failure,
            Faults = _faults.Faults,
            TimedOut = _timedOut,
            Version = _options.Version,
            Cipher = _options.Cipher,
            BytesSent = sender?.Bytes ?? 0,
            BytesReceived = receiver?.Bytes ?? 0,
            SourceSha256 = sourceHash,
            SinkSha256 = sinkHash,
            ElapsedPs = _loop.NowPs,
            ContentPs = _sink.FirstPs is { } first ? _sink.LastPs - first : 0,
            Events = _loop.EventsRun,
            Machine = machine,
            PeerMachine = peer,
            Outgoing = outgoing,
            Incoming = incoming,
            WireSent = wireSent,
            WireReceived = wireReceived,
            Plaintext = _grams,
            CountersDiffer = counts,
            CountersCompared = wireSent is not null && CountsOf(machine) is not null,
            Sanitizer = _sanitizer,
            Notes = RecoveryNotes.For(machine, outgoing, incoming, wireSent, _options.Strategy),
            KeyUpdatesSent = _end.KeyUpdates.Sent,
            KeyUpdatesReceived = _end.KeyUpdates.Received,
            Reproducible = _options.Peer == PeerKind.Nic,
        };
    }

    /// <summary>Null where the card does not live to be asked, or a fault keeps frames from the wire that the card has counted.</summary>
    private CardCounts? CountsOf(MachineStatistics machine)
    {
        if (machine.Card.Count == 0 || _options.Faults.Any(static f => f.Definition.Family != FaultFamily.Frame))
        {
            return null;
        }

        KtlsCounters k = machine.Ktls;
        bool alone = _failure is null && machine.TxState == KtlsState.Device && k.TxTlsFallback + k.TxTlsSkipNoSyncData + k.TxTlsOtherPort + k.TlsTxRekeyOk + k.TlsTxRekeyFallback == 0;
        return new CardCounts(machine.Card["STAT_TX_TLS_ENCRYPTED_PACKETS"], machine.Card["STAT_TX_TLS_ENCRYPTED_BYTES"], machine.Card["STAT_TX_TLS_OOO"], alone);
    }

    private bool Peek(int device, ulong address, Span<byte> data) =>
        (device == 0 ? _end.Board : _peerMachine?.Board)?.Memory.TryPeek(address, data) ?? false;

    private static MachineStatistics StatisticsOf(NicEnd end) => MachineStatistics.Of(end.Board, end.Host, end.Socket);

    private NicEnd CreateNicEnd(int number, ILink wire, TransferApplication application)
    {
        ulong seed = new SeededRandom(_options.Seed).Fork($"machine {number}").NextUInt64();
        var board = new NicBoard(
            _loop, wire, new NicBoardOptions { Number = number, Seed = seed, TraceTimers = _options.TraceTimers, TracePlaintext = _options.Trace is not null });
        if (_options.Trace is not null || _sanitizer is not null || (_options.VerifyWire && number == 0))
        {
            board.Trace.Sink = _events;
        }

        IpAddress address = number == 0 ? MachineOf(_options) : PeerOf(_options);
        var host = new HostOptions
        {
            Ipv4Address = _options.Ipv6 ? default : address,
            Ipv6Address = _options.Ipv6 ? address : default,
            Nic = new NicOptions { Mtu = _options.Mtu, RxRingLog2 = RingLog2, TxRingLog2 = RingLog2 },
            Tcp = new TcpConfig { MaximumSegmentSize = _options.MaximumSegmentSize },
            MaxRecordPayload = _options.MaxRecordPayload,
            OffloadTx = _options.OffloadTx,
            Strategy = _options.Strategy,
            RetransmitLimitPercent = _options.RetransmitLimitPercent,
            OffloadRx = _options.OffloadRx,
            SegmentationOffload = _options.SegmentationOffload,
            Seed = seed,
        };
        var handshake = new HandshakeOptions
        {
            Version = _options.Version,
            Cipher = _options.Cipher,
            Seed = seed,
            Identity = ServerIdentity.Create(seed, _options.HostName),
            // Both ends know the same secrets: one tells them.
            KeyLog = number == 0 ? line => board.Trace.Emit(new TraceEvent { Kind = TraceEventKind.KeyLog, Text = line }) : null,
        };
        return new NicEnd(board, host, handshake, application, _options.RekeyEveryRecords, asksPeer: _options.Peer != PeerKind.Nic);
    }

    private SslEnd CreateSslEnd(ILink wire, TransferApplication application)
    {
        IpAddress address = PeerOf(_options);
        var config = new NetStackConfig
        {
            Mac = MacAddress.Parse("02:4e:1d:00:00:ff"),
            Ipv4Address = _options.Ipv6 ? default : address,
            Ipv6Address = _options.Ipv6 ? address : default,
            Mtu = _options.Mtu,
            Seed = new SeededRandom(_options.Seed).Fork("peer").NextUInt64(),
            Tcp = new TcpConfig { MaximumSegmentSize = _options.MaximumSegmentSize },
        };
        var tls = new TlsPeerOptions { Version = _options.Version, Cipher = _options.Cipher, HostName = _options.HostName };
        return new SslEnd(_loop, new HostEndpoint(_loop, wire, config, "peer"), tls, application);
    }

    private void Disturb()
    {
        LossyLink network = _end.Board.Network!;
        network.Outgoing.Profile = _options.Outgoing;
        network.Incoming.Profile = _options.Incoming;
        foreach (ForcedLoss loss in _options.ForcedLosses)
        {
            Disturbance direction = loss.Direction == TransferDirection.Send ? network.Outgoing : network.Incoming;
            direction.Add(loss.ToRule());
        }
    }
}
