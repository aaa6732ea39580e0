using NicEmu.DeviceModel.Core;
using NicEmu.DeviceModel.Dma;
using NicEmu.DeviceModel.Pci;
using NicEmu.DeviceModel.Personalities.Native.Toe;
using NicEmu.DeviceModel.State;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Inspect;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Seams;
using ITimer = NicEmu.Spec.Seams.ITimer;

namespace NicEmu.DeviceModel.Personalities.Native;

/// <summary>
/// Personality 0: the native interface of the manual on top of the engine room. It wires the parts together and owns reset; every part has its own
/// rules. Calls into the engine room never happen inside a bus call, because the engine room itself may have caused that call: such work waits for
/// the timer <c>work</c>.
/// </summary>
internal sealed class NativePersonality : IPciFunction, INicCoreClient
{
    private const ushort Mark = 0x4E50;
    private const ushort FirstEpoch = 1;

    private readonly IScheduler _scheduler;
    private readonly TraceSource _trace;
    private readonly ITimer _work;
    private readonly PciConfigSpace _config;
    private readonly MsixTable _msix;
    private readonly InterruptModerator _interrupts;
    private readonly NativeRegisters _registers;
    private readonly KeyStage _stage;
    private readonly ObjectDirectory _directory = new();
    private readonly Mailbox _mailbox;
    private readonly PortRegisters _port;
    private readonly NativeEventQueue _events;
    private readonly ReferenceDrain _references;
    private readonly TxQueue[] _tx = new TxQueue[NativeDevice.QueuePairs];
    private readonly RxQueue[] _rx = new RxQueue[NativeDevice.QueuePairs];
    private readonly InternalBus _bus;
    private readonly ToeUnit? _toe;
    private bool _portChanged;
    private ResetKind? _pendingReset;

    public NativePersonality(IScheduler scheduler, IHostPort host, TraceSource trace, NicDeviceOptions options)
    {
        _scheduler = scheduler;
        _trace = trace;
        _work = scheduler.CreateTimer($"nic{trace.Device}.work", Work);
        _config = new PciConfigSpace(NativeIdentity.Pci, NativeRegisters.Bars, trace);
        Dma = new DmaEngine(host, _config, trace);
        _msix = new MsixTable(NativeDevice.Vectors, NativeDevice.MsixBar, _config, Dma, scheduler, trace) { TransportOwnsTable = options.TransportOwnsMsixTable };
        _registers = new NativeRegisters(_msix, trace);
        _interrupts = new InterruptModerator(_msix, scheduler, trace.Device, ModerationOf);
        Core = new NicCore(NativeIdentity.Geometry with { CachedKeys = options.CachedKeys }, scheduler, trace, this, FirstEpoch);
        _stage = new KeyStage(_registers.KeyStage);
        _events = new NativeEventQueue(_registers.Event, Dma, _interrupts, scheduler, trace);
        _bus = new InternalBus(_registers, Core, new ObjectUnit(Core, _stage, _directory), _directory, state => _events.Post(EventCode.FirmwareChanged, 0, (uint)state, 0));
        _mailbox = new Mailbox(_registers, trace, () => _bus.Notify(InternalLine.Mailbox), (code, data) => _events.Post(code, 0, data, 0));
        _port = new PortRegisters(_registers, Core, trace, options.MacAddress, PortChanged);
        _references = new ReferenceDrain(Core, Dma, scheduler, trace.Device);
        var buffers = new BufferPool(NativeDevice.MaxChainBytes);
        var port = new QueuePort(_registers, Dma, Core, _interrupts, _events, buffers, _references, scheduler, trace);
        for (int i = 0; i < NativeDevice.QueuePairs; i++)
        {
            _tx[i] = new TxQueue(i, QueueMap.Transmit(_registers), port);
            _rx[i] = new RxQueue(i, QueueMap.Receive(_registers), port);
        }

        if (options.Toe)
        {
            _bus.Toe = _toe = new ToeUnit(port, options.ToeConnections, _bus.Notify);
        }
        else
        {
            ToeAbsence.Connect(_registers, trace);
        }

        Connect();
        _port.LoadAddress();
        _port.Apply();
    }

    /// <inheritdoc/>
    public IReadOnlyList<BarDescription> Bars => NativeRegisters.Bars;

    /// <summary>The engine room.</summary>
    public NicCore Core { get; }

    /// <summary>The bus.</summary>
    public DmaEngine Dma { get; }

    /// <summary>What the embedded core sees.</summary>
    public IInternalBus InternalBus => _bus;

