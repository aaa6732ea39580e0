using NicEmu.DeviceModel.Port;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Core;

/// <summary>
/// The engine room: TLS, offloads and the MAC port, without a register, queue or descriptor. A personality drives it through these verbs and is
/// called back through <see cref="INicCoreClient"/>. It emits the frame events of the trace (HostFrameSent, HostFrameReceived, FrameSent,
/// FrameReceived) and those of the contexts; a personality emits none of them.
/// </summary>
internal sealed class NicCore : IMacPortClient
{
    private readonly CoreGeometry _geometry;
    private readonly INicCoreClient _client;
    private readonly CounterFile _counters = new();
    private readonly FlowTable _flows;
    private readonly MacPort _port;
    private readonly TxPipeline _tx;
    private readonly RxPipeline _rx;
    private readonly CoreStatus _noEngine = CoreStatus.Unsupported;
    private readonly TxStatus _noContext = TxStatus.ContextInvalid;

    /// <summary>Creates an engine room with its port administratively down.</summary>
    /// <param name="geometry">Sizes.</param>
    /// <param name="scheduler">Time.</param>
    /// <param name="trace">Where events go.</param>
    /// <param name="client">The personality.</param>
    /// <param name="epoch">Reset epoch, part of every handle.</param>
    public NicCore(CoreGeometry geometry, IScheduler scheduler, TraceSource trace, INicCoreClient client, ushort epoch = 0)
    {
        _geometry = geometry;
        _client = client;
        _flows = new FlowTable(geometry.RxContexts);
        _port = new MacPort(geometry.MaxChainBytes, scheduler, trace, _counters, this);
        _tx = new TxPipeline(geometry, _port, trace, _counters);
        _rx = new RxPipeline(geometry, trace, _counters, client);
        Epoch = epoch;
    }

    /// <summary>Reset epoch of new handles.</summary>
    public ushort Epoch { get; private set; }

    /// <summary>Counters; a personality may add to those that only it can know.</summary>
    public ref CoreStatistics Statistics => ref _counters.Values;

    /// <summary>Whether the port is up: administratively, and the other end of the link is present.</summary>
    public bool LinkUp => _port.IsUp;

    /// <summary>Whether frames of a transmit queue have not left the port yet.</summary>
    /// <param name="queue">Transmit queue.</param>
    public bool HoldsFramesOf(int queue) => _port.HoldsFramesOf(queue);

    /// <summary>Plugs the port into a wire; null unplugs it.</summary>
    /// <param name="link">The wire.</param>
    public void Attach(ILink? link) => _port.Attach(link);

    /// <summary>Creates a key object from key bytes, which are copied.</summary>
    /// <param name="cipher">Algorithm.</param>
    /// <param name="key">As many bytes as the cipher wants.</param>
    /// <param name="owner">Number that the driver gave its client; shown, not checked.</param>
    /// <param name="handle">The key object.</param>
    public CoreStatus CreateKey(TlsCipher cipher, ReadOnlySpan<byte> key, ushort owner, out ulong handle)
    {
        handle = 0;
        return _noEngine;
    }

    /// <summary>Installs a new generation of a key; contexts keep theirs.</summary>
    /// <param name="handle">The key object.</param>
    /// <param name="cipher">Algorithm: the object's.</param>
    /// <param name="key">Key bytes, which are copied.</param>
    /// <param name="newHandle">The key object under its new name; the old name is stale.</param>
    public CoreStatus RotateKey(ulong handle, TlsCipher cipher, ReadOnlySpan<byte> key, out ulong newHandle)
    {
        newHandle = 0;
        return _noEngine;
    }

    /// <summary>Stops the contexts of a key at once.</summary>
    /// <param name="handle">The key object.</param>
    public CoreStatus RevokeKey(ulong handle) => _noEngine;

    /// <summary>Barrier: no cached copy of a destroyed or rotated key remains.</summary>
    public CoreStatus SyncKeys() => _noEngine;

    /// <summary>Zeroises and frees a key that no context holds.</summary>
    /// <param name="handle">The key object.</param>
    public CoreStatus DestroyKey(ulong handle) => _noEngine;

    /// <summary>Creates a transmit context.</summary>
    /// <param name="parameters">What it is made from.</param>
    /// <param name="handle">The context.</param>
    public CoreStatus InstallTx(in TxContextParameters parameters, out ulong handle)
    {
        handle = 0;
        return _noEngine;
    }

    /// <summary>Creates a receive context; its rule is not active yet.</summary>
    /// <param name="parameters">What it is made from.</param>
    /// <param name="handle">The context.</param>
    public CoreStatus InstallRx(in RxContextParameters parameters, out ulong handle)
    {
        handle = 0;
        return _noEngine;
    }

    /// <summary>Activates the rule of a receive context.</summary>
    /// <param name="handle">Receive context.</param>
    public CoreStatus ActivateRx(ulong handle) => _noEngine;

    /// <summary>Holds a receive context still, or releases it.</summary>
    /// <param name="handle">Receive context.</param>
    /// <param name="quiesce">True to hold still.</param>
    public CoreStatus QuiesceRx(ulong handle, bool quiesce) => _noEngine;

