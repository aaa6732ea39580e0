using NicEmu.Board.Bus;
using NicEmu.Board.Faults;
using NicEmu.Board.Links;
using NicEmu.Board.Sessions;
using NicEmu.Board.Time;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Sanitizer;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Nic;
using NicEmu.Net;
using NicEmu.Spec.Events;

namespace NicEmu.Board.Scenarios;

/// <summary>Runs a scenario: two machines on one cable, in virtual time, on one thread.</summary>
public sealed class ScenarioRunner
{
    private const ushort FirstPort = 4433;
    private const long BringUpPs = 10_000_000_000_000;
    private const long DrainPs = 60_000_000_000_000;
    private const int RingLog2 = 10;

    private readonly Scenario _scenario;
    private readonly ScenarioRunOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly EventLoop _loop = new();
    private readonly TraceFanout _events = new();
    private readonly PlaintextWatch _plaintext = new();
    private readonly DriverSanitizer _sanitizer;
    private readonly NicBoard[] _boards = new NicBoard[2];
    private readonly HostKernel[] _hosts = new HostKernel[2];
    private readonly FlowRun[] _flows;
    private readonly FaultInjector _faults;
    private readonly List<ArmedFault> _network = [];
    private string? _failure;
    private bool _timedOut;

    private ScenarioRunner(Scenario scenario, ScenarioRunOptions options, CancellationToken cancellation)
    {
        (_scenario, _options, _cancellation) = (scenario, options, cancellation);
        var cable = new PairLink(_loop, scenario.Machine.DelayPs);
        _events.Add(_plaintext);
        _sanitizer = new DriverSanitizer(new SanitizerOptions { Memory = (device, address, data) => _boards[device].Memory.TryPeek(address, data) });
        _events.Add(_sanitizer);
        if (options.Trace is not null)
        {
            _events.Add(options.Trace);
        }

        for (int i = 0; i < _boards.Length; i++)
        {
            ulong seed = new SeededRandom(scenario.Seed).Fork($"machine {i}").NextUInt64();
            _boards[i] = new NicBoard(_loop, i == 0 ? cable.A : cable.B, new NicBoardOptions { Number = i, Seed = seed, TracePlaintext = options.Trace is not null });
            _boards[i].Trace.Sink = _events;
            _hosts[i] = _boards[i].CreateHost(HostOptionsOf(i, seed));
            int number = i;
            _hosts[i].Failed = error => _failure ??= $"The card of nic{number} went out of use: {error}.";
        }

        _flows = [.. scenario.Flows.Select((flow, index) => new FlowRun(this, flow, index))];
        _faults = new FaultInjector(_boards[0]);
        foreach (NetworkRule rule in scenario.Network)
        {
            int at = scenario.Flows.ToList().FindIndex(f => f.Name == rule.Flow);
            _network.Add(_faults.Arm(rule.ToFault(at < 0 ? (ushort)0 : (ushort)(FirstPort + at))));
        }

        foreach (FaultSpecification fault in scenario.Faults.Concat(options.Faults))
        {
            _faults.Arm(fault);
        }
    }

    /// <summary>Runs a scenario to its end.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="options">Trace and such; null for none.</param>
    /// <param name="cancellation">Checked between events.</param>
    /// <exception cref="OperationCanceledException">Cancellation was requested.</exception>
    public static ScenarioResult Run(Scenario scenario, ScenarioRunOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        return new ScenarioRunner(scenario, options ?? new ScenarioRunOptions(), cancellation).Run();
    }

    private ScenarioResult Run()
    {
        if (_options is { InspectAtPs: { } moment, Inspected: { } inspected })
        {
            _loop.CreateTimer("inspect", () => inspected(MachineInspection.Of(_boards, _hosts, Ends()))).ArmAt(moment);
        }

        foreach (HostKernel host in _hosts)
        {
            host.Start();
        }

        if (Bring() && !Wait(() => Array.TrueForAll(_flows, static f => f.IsDone), _scenario.LimitPs) && _failure is null)
        {
            _timedOut = true;
            _failure = $"The time limit of {DurationText.Of(_scenario.LimitPs)} passed; {string.Join(", ", _flows.Where(static f => !f.IsDone).Select(static f => f.Progress))}.";
        }

        foreach (FlowRun flow in _flows)
        {
            flow.NoteStates();
        }

        if (_failure is null)
        {
            CloseAll();
        }

        if (_options is { InspectAtPs: null, Inspected: { } atEnd })
        {
            atEnd(MachineInspection.Of(_boards, _hosts, Ends()));
        }

        return Result();
    }