    /// <inheritdoc/>
    public void ConfigRead(int offset, Span<byte> data) => _config.Read(offset, data);

    /// <inheritdoc/>
    public void ConfigWrite(int offset, ReadOnlySpan<byte> data) => _config.Write(offset, data);

    /// <inheritdoc/>
    public void BarRead(int bar, ulong offset, Span<byte> data)
    {
        if (IsMemoryEnabled(bar, offset, "read") && _registers.TryGetWindow(bar, out var window))
        {
            window.Read(offset, data);
        }
        else
        {
            data.Fill(0xFF);
        }
    }

    /// <inheritdoc/>
    public void BarWrite(int bar, ulong offset, ReadOnlySpan<byte> data)
    {
        if (IsMemoryEnabled(bar, offset, "write") && _registers.TryGetWindow(bar, out var window))
        {
            window.Write(offset, data);
        }
    }

    /// <inheritdoc/>
    public void Reset(ResetKind kind)
    {
        uint before = _registers.Device[NativeMap.Device.EpochValue];
        uint epoch = kind == ResetKind.PowerOn ? FirstEpoch : Math.Min(before + 1, ushort.MaxValue);
        foreach (TxQueue queue in _tx)
        {
            queue.Drop();
        }

        foreach (RxQueue queue in _rx)
        {
            queue.Drop();
        }

        _toe?.Queue.Drop();
        _events.Reset();
        _references.Reset();
        _interrupts.Reset();
        if (kind == ResetKind.Driver)
        {
            _msix.Forget();
        }
        else
        {
            _msix.Reset();
            _config.Reset();
        }

        _bus.Reset();
        _registers.Reset(kind);
        _registers.Device[NativeMap.Device.EpochValue] = epoch;
        _toe?.RegistersReset(kind);

        _port.LoadAddress();
        _portChanged = false;
        _trace.Emit(new TraceEvent { Kind = TraceEventKind.Reset, Code = (int)kind, Value = epoch });
        _pendingReset = _pendingReset is { } pending && pending < kind ? pending : kind;
        if (Dma.IsInCall)
        {
            _registers.Device[NativeMap.Device.InReset] = 1;
            _work.ArmNoLaterThan(_scheduler.NowPs);
        }
        else
        {
            FinishReset();
        }
    }

    /// <inheritdoc/>
    public bool TryTakeBuffer(int queue, int frameLength) => queue < _rx.Length && _rx[queue].TryTakeBuffer();

    /// <inheritdoc/>
    public void Deliver(in RxDelivery delivery) => _rx[delivery.Queue].Deliver(delivery);

    /// <inheritdoc/>
    public void Raise(EventCode code, int queue, uint data, ulong handle)
    {
        switch (code)
        {
            case EventCode.InvariantTrap:
                _registers.Device[NativeMap.Device.TrapStatus] |= data;
                _registers.Device.SetPair(NativeMap.Device.TrapHandle, handle);
                break;
            case EventCode.LinkChanged:
                _bus.Notify(InternalLine.LinkChanged);
                break;
        }

        _events.Post(code, queue, data, handle);
    }

    /// <inheritdoc/>
    public void TxReady()
    {
        foreach (TxQueue queue in _tx)
        {
            queue.PortReady();
        }

        _toe?.PortReady();
    }

    /// <summary>Whether the TCP offload engine is enabled: its connections cannot be saved.</summary>
    public bool ToeRuns => _toe is { Queue.IsEnabled: true };

    /// <summary>Saves everything but the engine room.</summary>
    /// <param name="state">Receives it.</param>
    public void Save(StateWriter state)
    {
        state.Part(Mark, 1);
        _config.Save(state);
        _msix.Save(state);
        _interrupts.Save(state);
        _directory.Save(state);
        _bus.Save(state);
        _registers.Save(state);
        _events.Save(state);
        _references.Save(state);
        foreach (TxQueue queue in _tx)
        {
            queue.Save(state);
        }

        foreach (RxQueue queue in _rx)
        {
            queue.Save(state);
        }

        state.Bool(_portChanged);
        state.Byte(_pendingReset is { } kind ? (byte)(1 + (int)kind) : (byte)0);
        state.Deadline(_work.DeadlinePs);
    }

