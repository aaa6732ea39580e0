using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Seams;
using ITimer = NicEmu.Spec.Seams.ITimer;

namespace NicEmu.Driver.Nic;

/// <summary>Drives one card through its bus: brings it up, sends, receives, gives it keys. Nothing blocks; everything goes on in interrupts and timers.</summary>
public sealed class NicDriver : IDisposable
{
    private readonly IDeviceBus _bus;
    private readonly IScheduler _scheduler;
    private readonly INicClient _client;
    private readonly NicOptions _options;
    private readonly NicRegisters _registers;
    private readonly NicBringUp _bringUp;
    private readonly NicMailbox _mailbox;
    private readonly ITimer _watchdog;
    private readonly ITimer _drain;
    private readonly NicHealth _health;
    private readonly NicPoll _poll;
    private NicTxQueue[] _tx = [];
    private NicRxQueue[] _rx = [];
    private NicEventQueue? _events;
    private uint[] _watched = [];
    private int _drainPolls;
    private Action? _stopped;

    /// <summary>Prepares a driver; the card is not touched yet.</summary>
    /// <param name="bus">The card.</param>
    /// <param name="scheduler">Time and timers.</param>
    /// <param name="client">Who uses the card.</param>
    /// <param name="options">How to set it up.</param>
    /// <param name="name">Prefix of the timers' names.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public NicDriver(IDeviceBus bus, IScheduler scheduler, INicClient client, NicOptions options, string name = "driver")
    {
        options.Validate();
        (_bus, _scheduler, _client, _options) = (bus, scheduler, client, options);
        _registers = new(bus);
        _bringUp = new(bus, scheduler, _registers, options, name, SetUp, Fail);
        _health = new(_registers, _bringUp.Pci, scheduler, options.HealthCheckPs, name, Fail, TakeMissed);
        _poll = new(scheduler, options.RingPollPs, name, TakeMissed);
        _mailbox = new(_registers, scheduler, name, options.CommandTimeoutPs, () => Fail(NicError.Removed), _health.CheckNow);
        _watchdog = scheduler.CreateTimer(name + ".watchdog", OnWatchdog);
        _drain = scheduler.CreateTimer(name + ".drain", OnDrain);
        Tls = new(_mailbox);
    }

    /// <summary>Life of the driver.</summary>
    public NicState State { get; private set; }

    /// <summary>Why <see cref="State"/> is <see cref="NicState.Failed"/>.</summary>
    public NicError Error { get; private set; }

    /// <summary>What the card offers; meaningful once it runs.</summary>
    public NicCapabilities Capabilities => _bringUp.Capabilities;

    /// <summary>The options given.</summary>
    public NicOptions Options => _options;

    /// <summary>Whether the link is up, as the card last said.</summary>
    public bool LinkUp { get; private set; }

    /// <summary>Queue pairs in use.</summary>
    public int QueuePairs => _options.QueuePairs;

    /// <summary>The card's own address, six bytes; meaningful once it runs.</summary>
    public ReadOnlyMemory<byte> StationAddress { get; private set; }

    /// <summary>Keys and contexts.</summary>
    public NicTls Tls { get; }

    /// <summary>Mailbox commands that got no answer in time.</summary>
    public long CommandsTimedOut => _mailbox.TimedOut;

    /// <summary>Answers that came after their command had been given up; what they had created was destroyed.</summary>
    public long LateAnswers => _mailbox.LateAnswers;

    /// <summary>Chains that the card refused, over all queues.</summary>
    public long TxFailures
    {
        get
        {
            long sum = 0;
            foreach (NicTxQueue queue in _tx) sum += queue.Failures;
            return sum;
        }
    }

    /// <summary>Starts to bring the card up, for the first time or after it was stopped or failed. <see cref="State"/> becomes Running, or Failed with the client told.</summary>
    /// <exception cref="InvalidOperationException">It is in use, or on its way there or back.</exception>
    public void Start()
    {
        if (State is NicState.Starting or NicState.Running or NicState.Stopping) throw new InvalidOperationException("The driver was started before.");
        (State, Error) = (NicState.Starting, NicError.None);
        (_tx, _rx, _events) = ([], [], null);
        _mailbox.Open();
        _bringUp.Start();
    }

