using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using NicEmu.DeviceModel.Port;
using NicEmu.DeviceModel.Tls;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Inspect;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Core;

/// <summary>
/// The engine room: TLS, offloads and the MAC port, without a register, queue or descriptor. A personality drives it through these verbs and is
/// called back through <see cref="INicCoreClient"/>. It emits the frame events of the trace (HostFrameSent, HostFrameReceived, FrameSent,
/// FrameReceived), those of the contexts, and GuestError for every chain, POSITION or REPLAY that it refuses; a personality emits none of them.
/// </summary>
internal sealed class NicCore : IMacPortClient, ITlsEvents
{
    private readonly CoreGeometry _geometry;
    private readonly INicCoreClient _client;
    private readonly TraceSource _trace;
    private readonly CounterFile _counters = new();
    private readonly FlowTable _flows;
    private readonly MacPort _port;
    private TlsEngine? _tls;
    private PortConfiguration _configuration = new();
    private ContextControl _contexts;
    private TxPlacement _placement;
    private TxPipeline _tx;
    private RxPipeline _rx;
    private bool _tracePlaintext;

    /// <summary>Creates an engine room with its port administratively down.</summary>
    /// <param name="geometry">Sizes.</param>
    /// <param name="scheduler">Time.</param>
    /// <param name="trace">Where events go.</param>
    /// <param name="client">The personality.</param>
    /// <param name="epoch">Reset epoch, part of every handle, at least 1.</param>
    public NicCore(CoreGeometry geometry, IScheduler scheduler, TraceSource trace, INicCoreClient client, ushort epoch = 1)
    {
        _geometry = geometry;
        _client = client;
        _trace = trace;
        _flows = new FlowTable(geometry.RxContexts);
        _port = new MacPort(geometry.MaxChainBytes, scheduler, trace, _counters, this);
        PowerOn(epoch);
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

    /// <summary>Who takes frames of the card's own connections; null for nobody.</summary>
    public IFrameSteering? Steering { get; set => _rx.Steering = field = value; }

    /// <summary>Records that lie whole in card memory.</summary>
    public WholeRecords Records => Tls.Records;

    /// <summary>Sends a frame that the card itself made, as it is.</summary>
    /// <param name="frame">A complete frame.</param>
    public FrameOutcome Send(ReadOnlySpan<byte> frame) => _port.Send(frame);

    /// <summary>Whether the plaintext of records goes into the trace, where there is a sink.</summary>
    public bool TracePlaintext
    {
        get => _tracePlaintext;
        set
        {
            _tracePlaintext = value;
            Tls.TracePlaintext = value;
        }
    }

    private TlsEngine Tls => _tls!;

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
        var status = (CoreStatus)Tls.CreateKey(cipher, owner, key, out ObjectHandle created);
        handle = created.Value;
        return status;
    }

    /// <summary>Installs a new generation of a key; contexts keep theirs.</summary>
    /// <param name="handle">The key object.</param>
    /// <param name="cipher">Algorithm: the object's.</param>
    /// <param name="key">Key bytes, which are copied.</param>
    /// <param name="newHandle">The key object under its new name; the old name is stale.</param>
    public CoreStatus RotateKey(ulong handle, TlsCipher cipher, ReadOnlySpan<byte> key, out ulong newHandle) =>
        _contexts.RotateKey(handle, cipher, key, out newHandle);

    /// <summary>Stops the contexts of a key at once.</summary>
    /// <param name="handle">The key object.</param>
    public CoreStatus RevokeKey(ulong handle) => (CoreStatus)Tls.RevokeKey(handle);

    /// <summary>Barrier: no cached copy of a destroyed or rotated key remains.</summary>
    public CoreStatus SyncKeys()
    {
        Tls.SyncKeys();
        return CoreStatus.Ok;
    }

    /// <summary>Zeroises and frees a key that no context holds.</summary>
    /// <param name="handle">The key object.</param>
    public CoreStatus DestroyKey(ulong handle) => (CoreStatus)Tls.DestroyKey(handle);

    /// <summary>Creates a transmit context.</summary>
    /// <param name="parameters">What it is made from.</param>
    /// <param name="handle">The context.</param>
    public CoreStatus InstallTx(in TxContextParameters parameters, out ulong handle) => _contexts.InstallTx(parameters, out handle);