    private bool Bring()
    {
        bool up = Wait(() => _hosts[0].IsReady && _hosts[1].IsReady, Math.Min(BringUpPs, _scenario.LimitPs));
        if (up)
        {
            _faults.OnHostReady(_hosts[0]);
            up = Wait(() => _faults.IsPrepared, _scenario.LimitPs);
        }

        if (!up)
        {
            _timedOut = _failure is null;
            _failure ??= "The cards did not come up.";
            return false;
        }

        long now = _loop.NowPs;
        foreach (LinkChange change in _scenario.Link)
        {
            _loop.CreateTimer("scenario.link", () => _boards[0].Network!.IsCut = !change.IsUp).ArmAt(now + change.AtPs);
        }

        foreach (FlowRun flow in _flows)
        {
            flow.Start(now + flow.Flow.AtPs);
        }

        return true;
    }

    private void CloseAll()
    {
        bool Closed()
        {
            foreach (FlowRun flow in _flows)
            {
                flow.Close();
            }

            return Array.TrueForAll(_flows, static f => f.IsFinished);
        }

        if (!Wait(Closed, DrainPs))
        {
            _failure ??= "A connection did not close.";
        }
    }

    /// <summary>Runs until a condition holds; false when something failed or the limit passed.</summary>
    private bool Wait(Func<bool> condition, long limitPs)
    {
        bool held = false;
        bool Enough()
        {
            foreach (FlowRun flow in _flows)
            {
                _failure ??= flow.Failure;
            }

            held = condition();
            return held || _failure is not null;
        }

        _ = _loop.RunUntil(Enough, limitPs, _cancellation);
        return held && _failure is null;
    }

    private IReadOnlyList<(string Name, FlowEnd Machine, FlowEnd Peer)> Ends() => [.. _flows.Select(static f => (f.Flow.Name, f.Ends[0], f.Ends[1]))];

    private ScenarioResult Result()
    {
        _sanitizer.Finish();
        var result = new ScenarioResult
        {
            Sanitizer = _sanitizer,
            Broken = [],
            Failure = _failure,
            TimedOut = _timedOut,
            Flows = [.. _flows.Select(static f => f.Result())],
            Machine = MachineStatistics.Of(_boards[0], _hosts[0], _flows[0].Ends[0].Socket),
            Peer = MachineStatistics.Of(_boards[1], _hosts[1], _flows[0].Ends[1].Socket),
            Outgoing = NetworkStatistics.Of(_boards[0].Network!.Outgoing),
            Incoming = NetworkStatistics.Of(_boards[0].Network!.Incoming),
            Faults = _faults.Faults,
            ElapsedPs = _loop.NowPs,
        };
        return result with { Broken = ExpectationCheck.Broken(_scenario, result, Missed(), _plaintext.Found) };
    }

    private string[] Missed()
    {
        IEnumerable<ArmedFault> optional = _scenario.Network.Zip(_network).Where(static p => p.First.MayMiss).Select(static p => p.Second);
        return [.. _faults.Faults.Where(static f => f.Hits == 0).Except(optional).Select(static f => $"{f.Specification} never struck.")];
    }

    private HostOptions HostOptionsOf(int number, ulong seed)
    {
        ScenarioMachine machine = _scenario.Machine;
        IpAddress address = AddressOf(number);
        return new HostOptions
        {
            Ipv4Address = machine.Ipv6 ? default : address,
            Ipv6Address = machine.Ipv6 ? address : default,
            Nic = new NicOptions { Mtu = machine.Mtu, RxRingLog2 = RingLog2, TxRingLog2 = RingLog2 },
            Tcp = new TcpConfig { MaximumSegmentSize = machine.Mss },
            MaxRecordPayload = machine.Record,
            OffloadTx = machine.OffloadTx,
            OffloadRx = machine.OffloadRx,
            Strategy = machine.Strategy,
            RetransmitLimitPercent = machine.RetransmitLimit,
            SegmentationOffload = machine.Segmentation,
            Seed = seed,
        };
    }

    private IpAddress AddressOf(int number) =>
        number == 0 ? TransferSession.MachineAddress(_scenario.Machine.Ipv6) : TransferSession.PeerAddress(_scenario.Machine.Ipv6);