    /// <summary>Puts a saved state back. The engine room has been restored before.</summary>
    /// <param name="state">What <see cref="Save"/> wrote. Registers come after the embedded core: its program reads tables back through them.</param>
    public void Restore(ref StateReader state)
    {
        state.Part(Mark, 1);
        _config.Restore(ref state);
        _msix.Restore(ref state);
        _interrupts.Restore(ref state);
        _directory.Restore(ref state);
        _bus.Restore(ref state);
        _registers.Restore(ref state);
        _events.Restore(ref state);
        _references.Restore(ref state);
        foreach (TxQueue queue in _tx)
        {
            queue.Restore(ref state);
        }

        foreach (RxQueue queue in _rx)
        {
            queue.Restore(ref state);
        }

        _portChanged = state.Bool();
        byte kind = state.Byte();
        _pendingReset = kind == 0 ? null : (ResetKind)(kind - 1);
        _work.Rearm(state.Deadline());
    }

    /// <summary>Adds everything but the engine room to an inspection tree.</summary>
    /// <param name="parent">Receives the nodes.</param>
    public void Inspect(InspectNode parent)
    {
        _config.Inspect(parent);
        _msix.Inspect(parent);
        _interrupts.Inspect(parent);
        _registers.Inspect(parent);
        _directory.Inspect(parent);
        _events.Inspect(parent);
        _references.Inspect(parent);
        InspectNode queues = parent.Add("QUEUES");
        foreach (TxQueue queue in _tx)
        {
            queue.Inspect(queues);
        }

        foreach (RxQueue queue in _rx)
        {
            queue.Inspect(queues);
        }

        _bus.Inspect(parent);
        _toe?.Inspect(parent);
    }

    private void Connect()
    {
        _config.Changed = _msix.MasksChanged;
        _config.FunctionLevelResetRequested = () => Reset(ResetKind.FunctionLevel);
        DeviceBlock device = NativeMap.Device;
        _registers.Device.OnWrite(device.Control, OnDeviceControl);
        _registers.Device.BeforeRead = () => _registers.Device[device.LinkUp] = Core.LinkUp ? 1u : 0u;
        _registers.Firmware.OnWrite(NativeMap.Firmware.Control, OnFirmwareControl);
        _registers.Moderation.OnWrite(NativeMap.Moderation.Moderation, (vector, _, _) => _interrupts.SettingsChanged(vector));
        QueueWiring.Connect(_registers, _tx, _rx);
    }

    private bool IsMemoryEnabled(int bar, ulong offset, string what)
    {
        if (_config.MemoryEnabled)
        {
            return true;
        }

        _trace.GuestError(GuestErrorCode.MemorySpaceDisabled, what, offset, 0, bar);
        return false;
    }

    private (uint IntervalUs, uint Frames) ModerationOf(int vector) =>
        (_registers.Moderation[NativeMap.Moderation.IntervalUs, vector], _registers.Moderation[NativeMap.Moderation.Frames, vector]);

    private void OnDeviceControl(int instance, uint before, uint after)
    {
        DeviceBlock device = NativeMap.Device;
        if (device.Reset.Extract(after) != 0)
        {
            Reset(ResetKind.Driver);
            return;
        }

        PortChanged();
        if (device.TxEnable.Extract(after & ~before) != 0)
        {
            foreach (TxQueue queue in _tx)
            {
                queue.Wake();
            }
        }
    }

    private void OnFirmwareControl(int instance, uint before, uint after)
    {
        _registers.Firmware[NativeMap.Firmware.Restart] = 0;
        if (NativeMap.Firmware.Restart.Extract(after) != 0)
        {
            _toe?.ProgramLost();
            _bus.RestartProgram();
            _mailbox.Abort();
        }
    }

    private void PortChanged()
    {
        if (Dma.IsInCall)
        {
            _portChanged = true;
            _work.ArmNoLaterThan(_scheduler.NowPs);
        }
        else
        {
            _port.Apply();
        }
    }

    private void Work()
    {
        if (_pendingReset is not null)
        {
            FinishReset();
        }
        else if (_portChanged)
        {
            _portChanged = false;
            _port.Apply();
        }
    }

    private void FinishReset()
    {
        ResetKind kind = _pendingReset ?? ResetKind.Driver;
        _pendingReset = null;
        _portChanged = false;
        _work.Cancel();
        // The engine room takes an epoch that does not advance for a power-on; the last one of all does not, and its counters survive all the same.
        CoreStatistics counts = kind == ResetKind.PowerOn ? default : Core.Statistics;
        Core.Reset((ushort)_registers.Device[NativeMap.Device.EpochValue]);
        Core.Statistics = counts;

        _registers.Device[NativeMap.Device.InReset] = 0;
        _port.Apply();
        if (kind == ResetKind.Driver)
        {
            _bus.Notify(InternalLine.FunctionReset);
        }
        else
        {
            _bus.RestartProgram();
        }
    }
}