    /// <summary>Creates a receive context with its rule. Until the rule is active it steers nothing, and the flow's packets go up as they came.</summary>
    /// <param name="parameters">What it is made from.</param>
    /// <param name="handle">The context.</param>
    /// <returns>Duplicate where the flow has a rule already.</returns>
    public CoreStatus InstallRx(in RxContextParameters parameters, out ulong handle) => _contexts.InstallRx(parameters, out handle);

    /// <summary>Activates the rule of a receive context.</summary>
    /// <param name="handle">Receive context.</param>
    public CoreStatus ActivateRx(ulong handle) => _contexts.ActivateRx(handle);

    /// <summary>Holds a receive context still, or releases it.</summary>
    /// <param name="handle">Receive context.</param>
    /// <param name="quiesce">True to hold still.</param>
    public CoreStatus QuiesceRx(ulong handle, bool quiesce) => (CoreStatus)Tls.Quiesce(handle, quiesce);

    /// <summary>Next-record resync of a transmit context.</summary>
    /// <param name="handle">Transmit context.</param>
    /// <param name="sequence">TCP sequence number of the first byte of a record.</param>
    /// <param name="recordNumber">Its record sequence number.</param>
    public CoreStatus UpdateTx(ulong handle, uint sequence, ulong recordNumber) => (CoreStatus)Tls.UpdateTx(handle, sequence, recordNumber);

    /// <summary>Binds a transmit context to another queue, while nothing of it is in flight.</summary>
    /// <param name="handle">Transmit context.</param>
    /// <param name="queue">New queue.</param>
    public CoreStatus MoveTx(ulong handle, int queue)
    {
        CoreStatus status = _contexts.MoveTx(handle, queue);
        if (status == CoreStatus.Ok)
        {
            _placement.Moved(handle, queue);
        }

        return status;
    }

    /// <summary>Removes a transmit context.</summary>
    /// <param name="handle">Transmit context.</param>
    /// <returns>Busy while descriptors are in flight: it then goes with the last of them.</returns>
    public CoreStatus RemoveTx(ulong handle) => _contexts.RemoveTx(handle);

    /// <summary>Removes a receive context and its rule.</summary>
    /// <param name="handle">Receive context.</param>
    /// <returns>Busy while descriptors are in flight: the rule is gone, the context goes with the last of them.</returns>
    public CoreStatus RemoveRx(ulong handle) => _contexts.RemoveRx(handle);

    /// <summary>Counts a fetched descriptor that names a TLS context.</summary>
    /// <param name="handle">Context, transmit or receive.</param>
    /// <returns>False when the handle names no usable context: nothing is counted and nothing may be released.</returns>
    public bool AddReference(ulong handle) => Tls.AddReference(handle) == TxStatus.Ok;

    /// <summary>Counts the completion of such a descriptor.</summary>
    /// <param name="handle">Context of an <see cref="AddReference"/> that returned true.</param>
    /// <returns>BadHandle when nothing was counted, for example because a reset came in between.</returns>
    public CoreStatus ReleaseReference(ulong handle) => Tls.ReleaseReference(handle) ? CoreStatus.Ok : CoreStatus.BadHandle;

    /// <summary>Places the next TLS chain of a queue. While another place waits, both are cleared and the status is SEQUENCE_BROKEN.</summary>
    /// <param name="queue">Transmit queue.</param>
    /// <param name="position">The place.</param>
    public TxStatus Position(int queue, in PositionParameters position) => _placement.Position(queue, position);

    /// <summary>Describes the next TLS chain of a queue, of a context in range mode. While another place waits, both are cleared and the status is SEQUENCE_BROKEN.</summary>
    /// <param name="queue">Transmit queue.</param>
    /// <param name="range">The range.</param>
    public TxStatus Range(int queue, in RangeParameters range) => _placement.Range(queue, range);

    /// <summary>Tells a positional context the record number that its next <see cref="SetProgress"/> begins with. It takes effect with a fence.</summary>
    /// <param name="queue">Transmit queue.</param>
    /// <param name="handle">Transmit context.</param>
    /// <param name="version">TLS version; another than the context's is UNSUPPORTED.</param>
    /// <param name="recordNumber">Record sequence number.</param>
    public TxStatus SetContext(int queue, ulong handle, TlsVersion version, ulong recordNumber) => _placement.SetContext(queue, handle, version, recordNumber);

    /// <summary>Tells a positional context to stand before the first byte of the record told last. It takes effect with a fence.</summary>
    /// <param name="queue">Transmit queue.</param>
    /// <param name="handle">Transmit context.</param>
    /// <param name="recordStart">TCP sequence number of the record's first byte; shown, compared with nothing.</param>
    public TxStatus SetProgress(int queue, ulong handle, uint recordStart) => _placement.SetProgress(queue, handle, recordStart);