    /// <summary>One flow while it runs: its two ends and the two observers of its streams.</summary>
    private sealed class FlowRun
    {
        private const int History = 1 << 20;
        private const long InstallPollPs = 10_000_000;

        private readonly ScenarioRunner _run;
        private readonly ushort _port;
        private readonly WireOracle _sent;
        private readonly WireOracle _received;
        private readonly FlowKeys _keys;
        private readonly ITimer _begin;

        public FlowRun(ScenarioRunner run, ScenarioFlow flow, int index)
        {
            (_run, Flow) = (run, flow);
            _port = (ushort)(FirstPort + index);
            _begin = run._loop.CreateTimer("scenario.begin", BeginWhenInstalled);
            _sent = new WireOracle(0, TraceEventKind.FrameSent, _port, History);
            _received = new WireOracle(0, TraceEventKind.FrameReceived, _port, History);
            run._events.Add(_sent);
            run._events.Add(_received);
            ulong seed = new SeededRandom(run._scenario.Seed).Fork($"content {index}").NextUInt64();
            Ends = [End(ScenarioSide.Machine), End(ScenarioSide.Peer)];
            _keys = new FlowKeys(run._scenario, index, line => run._boards[0].Trace.Emit(new TraceEvent { Kind = TraceEventKind.KeyLog, Text = line }));

            FlowEnd End(ScenarioSide side) =>
                new($"Flow {flow.Name}, {(side == ScenarioSide.Machine ? "machine" : "peer")}", flow, side, run._loop, seed, 4 * run._scenario.Machine.Record);
        }

        public ScenarioFlow Flow { get; }

        public FlowEnd[] Ends { get; }

        public string? Failure => Ends[0].Failure ?? Ends[1].Failure;

        public bool IsDone => Ends[0].IsDone && Ends[1].IsDone;

        public bool IsFinished => Ends[0].IsFinished && Ends[1].IsFinished;

        public string Progress => $"{Flow.Name} brought {Ends[1].Received} of {Flow.BytesFrom(ScenarioSide.Machine)} bytes there and {Ends[0].Received} of {Flow.BytesFrom(ScenarioSide.Peer)} back";

        public void Start(long atPs)
        {
            int connects = Flow.Connects == ScenarioSide.Machine ? 0 : 1;
            int listens = 1 - connects;
            _run._hosts[listens].Listen(_port, socket =>
            {
                Ends[listens].Open(socket);
                _keys.Serve(socket, listens, keys => Secured(listens, keys));
            });
            _run._loop.CreateTimer("scenario.connect", () => Connect(connects)).ArmAt(atPs);
        }

        public void Close()
        {
            Ends[0].Close();
            Ends[1].Close();
        }

        public void NoteStates()
        {
            foreach (FlowEnd end in Ends.Where(static e => !e.IsClosing && !e.IsGone))
            {
                end.NoteStates();
            }
        }

        public ScenarioFlowResult Result() => new(
            Flow.Name, Ends[0].Sent, Ends[0].Received, Ends[0].States.Tx, Ends[0].States.Rx, Ends[1].States.Tx, Ends[1].States.Rx,
            _sent.Report(Flow.IsAborted), _received.Report(Flow.IsAborted));

        private void Connect(int number)
        {
            if (!_run._hosts[number].IsReady)
            {
                Ends[number].Fail("the card is not in use any more.");
                return;
            }

            HostSocket socket = _run._hosts[number].Connect(_run.AddressOf(1 - number), _port);
            Ends[number].Open(socket);
            _keys.Connect(socket, number, keys => Secured(number, keys));
        }

        private void Secured(int number, FlowSecured? keys)
        {
            if (keys is not { } known)
            {
                Ends[number].Fail($"the handshake failed: {_keys.Failure}");
                return;
            }

            if (number == 0)
            {
                _sent.Begin(known.Tx);
                _received.Begin(known.Rx);
            }

            Ends[number].Secure(known.Updater);
            if (Ends[1 - number].IsReady)
            {
                BeginWhenInstalled();
            }
        }

        /// <summary>Content that came before its context would be the driver's to decrypt, by accident of timing.</summary>
        private void BeginWhenInstalled()
        {
            if (Ends[0].IsInstalling || Ends[1].IsInstalling)
            {
                _begin.ArmAt(_run._loop.NowPs + InstallPollPs);
                return;
            }

            Ends[0].Begin();
            Ends[1].Begin();
        }
    }
}
