using NicEmu.Board.Bus;
using NicEmu.Board.Links;
using NicEmu.Board.Time;
using NicEmu.Conformance.Core;
using NicEmu.Conformance.Peer;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Events;

namespace NicEmu.Board.Conformance;

/// <summary>Our driver and our card in this process, a fresh machine for each case, in virtual time.</summary>
public sealed class InProcessTarget : IConformanceTarget
{
    /// <summary>Receives the events of the machines of a case; called at the beginning of each case with its number. Null for none.</summary>
    public Func<string, ITraceSink?>? TraceFor { get; init; }

    /// <inheritdoc/>
    public string Name => "NicEmu driver and card, in process";

    /// <inheritdoc/>
    public CaseResult Run(ConformanceCase test, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(test);
        var machines = new CaseMachines(seed, TraceFor?.Invoke(test.Id));
        try
        {
            if (test.Kind == CaseKind.Device) test.Run(new DeviceCase(seed, machines.Boot));
            else test.Run(new DriverCase(seed, machines.Boot));
            return new(test, CaseOutcome.Passed, null, machines.ElapsedPs);
        }
        catch (CaseFailedException failure)
        {
            return new(test, CaseOutcome.Failed, failure.Message, machines.ElapsedPs);
        }
        catch (CaseSkippedException reason)
        {
            return new(test, CaseOutcome.Skipped, reason.Message, machines.ElapsedPs);
        }
        catch (Exception fault)
        {
            // Whatever a driver or a card under test throws is a verdict about it, not an end of the suite.
            return new(test, CaseOutcome.Failed, $"{fault.GetType().Name}: {fault.Message}", machines.ElapsedPs);
        }
    }

    private sealed class CaseMachines(ulong seed, ITraceSink? trace)
    {
        private readonly List<EventLoop> _loops = [];

        public long ElapsedPs => _loops.Sum(l => l.NowPs);

        public DeviceRig Boot(DeviceSetup setup)
        {
            (NicBoard board, TesterWire wire, RunEvents events) = Build(new NicBoardOptions { Seed = seed, HasFirmware = setup.HasFirmware });
            return new(board.Bus, wire, new LoopTestClock(board.Loop), events, new MachineControls(board, wire));
        }

        public DriverRig Boot(DriverSetup setup)
        {
            (NicBoard board, TesterWire wire, RunEvents events) = Build(new NicBoardOptions { Seed = seed });
            var controls = new MachineControls(board, wire);
            HostKernel host = board.CreateHost(Options(setup));
            return new(setup, new KernelUnderTest(host), wire, new LoopTestClock(board.Loop), events, controls);
        }

        private HostOptions Options(DriverSetup setup) => new()
        {
            Ipv4Address = setup.Ipv6 ? default : PeerAddresses.Machine4,
            Ipv6Address = setup.Ipv6 ? PeerAddresses.Machine6 : default,
            VlanId = setup.VlanId,
            Nic = new NicOptions { Mtu = setup.Mtu, QueuePairs = setup.QueuePairs, TxRingLog2 = setup.TxRingLog2, RxRingLog2 = setup.RxRingLog2 },
            SegmentationOffload = setup.SegmentationOffload,
            OffloadTx = setup.OffloadTx,
            OffloadRx = setup.OffloadRx,
            MaxRecordPayload = setup.MaxRecordPayload,
            Seed = seed,
        };

        private (NicBoard Board, TesterWire Wire, RunEvents Events) Build(NicBoardOptions options)
        {
            var loop = new EventLoop();
            _loops.Add(loop);
            var wire = new TesterWire(loop);
            var board = new NicBoard(loop, wire, options);
            var events = new RunEvents();
            var fanout = new TraceFanout();
            fanout.Add(events);
            if (trace is not null) fanout.Add(trace);
            board.Trace.Sink = fanout;
            return (board, wire, events);
        }
    }
}