    /// <summary>A fence: what <see cref="SetContext"/> and <see cref="SetProgress"/> told takes effect.</summary>
    /// <param name="queue">Transmit queue.</param>
    public void Fence(int queue) => _placement.Fence(queue);

    /// <summary>Feeds record bytes that precede the next chain; they are consumed and never sent. A fence for a positional context.</summary>
    /// <param name="queue">Transmit queue.</param>
    /// <param name="handle">Transmit context of the POSITION before, or one in positional mode.</param>
    /// <param name="plaintext">Bytes of the record, following those replayed before; in positional mode those at the place.</param>
    public TxStatus Replay(int queue, ulong handle, ReadOnlySpan<byte> plaintext) => _placement.Replay(queue, handle, plaintext);

    /// <summary>Clears the one-shot place of a queue: before a descriptor for which no verb here stands.</summary>
    /// <param name="queue">Transmit queue.</param>
    /// <returns>True when a place was waiting: the descriptor that came instead completes as SEQUENCE_BROKEN.</returns>
    public bool CancelPosition(int queue) => _placement.Cancel(queue);

    /// <summary>
    /// A DATA chain with TLS, REPLAY, SET_CONTEXT or SET_PROGRESS was refused before it came here: a positional context protects nothing more until it
    /// is placed anew.
    /// </summary>
    /// <param name="queue">Transmit queue.</param>
    /// <param name="handle">What the descriptor named.</param>
    public void StopPlace(int queue, ulong handle) => _placement.Stop(queue, handle);

    /// <summary>A fence was refused: a positional context whose parameters wait protects nothing more until it is placed anew.</summary>
    /// <param name="queue">Transmit queue.</param>
    public void StopWaiting(int queue) => _placement.StopWaiting(queue);

    /// <summary>
    /// Forgets all that a queue was told about its next chain: when it is reset. The context whose parameters waited stops; if descriptors went with the
    /// queue, so do all positional contexts that are bound to it, for nobody knows what those held.
    /// </summary>
    /// <param name="queue">Transmit queue.</param>
    /// <param name="hadWork">Whether descriptors were posted and not completed.</param>
    public void Forget(int queue, bool hadWork) => _placement.Forget(queue, hadWork);

    /// <summary>Takes a chain: checks it, encrypts it, and puts it into the port's queue.</summary>
    /// <param name="request">The chain.</param>
    public TxOutcome Submit(ref TxRequest request) => _tx.Submit(ref request);

    /// <summary>Writes a snapshot of a context.</summary>
    /// <param name="handle">Context, transmit or receive.</param>
    /// <param name="snapshot">Receives 64 bytes, a <see cref="ContextSnapshot"/>.</param>
    public CoreStatus Query(ulong handle, Span<byte> snapshot)
    {
        var status = (CoreStatus)Tls.Query(handle, out ContextSnapshot taken);
        if (status == CoreStatus.Ok)
        {
            MemoryMarshal.Write(snapshot, in taken);
        }

        return status;
    }

    /// <summary>Answers a resync request of a receive context, or gives it a hint.</summary>
    /// <param name="kind">Kind of answer.</param>
    /// <param name="handle">Receive context.</param>
    /// <param name="sequence">TCP sequence number of the first byte of a record header.</param>
    /// <param name="recordNumber">Record sequence number of that record.</param>
    /// <returns>OK, ANSWER_STALE, CONTEXT_INVALID, KEY_STALE or DESCRIPTOR_MALFORMED.</returns>
    public TxStatus AnswerResync(ResyncAnswerKind kind, ulong handle, uint sequence, ulong recordNumber) =>
        _contexts.AnswerResync(kind, handle, sequence, recordNumber);

    /// <summary>Takes over a port configuration, its arrays copied; frames in the port's queue are not affected.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <returns>BadParameter for an MTU, key or table that the device does not take: the old configuration stays.</returns>
    public CoreStatus ConfigurePort(PortConfiguration configuration)
    {
        if (configuration.Mtu < PortConfiguration.MinMtu || configuration.Mtu > _geometry.MaxMtu || !ReceiveScaling.IsValid(configuration.Rss))
        {
            return CoreStatus.BadParameter;
        }

        Configure(configuration.Copy());
        return CoreStatus.Ok;
    }

    /// <summary>Brings the port up or down administratively.</summary>
    /// <param name="up">True for up.</param>
    public void SetLinkAdmin(bool up) => _port.SetAdmin(up);