    /// <summary>Brings the link down, stops the queues, frees the memory.</summary>
    /// <param name="stopped">Called when the driver is Stopped, or at once if it does not run.</param>
    public void Stop(Action? stopped = null)
    {
        if (State != NicState.Running)
        {
            stopped?.Invoke();
            return;
        }

        State = NicState.Stopping;
        _stopped = stopped;
        _watchdog.Cancel();
        _mailbox.Submit(new(MailboxOpcode.SetLink, [0, 0, 0, 0], _ => StopQueues()));
    }

    /// <summary>Takes the card out of use at once, without a word to firmware: DMA ends, memory is freed. The client is not told.</summary>
    public void Dispose()
    {
        if (State is NicState.Starting or NicState.Running or NicState.Stopping) Release();
        if (State != NicState.Failed) State = NicState.Stopped;
    }

    /// <summary>Posts a frame.</summary>
    /// <param name="queue">Transmit queue, below <see cref="QueuePairs"/>.</param>
    /// <param name="frame">The frame.</param>
    /// <returns>False when there is no room: the client hears OnTxRoom later. False also when the card is not in use.</returns>
    public bool TrySend(int queue, in TxFrame frame)
    {
        if (State != NicState.Running || !_tx[queue].TrySend(frame)) return false;
        WatchTransmit();
        return true;
    }