    /// <summary>Next-record resync of a transmit context.</summary>
    /// <param name="handle">Transmit context.</param>
    /// <param name="sequence">TCP sequence number of the first byte of a record.</param>
    /// <param name="recordNumber">Its record sequence number.</param>
    public CoreStatus UpdateTx(ulong handle, uint sequence, ulong recordNumber) => _noEngine;

    /// <summary>Binds a transmit context to another queue, while nothing of it is in flight.</summary>
    /// <param name="handle">Transmit context.</param>
    /// <param name="queue">New queue.</param>
    public CoreStatus MoveTx(ulong handle, int queue) => _noEngine;

    /// <summary>Removes a transmit context.</summary>
    /// <param name="handle">Transmit context.</param>
    /// <returns>Busy while descriptors are in flight: it then goes with the last of them.</returns>
    public CoreStatus RemoveTx(ulong handle) => _noEngine;

    /// <summary>Removes a receive context and its rule.</summary>
    /// <param name="handle">Receive context.</param>
    /// <returns>Busy while descriptors are in flight: it then goes with the last of them.</returns>
    public CoreStatus RemoveRx(ulong handle) => _noEngine;

    /// <summary>Counts a fetched descriptor that names a TLS context.</summary>
    /// <param name="handle">Context, transmit or receive.</param>
    /// <returns>False when the handle names no live context: nothing is counted and nothing may be released.</returns>
    public bool AddReference(ulong handle) => _noEngine == CoreStatus.Ok;

    /// <summary>Counts the completion of such a descriptor.</summary>
    /// <param name="handle">Context of an <see cref="AddReference"/> that returned true.</param>
    /// <returns>BadHandle when nothing was counted.</returns>
    public CoreStatus ReleaseReference(ulong handle) => _noEngine;

    /// <summary>Places the next TLS chain of a queue; an unused place of the queue is replaced and reported.</summary>
    /// <param name="queue">Transmit queue.</param>
    /// <param name="position">The place.</param>
    public TxStatus Position(int queue, in PositionParameters position) => _noContext;

    /// <summary>Feeds record bytes that precede the next chain; they are consumed and never sent.</summary>
    /// <param name="queue">Transmit queue.</param>
    /// <param name="handle">Transmit context of the POSITION before.</param>
    /// <param name="plaintext">Bytes of the record, following those replayed before.</param>
    public TxStatus Replay(int queue, ulong handle, ReadOnlySpan<byte> plaintext) => _noContext;

    /// <summary>Clears the position slot of a queue.</summary>
    /// <param name="queue">Transmit queue.</param>
    /// <returns>True when a POSITION was waiting: the descriptor that came instead completes as SEQUENCE_BROKEN.</returns>
    public bool CancelPosition(int queue) => _noEngine == CoreStatus.Ok;

    /// <summary>Takes a chain: checks it, encrypts it, and puts it into the port's queue.</summary>
    /// <param name="request">The chain.</param>
    public TxOutcome Submit(ref TxRequest request) => _tx.Submit(ref request);

    /// <summary>Writes a snapshot of a context.</summary>
    /// <param name="handle">Context, transmit or receive.</param>
    /// <param name="snapshot">Receives 64 bytes, a <see cref="ContextSnapshot"/>.</param>
    public CoreStatus Query(ulong handle, Span<byte> snapshot) => _noEngine;

    /// <summary>Answers a resync request of a receive context, or gives it a hint.</summary>
    /// <param name="kind">Kind of answer.</param>
    /// <param name="handle">Receive context.</param>
    /// <param name="sequence">TCP sequence number of the first byte of a record header.</param>
    /// <param name="recordNumber">Record sequence number of that record.</param>
    public TxStatus AnswerResync(ResyncAnswerKind kind, ulong handle, uint sequence, ulong recordNumber) => _noContext;

    /// <summary>Takes over a port configuration; frames in the port's queue are not affected.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <returns>BadParameter for an MTU or a table that the device does not take: the old configuration stays.</returns>
    public CoreStatus ConfigurePort(PortConfiguration configuration)
    {
        if (configuration.Mtu < PortConfiguration.MinMtu || configuration.Mtu > _geometry.MaxMtu || !ReceiveScaling.IsValid(configuration.Rss))
        {
            return CoreStatus.BadParameter;
        }

        _tx.Configure(configuration);
        _rx.Configure(configuration);
        return CoreStatus.Ok;
    }

    /// <summary>Brings the port up or down administratively.</summary>
    /// <param name="up">True for up.</param>
    public void SetLinkAdmin(bool up) => _port.SetAdmin(up);

    /// <summary>Forgets everything but the statistics: keys are zeroised, contexts and rules are gone, the port is down and empty, the configuration is
    /// as after power-on. No callback comes from this.</summary>
    /// <param name="epoch">New reset epoch.</param>
    public void Reset(ushort epoch)
    {
        Epoch = epoch;
        _flows.Clear();
        _port.Reset();
        _tx.Configure(new PortConfiguration());
        _rx.Configure(new PortConfiguration());
    }

    void IMacPortClient.FrameReceived(ReadOnlySpan<byte> frame) => _rx.Receive(frame);

    void IMacPortClient.RoomAvailable() => _client.TxReady();

    void IMacPortClient.LinkChanged(bool up) => _client.Raise(EventCode.LinkChanged, 0, up ? 1u : 0u, 0);

    void IMacPortClient.PlaintextStopped(ulong handle) => _client.Raise(EventCode.InvariantTrap, 0, 1, handle);
}