    /// <summary>Forgets everything but the statistics: keys are zeroised, contexts and rules are gone, the port is down and empty, the configuration is
    /// as after power-on. No callback comes from this, and a delivery that is going on is abandoned.</summary>
    /// <param name="epoch">New reset epoch. One that is not greater than the present one means power-on: statistics and retired slots begin anew, too.</param>
    public void Reset(ushort epoch)
    {
        _rx.Abandon();
        _flows.Clear();
        _port.Reset();
        if (epoch <= Epoch)
        {
            PowerOn(epoch);
            return;
        }

        Epoch = epoch;
        Tls.Reset(epoch);
        _placement.Reset();
        Configure(new PortConfiguration());
    }

    /// <summary>The whole state, copied. The wire is not part of it.</summary>
    public CoreSnapshot Save() => new()
    {
        Epoch = Epoch,
        Statistics = _counters.Values,
        Configuration = _configuration,
        Flows = _flows.Save(),
        Port = _port.Save(),
        Tls = Tls.Save(),
        Positions = _placement.SavePositions(),
        Parameters = _placement.SaveParameters(),
    };

    /// <summary>Becomes the engine room that was saved. No callback comes from this, and a delivery that is going on is abandoned.</summary>
    /// <param name="snapshot">The state.</param>
    /// <exception cref="ArgumentException">It is of another version, or of an engine room of other sizes; this one is then to be reset.</exception>
    public void Restore(CoreSnapshot snapshot)
    {
        if (snapshot.Version != CoreSnapshot.CurrentVersion)
        {
            throw new ArgumentException("The snapshot is of another version.", nameof(snapshot));
        }

        _rx.Abandon();
        PowerOn(snapshot.Epoch);
        Tls.Restore(snapshot.Tls);
        _placement.Restore(snapshot.Positions.AsSpan(), snapshot.Parameters.AsSpan());
        _flows.Restore(snapshot.Flows);
        Configure(snapshot.Configuration);
        _counters.Values = snapshot.Statistics;
        _port.Restore(snapshot.Port);
    }

    /// <summary>What the cache of expanded keys did since the last reset.</summary>
    public ContextCacheStatistics ContextCache => Tls.Keys.Cache.Statistics;

    /// <summary>Adds the state to an inspection tree. No key byte is in it.</summary>
    /// <param name="parent">Receives the node "CORE".</param>
    public void Inspect(InspectNode parent) => CoreInspection.Add(parent, Save(), LinkUp);

    void IMacPortClient.FrameReceived(ReadOnlySpan<byte> frame) => _rx.Receive(frame);

    void IMacPortClient.RoomAvailable() => _client.TxReady();

    void IMacPortClient.LinkChanged(bool up) => _client.Raise(EventCode.LinkChanged, 0, up ? 1u : 0u, 0);

    void IMacPortClient.PlaintextStopped(ulong handle) => _client.Raise(EventCode.InvariantTrap, 0, 1, handle);

    void ITlsEvents.Raise(EventCode code, ulong handle, ulong data) => _client.Raise(code, 0, (uint)data, handle);

    void ITlsEvents.ContextDrained(ulong handle) => _contexts.Drained(handle);

    [MemberNotNull(nameof(_contexts), nameof(_placement), nameof(_tx), nameof(_rx))]
    private void PowerOn(ushort epoch)
    {
        _tls?.Dispose();
        Epoch = epoch;
        _counters.Values = default;
        _tls = CreateEngine(epoch);
        _tls.TracePlaintext = _tracePlaintext;
        _contexts = new ContextControl(_geometry, _flows, _tls, _counters);
        _placement = new TxPlacement(_geometry, _tls, _trace, _counters);
        _tx = new TxPipeline(_geometry, _port, _tls, _placement, _trace, _counters);
        _rx = new RxPipeline(_geometry, _flows, _tls, _trace, _counters, _client) { Steering = Steering };
    }

    private TlsEngine CreateEngine(ushort epoch)
    {
        var options = new TlsEngineOptions
        {
            Keys = _geometry.Keys,
            TxContexts = _geometry.TxContexts,
            RxContexts = _geometry.RxContexts,
            CachedKeys = _geometry.CachedKeys,
            Epoch = epoch,
        };
        return new TlsEngine(options, _trace, this);
    }

    private void Configure(PortConfiguration configuration)
    {
        _configuration = configuration;
        _tx.Configure(configuration);
        _rx.Configure(configuration);
    }
}
