using NicEmu.Board.Bus;
using NicEmu.Board.Faults;
using NicEmu.Board.Links;
using NicEmu.Board.Memory;
using NicEmu.Board.Time;
using NicEmu.DeviceModel;
using NicEmu.Driver.Kernel;
using NicEmu.Firmware;
using NicEmu.Spec.Events;
using NicEmu.Spec.Seams;

namespace NicEmu.Board;

/// <summary>
/// One emulated machine: memory, bus, a card with its firmware, and a wire behind a network that can be made bad. Several boards may share one loop.
/// </summary>
public sealed class NicBoard
{
    private const ulong FirstMacAddress = 0x02_4E_1D_00_00_01;
    private readonly SchedulerScope _hostTimers;
    private SchedulerScope _deviceTimers;

    /// <summary>Builds a machine and powers it on; nothing has run yet.</summary>
    /// <param name="loop">The loop that it lives on.</param>
    /// <param name="wire">What its port is plugged into; null leaves it unplugged.</param>
    /// <param name="options">How it is built; null for the defaults.</param>
    public NicBoard(EventLoop loop, ILink? wire, NicBoardOptions? options = null)
    {
        Loop = loop;
        Options = options ?? new NicBoardOptions();
        Trace = new TraceSource(loop, Options.Number);
        _hostTimers = new SchedulerScope(loop);
        Memory = new HostMemory();
        Bus = new InProcessBus(_hostTimers, Memory, Trace);
        Metered = Options.Meter is null ? null : new MeteredHostPort(Bus, Options.Meter, () => Function!.Rings);
        Port = new FaultyHostPort(Metered is null ? Bus : Metered);
        Network = wire is null ? null : new LossyLink(wire, _hostTimers, Trace, new SeededRandom(Options.Seed), $"{Name}.network");
        (_deviceTimers, Core, Device, Firmware) = Build();
        Function = new FaultyFunction(Device.Function);
        if (Options.Meter is not null) Function.Insert(next => new MeteredFunction(next, Options.Meter));
        Bus.Attach(Function);
    }

    /// <summary>The loop that the machine lives on.</summary>
    public EventLoop Loop { get; }

    /// <summary>How the machine was built.</summary>
    public NicBoardOptions Options { get; }

    /// <summary>Name of the card, <c>nic0</c> for number 0; prefix of its timers' names.</summary>
    public string Name => $"nic{Options.Number}";

    /// <summary>The MAC address that the card has at power-on, in bits 47..0.</summary>
    public ulong MacAddress => FirstMacAddress + (ulong)Options.Number;

    /// <summary>Where the machine's events come from; give it a sink to see them.</summary>
    public TraceSource Trace { get; }

    /// <summary>Guest memory.</summary>
    public HostMemory Memory { get; }

    /// <summary>The bus, for a driver.</summary>
    public InProcessBus Bus { get; }

    /// <summary>The card's way to memory and interrupts, where faults can be put in.</summary>
    public FaultyHostPort Port { get; }

    /// <summary>Where the card's traffic is counted; null without <see cref="NicBoardOptions.Meter"/>.</summary>
    public MeteredHostPort? Metered { get; }

    /// <summary>The driver's way to the card's registers, where faults can be put in.</summary>
    public FaultyFunction Function { get; }

    /// <summary>The clock of the card's embedded core, which can be stopped.</summary>
    public FaultyCore Core { get; private set; }

    /// <summary>The network in front of the port; null when the port is unplugged.</summary>
    public LossyLink? Network { get; }

    /// <summary>The card.</summary>
    public NicDevice Device { get; private set; }

    /// <summary>The program inside the card; null without one.</summary>
    public FirmwareImage? Firmware { get; private set; }

    /// <summary>Creates a host that drives the card.</summary>
    /// <param name="options">Addresses and features.</param>
    public HostKernel CreateHost(HostOptions options) => new(Bus, _hostTimers, options, $"host{Options.Number}");

    /// <summary>
    /// Pulls the card out and puts in a new one, with a new program in it, that goes on from a saved state. Driver, memory and wire notice nothing:
    /// what is pending stays pending, at the same time and in the same order.
    /// </summary>
    /// <param name="snapshot">A state of a card built as this one, saved at the present moment.</param>
    /// <exception cref="ArgumentException">The snapshot is of another version or of another build.</exception>
    public void Replace(DeviceSnapshot snapshot)
    {
        ITraceSink? sink = Trace.Sink;
        Trace.Sink = null;
        SchedulerScope former = _deviceTimers;
        try
        {
            (SchedulerScope timers, FaultyCore core, NicDevice device, FirmwareImage? firmware) = Build(Core);
            device.Restore(snapshot);
            timers.TakeOver(former);
            (_deviceTimers, Core, Device, Firmware) = (timers, core, device, firmware);
            Function.Replace(device.Function);
        }
        finally
        {
            Trace.Sink = sink;
        }
    }

    private static bool IsBackground(string timer) => timer.EndsWith(".health", StringComparison.Ordinal);

    private (SchedulerScope Timers, FaultyCore Core, NicDevice Device, FirmwareImage? Firmware) Build(FaultyCore? former = null)
    {
        var timers = new SchedulerScope(Loop, Trace, IsBackground) { TraceTimers = Options.TraceTimers };
        var built = new NicDeviceOptions { MacAddress = MacAddress, CachedKeys = Options.CachedKeys, TracePlaintext = Options.TracePlaintext, Toe = Options.HasToe, ToeConnections = Options.ToeConnections };
        var device = new NicDevice(timers, Port, Network, Trace, built);
        FaultyCore core = former?.For(timers) ?? new FaultyCore(timers);
        FirmwareImage? firmware = null;
        if (Options.HasFirmware)
        {
            firmware = new FirmwareImage(device.InternalBus, core, Name + ".fw");
            device.InternalBus.Attach(firmware);
        }

        return (timers, core, device, firmware);
    }
}
