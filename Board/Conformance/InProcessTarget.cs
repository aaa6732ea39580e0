using NicEmu.Board.Time;
using NicEmu.Conformance.Core;
using NicEmu.Conformance.Peer;
using NicEmu.Conformance.Sanitizer;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Ktls;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Events;

namespace NicEmu.Board.Conformance;

/// <summary>Our driver and our card in this process, a fresh machine for each case, in virtual time.</summary>
public sealed class InProcessTarget : IConformanceTarget
{
    /// <summary>Receives the events of the machines of a case; called at the beginning of each case with its number. Null for none.</summary>
    public Func<string, ITraceSink?>? TraceFor { get; init; }

    /// <summary>Runs this part of the long form of cases that have one; null for their usual form.</summary>
    public CaseSweep? Sweep { get; init; }

    /// <inheritdoc/>
    public string Name => "NicEmu driver and card, in process";

    /// <inheritdoc/>
    public CaseResult Run(ConformanceCase test, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(test);
        var machines = new CaseMachines(seed, TraceFor?.Invoke(test.Id), test.Kind == CaseKind.Driver ? test.Tolerates : null);
        (CaseOutcome outcome, string? message) = Judge(test, seed, machines);
        IReadOnlyList<Finding> findings = machines.Finish();
        if (outcome == CaseOutcome.Passed && findings.Count > 0)
        {
            (outcome, message) = (CaseOutcome.Failed, $"expected that the sanitizer is silent; {findings[0].Rule.Id}, {findings[0].Subject}: {findings[0].What}");
        }

        return new(test, outcome, message, machines.ElapsedPs) { Findings = findings };
    }

    private (CaseOutcome Outcome, string? Message) Judge(ConformanceCase test, ulong seed, CaseMachines machines)
    {
        try
        {
            if (test.Kind == CaseKind.Device) test.Run(new DeviceCase(seed, machines.Boot) { Sweep = Sweep });
            else test.Run(new DriverCase(seed, machines.Boot) { Sweep = Sweep });
            return (CaseOutcome.Passed, null);
        }
        catch (CaseFailedException failure)
        {
            return (CaseOutcome.Failed, failure.Message);
        }
        catch (CaseSkippedException reason)
        {
            return (CaseOutcome.Skipped, reason.Message);
        }
        catch (Exception fault)
        {
            // Whatever a driver or a card under test throws is a verdict about it, not an end of the suite.
            return (CaseOutcome.Failed, $"{fault.GetType().Name}: {fault.Message}");
        }
    }

    /// <summary>The machines of one case.</summary>
    /// <param name="seed">Decides about everything that is drawn.</param>
    /// <param name="trace">Gets their events; may be null.</param>
    /// <param name="tolerated">Sanitizer rules that may be broken; null for no sanitizer.</param>
    private sealed class CaseMachines(ulong seed, ITraceSink? trace, IReadOnlyList<string>? tolerated)
    {
        private readonly List<EventLoop> _loops = [];
        private readonly List<DriverSanitizer> _sanitizers = [];

        public long ElapsedPs => _loops.Sum(l => l.NowPs);

        /// <summary>Ends the runs; returns the mistakes of drivers.</summary>
        public IReadOnlyList<Finding> Finish()
        {
            foreach (DriverSanitizer sanitizer in _sanitizers) sanitizer.Finish();
            return [.. _sanitizers.SelectMany(s => s.Findings).Where(f => f.Rule.Severity == Severity.Error)];
        }

        public DeviceRig Boot(DeviceSetup setup)
        {
            var machine = new Machine(seed, setup.HasFirmware, toeConnections: setup.ToeConnections);
            Watch(machine);
            return new(machine.Board.Bus, machine.Wire, new LoopTestClock(machine.Loop), machine.Events, machine.Controls);
        }

        public DriverRig Boot(DriverSetup setup)
        {
            var machine = new Machine(seed, hasFirmware: true, setup.HiddenCapabilities);
            Watch(machine);
            HostKernel host = machine.Board.CreateHost(Options(setup));
            if (setup.SecondPort) host.AddPort(machine.AddBoard().Bus);
            return new(setup, new KernelUnderTest(host), machine.Wire, new LoopTestClock(machine.Loop), machine.Events, machine.Controls, machine.SecondWire);
        }

        private HostOptions Options(DriverSetup setup) => new()
        {
            Ipv4Address = setup.Ipv6 ? default : PeerAddresses.Machine4,
            Ipv6Address = setup.Ipv6 ? PeerAddresses.Machine6 : default,
            VlanId = setup.VlanId,
            Nic = new NicOptions { Mtu = setup.Mtu, ModerationUs = setup.ModerationUs, QueuePairs = setup.QueuePairs, TxRingLog2 = setup.TxRingLog2, RxRingLog2 = setup.RxRingLog2 },
            SegmentationOffload = setup.SegmentationOffload,
            OffloadTx = setup.OffloadTx,
            OffloadRx = setup.OffloadRx,
            MaxRecordPayload = setup.MaxRecordPayload,
            Strategy = setup.Strategy is { } strategy ? Enum.Parse<TxStrategy>(strategy) : default,
            RetransmitLimitPercent = setup.RetransmitLimitPercent,
            Seed = seed,
        };

        private void Watch(Machine machine)
        {
            _loops.Add(machine.Loop);
            if (trace is not null) machine.Sinks.Add(trace);
            if (tolerated is null) return;
            var sanitizer = new DriverSanitizer(new SanitizerOptions
            {
                Suppressions = [.. tolerated.Select(id => new Suppression(id, "the case does it"))],
                Memory = machine.TryPeek,
            });
            _sanitizers.Add(sanitizer);
            machine.Sinks.Add(sanitizer);
        }
    }
}
