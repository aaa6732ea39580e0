using NicEmu.Board;
using NicEmu.Board.Bus;
using NicEmu.Board.Links;
using NicEmu.Board.Memory;
using NicEmu.Board.Time;
using NicEmu.DeviceModel;
using NicEmu.Driver.Kernel;
using NicEmu.Firmware;
using NicEmu.Spec.Events;
using NicEmu.Spec.Seams;

namespace NicEmu.Tests.DriverOnDevice.Driver;

/// <summary>One machine: memory, bus, card, firmware, and a host that drives the card.</summary>
internal sealed class Machine : IDisposable
{
    public Machine(EventLoop loop, ILink wire, int number, HostOptions options, ITraceSink sanitizer, HostMemory? memory = null)
    {
        Log = new();
        var events = new TraceFanout();
        events.Add(Log);
        events.Add(sanitizer);
        var trace = new TraceSource(loop, number) { Sink = events };
        Bus = new(loop, memory ?? new HostMemory(), trace);
        Port = new(Bus);
        Network = new(wire, loop, trace, new SeededRandom((ulong)number + 77), $"net{number}");
        var scope = new SchedulerScope(loop, isBackground: name => name.EndsWith(".health", StringComparison.Ordinal));
        Device = new(scope, Port, Network, trace, new NicDeviceOptions { MacAddress = 0x02_4E_1D_00_00_10 + (ulong)number });
        Device.InternalBus.Attach(new FirmwareImage(Device.InternalBus, scope, $"fw{number}"));
        Bus.Attach(Device.Function);
        Host = new(Bus, loop, options, $"host{number}");
    }

    public EventLog Log { get; }

    public InProcessBus Bus { get; }

    public FaultyHostPort Port { get; }

    public LossyLink Network { get; }

    public NicDevice Device { get; }

    public HostKernel Host { get; }

    public void Dispose() => Host.Dispose();
}