    /// <summary>Sets or clears one of the further unicast filters.</summary>
    /// <param name="entry">0 to 15.</param>
    /// <param name="address">Six bytes, or none to clear the entry.</param>
    public void SetUnicastFilter(int entry, ReadOnlySpan<byte> address)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(entry);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(entry, NativeDevice.UnicastFilters);
        if (address.Length is not (0 or PortSetup.AddressBytes)) throw new ArgumentException("An address has six bytes.", nameof(address));
        PortSetup.WriteUnicastFilter(_registers, entry, address);
    }

    /// <summary>Takes the multicast frames of some addresses, instead of those of all former ones. The card filters by a hash: others that share a bit come too.</summary>
    /// <param name="addresses">Addresses, six bytes each; none clears the filter. Of use only without <see cref="NicOptions.AllMulticast"/>.</param>
    /// <exception cref="ArgumentException">The length is no multiple of six.</exception>
    public void SetMulticastFilter(ReadOnlySpan<byte> addresses)
    {
        if (addresses.Length % PortSetup.AddressBytes != 0) throw new ArgumentException("An address has six bytes.", nameof(addresses));
        PortSetup.WriteMulticastFilter(_registers, addresses);
    }

    /// <summary>Reads a 64-bit counter of the card.</summary>
    /// <param name="lowHalf">A register of <see cref="NativeMap.Statistics"/>.</param>
    public ulong ReadCounter(Spec.Registers.Register lowHalf) => _registers.Read64(NativeMap.Statistics, lowHalf);

    internal IDeviceBus Bus => _bus;

    internal NicRegisters Registers => _registers;

    /// <summary>A further part of the driver; set before the card is started.</summary>
    internal INicExtension? Extension { get; set; }

    /// <summary>Vector of the further part.</summary>
    internal int ExtensionVector => 1 + (2 * QueuePairs) < Capabilities.Vectors ? 1 + (2 * QueuePairs) : NativeDevice.EventVector;

    internal NicTxQueue TxQueue(int queue) => _tx[queue];

    internal NicRxQueue RxQueue(int queue) => _rx[queue];

    /// <summary>The memory that a receive queue's buffers lie in, until the card goes out of use.</summary>
    /// <param name="queue">Receive queue, below <see cref="QueuePairs"/>.</param>
    /// <exception cref="InvalidOperationException">The card is not in use.</exception>
    public DmaBuffer ReceiveBuffers(int queue) => State == NicState.Running ? _rx[queue].Buffers : throw new InvalidOperationException("The card is not in use.");

    /// <summary>Starts to watch the transmit queues for progress; call after posting.</summary>
    internal void WatchTransmit()
    {
        if (_watchdog.DeadlinePs is not null) return;
        bool outstanding = false;
        for (int i = 0; i < _tx.Length; i++)
        {
            _watched[i] = _tx[i].Completed;
            outstanding |= _tx[i].Outstanding;
        }

        if (!outstanding) return;
        _watchdog.ArmAt(_scheduler.NowPs + _options.TxTimeoutPs);
        _health.OnTraffic();
    }

    /// <summary>Takes the card out of use as after an error of its own.</summary>
    internal void FailWith(NicError error) => Fail(error);

    private void SetUp()
    {
        int pairs = _options.QueuePairs;
        _health.Begin();
        _events = new(_registers, _bus, _options.EventRingLog2);
        _tx = new NicTxQueue[pairs];
        _rx = new NicRxQueue[pairs];
        _watched = new uint[pairs];
        var handlers = new Action[1 + (2 * pairs) + (Extension is not null && ExtensionVector != NativeDevice.EventVector ? 1 : 0)];
        handlers[NativeDevice.EventVector] = OnEventInterrupt;
        for (int i = 0; i < pairs; i++)
        {
            int queue = i;
            _tx[i] = new(_registers, _bus, i, _options, Capabilities);
            _rx[i] = new(_registers, _bus, i, _options);
            handlers[NicTxQueue.VectorOf(i)] = () => OnTxInterrupt(queue);
            handlers[NicRxQueue.VectorOf(i)] = () => OnRxInterrupt(queue);
        }

        if (Extension is { } extension) handlers[ExtensionVector] += extension.OnInterrupt;
        _bringUp.Pci.EnableMsix(handlers);
        _events.Enable();
        PortSetup.Apply(_registers, _options);
        StationAddress = PortSetup.ReadAddress(_registers);
        foreach (NicTxQueue queue in _tx) queue.Enable();
        foreach (NicRxQueue queue in _rx) queue.Enable();
        DeviceBlock device = NativeMap.Device;
        _registers.Write(device, device.Control, device.RxEnable.Mask | device.TxEnable.Mask);
        if (QueueFault() is var error and not NicError.None)
        {
            Fail(error);
            return;
        }

        _mailbox.Submit(new(MailboxOpcode.SetLink, [1, 0, 0, 0], OnLinkCommand));
    }

    private void OnLinkCommand(MailboxResult result)
    {
        if (State != NicState.Starting) return;
        if (!result.Ok)
        {
            Fail(NicError.CommandFailed);
            return;
        }

        State = NicState.Running;
        _poll.Begin();
        _client.OnRunning();
        uint status = _registers.Read(NativeMap.Device, NativeMap.Device.Status);
        SetLink(NativeMap.Device.LinkUp.Extract(status) != 0);
    }

    private void SetLink(bool up)
    {
        if (LinkUp == up) return;
        LinkUp = up;
        _client.OnLinkChanged(up);
    }

    private void OnEventInterrupt()
    {
        if (_events is not { } events || State is NicState.Stopped or NicState.Failed) return;
        for (int budget = 1 << _options.EventRingLog2; budget > 0 && events.TryTake(out EventEntry entry); budget--)
        {
            switch (entry.Code)
            {
                case EventCode.MailboxDone:
                    _mailbox.Poll();
                    break;
                case EventCode.LinkChanged:
                    if (State == NicState.Running) SetLink(entry.Data == 1);
                    break;
                case EventCode.QueueError:
                    if (State == NicState.Running) Fail(NicError.QueueStopped);
                    break;
                case EventCode.FirmwareChanged:
                    if (State == NicState.Running) Fail(entry.Data == (uint)FirmwareState.Failed ? NicError.FirmwareFailed : NicError.FirmwareRestarted);
                    break;
                default:
                    _client.OnEvent(entry);
                    break;
            }

            if (State is NicState.Stopped or NicState.Failed) return;
        }

        events.Arm();
    }

    private void OnTxInterrupt(int queue)
    {
        if (State == NicState.Running && !_tx[queue].Reap(_client)) Fail(NicError.BadCompletion);
    }

    private void OnRxInterrupt(int queue)
    {
        if (State != NicState.Running) return;
        _health.OnTraffic();
        if (!_rx[queue].Reap(_client) && State == NicState.Running) Fail(NicError.BadCompletion);
    }

    /// <summary>Takes what lies in the rings although its interrupt never came: a queue that waits for an interrupt asks for no other.</summary>
    private void TakeMissed()
    {
        if (State == NicState.Running && _events is { HasWork: true }) OnEventInterrupt();
        for (int i = 0; i < _tx.Length && State == NicState.Running; i++)
        {
            if (_tx[i].HasWork) OnTxInterrupt(i);
            if (State == NicState.Running && _rx[i].HasWork) OnRxInterrupt(i);
        }
    }

    private void OnWatchdog()
    {
        if (State != NicState.Running) return;
        for (int i = 0; i < _tx.Length; i++)
        {
            if (!_tx[i].Outstanding || _tx[i].Completed != _watched[i]) continue;
            Fail(QueueFault() is var error and not NicError.None ? error : NicError.TxTimeout);
            return;
        }

        WatchTransmit();
    }

    /// <summary>Looks at the state registers of the card and of every queue.</summary>
    private NicError QueueFault()
    {
        if (_health.Look() is var error and not NicError.None) return error;
        foreach (NicTxQueue queue in _tx)
        {
            if (NativeMap.TxQueue.Error.Extract(queue.ReadStatus()) != 0) return NicError.QueueStopped;
        }

        foreach (NicRxQueue queue in _rx)
        {
            if (NativeMap.RxQueue.Error.Extract(queue.ReadStatus()) != 0) return NicError.QueueStopped;
        }

        return NicError.None;
    }

    private void StopQueues()
    {
        if (State != NicState.Stopping) return;
        foreach (NicTxQueue queue in _tx) queue.Disable();
        foreach (NicRxQueue queue in _rx) queue.Disable();
        _registers.Write(NativeMap.Device, NativeMap.Device.Control, 0);
        _drainPolls = 0;
        OnDrain();
    }

    private void OnDrain()
    {
        if (State != NicState.Stopping) return;
        bool running = false;
        foreach (NicTxQueue queue in _tx) running |= NativeMap.TxQueue.Enabled.Extract(queue.ReadStatus()) != 0;
        foreach (NicRxQueue queue in _rx) running |= NativeMap.RxQueue.Enabled.Extract(queue.ReadStatus()) != 0;
        if (running && ++_drainPolls < NicBringUp.MaxDrainPolls)
        {
            _drain.ArmAt(_scheduler.NowPs + NicBringUp.PollPs);
            return;
        }

        Release();
        _bringUp.Pci.DisableMsix();
        State = NicState.Stopped;
        SetLink(false);
        _stopped?.Invoke();
    }

    private void Fail(NicError error)
    {
        if (State is NicState.Failed or NicState.Stopped or NicState.Idle) return;
        State = NicState.Failed;
        // Closed registers read like none: whether the card is there, configuration space tells.
        Error = error = error == NicError.Removed && _bringUp.Pci.Identify() == NicError.None ? NicError.DeviceReset : error;
        Release();
        SetLink(false);
        _client.OnFailed(error);
    }

    /// <summary>Ends DMA before memory goes away: the card may still hold descriptors.</summary>
    private void Release()
    {
        _watchdog.Cancel();
        _drain.Cancel();
        _health.Cancel();
        _poll.Cancel();
        _bringUp.Cancel();
        _mailbox.Close();
        _events?.Disable();
        _bringUp.Pci.StopBusMaster();
        Extension?.OnReleased();
        foreach (NicTxQueue queue in _tx) queue?.Dispose();
        foreach (NicRxQueue queue in _rx) queue?.Dispose();
        _events?.Dispose();
    }
}
