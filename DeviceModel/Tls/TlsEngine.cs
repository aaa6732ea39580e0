using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Tls;

/// <summary>
/// The TLS engine of the device: keys, transmit and receive contexts. It knows TCP sequence ranges and bytes, and no register, queue ring or
/// descriptor. One thread uses it; nothing on the packet path allocates.
/// </summary>
internal sealed class TlsEngine : IDisposable
{
    private const ulong KeyTableNumber = 1;

    private readonly TlsShared _shared;
    private readonly TlsTransmit _transmit;
    private readonly TlsPlacement _placement;
    private readonly TlsReceive _receive;

    public TlsEngine(TlsEngineOptions options, TraceSource trace, ITlsEvents events)
    {
        _shared = new TlsShared(new KeyTable(options), trace, events);
        _transmit = new TlsTransmit(_shared, options);
        _placement = new TlsPlacement(_shared, _transmit);
        _receive = new TlsReceive(_shared, options);
        Records = new WholeRecords(_shared, _transmit);
    }

    /// <summary>Whether the plaintext of records goes into the trace, where there is a sink.</summary>
    public bool TracePlaintext
    {
        get => _shared.TracePlaintext;
        set => _shared.TracePlaintext = value;
    }

    /// <summary>Records that lie whole in card memory.</summary>
    public WholeRecords Records { get; }

    /// <summary>Refused descriptors by <see cref="TxStatus"/>.</summary>
    public ReadOnlySpan<ulong> TxRefusals => _transmit.Refusals;

    internal KeyTable Keys => _shared.Keys;

    internal TlsTransmit Transmit => _transmit;

    internal TlsReceive Receive => _receive;

    /// <summary>Counts of all contexts, living and gone, and of the engine itself.</summary>
    public TlsCounters Counters()
    {
        TlsCounters total = _shared.Totals;
        _transmit.AddCounters(ref total);
        _receive.AddCounters(ref total);
        return total;
    }

    /// <summary>Creates a key object. The bytes are copied; the caller zeroes its own.</summary>
    /// <param name="cipher">Algorithm.</param>
    /// <param name="owner">Number of the client; shown in views.</param>
    /// <param name="key">As many bytes as the cipher's key has.</param>
    /// <param name="handle">The new object.</param>
    public TlsCommandStatus CreateKey(TlsCipher cipher, ushort owner, ReadOnlySpan<byte> key, out ObjectHandle handle)
    {
        handle = default;
        if (cipher is not (TlsCipher.Aes128Gcm or TlsCipher.Aes256Gcm or TlsCipher.ChaCha20Poly1305))
        {
            return TlsCommandStatus.Unsupported;
        }

        if (key.Length != TlsRecordLayout.KeyLengthOf(cipher))
        {
            return TlsCommandStatus.BadParameter;
        }

        if (!Keys.TryCreate(cipher, owner, key, out handle))
        {
            return _shared.Full(KeyTableNumber);
        }

        _shared.Totals[TlsCounter.KeyLoads]++;
        return TlsCommandStatus.Ok;
    }

    /// <summary>Loads a new generation: the handle changes and the old one is stale; contexts keep the generation that they hold.</summary>
    public TlsCommandStatus RotateKey(ulong handle, ReadOnlySpan<byte> key, out ObjectHandle renewed)
    {
        renewed = default;
        TlsCommandStatus status = FindKey(handle, out KeyObject? target);
        if (status != TlsCommandStatus.Ok)
        {
            return status;
        }

        if (key.Length != TlsRecordLayout.KeyLengthOf(target!.Cipher))
        {
            return TlsCommandStatus.BadParameter;
        }

        if (target.Revoked)
        {
            return TlsCommandStatus.BadState;
        }

        if (!Keys.TryRotate(target, key))
        {
            return TlsCommandStatus.HandlesExhausted;
        }

        renewed = target.Handle;
        _shared.Totals[TlsCounter.KeyLoads]++;
        return TlsCommandStatus.Ok;
    }

    /// <summary>Zeroes all generations at once; contexts with the key do no more cryptography.</summary>
    public TlsCommandStatus RevokeKey(ulong handle)
    {
        TlsCommandStatus status = FindKey(handle, out KeyObject? target);
        if (status == TlsCommandStatus.Ok)
        {
            Keys.Revoke(target!);
        }

        return status;
    }

    /// <summary>Barrier: afterwards no expanded copy of a generation that was rotated away remains. One that a context still holds is expanded anew when needed.</summary>
    public void SyncKeys()
    {
        Keys.Sync();
        _shared.Totals[TlsCounter.KeySyncs]++;
    }

    /// <summary>Zeroes and frees a key; BUSY while a context holds any generation of it.</summary>
    public TlsCommandStatus DestroyKey(ulong handle)
    {
        TlsCommandStatus status = FindKey(handle, out KeyObject? target);
        if (status != TlsCommandStatus.Ok)
        {
            return status;
        }

        if (target!.References > 0)
        {
            return TlsCommandStatus.Busy;
        }

        if (!Keys.Destroy(target))
        {
            _shared.Events.Raise(EventCode.SlotRetired, handle, 0);
        }

        return TlsCommandStatus.Ok;
    }

    /// <summary>Creates a transmit context.</summary>
    public TlsCommandStatus InstallTx(in TxInstallation parameters, out ObjectHandle handle) => _transmit.Install(parameters, out handle);

    /// <summary>Binds a transmit context to another queue; BUSY while descriptors name it.</summary>
    public TlsCommandStatus MoveTx(ulong handle, ushort queue) => _transmit.Move(handle, queue);

    /// <summary>Next-record resync: the record with the number begins at the sequence number. BAD_PARAMETER before the context's start, BAD_STATE in range mode.</summary>
    public TlsCommandStatus UpdateTx(ulong handle, uint sequence, ulong recordNumber) => _transmit.Update(handle, sequence, recordNumber);

    /// <summary>Removes a transmit context. BUSY: it goes when its last reference is released, and takes no new one.</summary>
    public TlsCommandStatus RemoveTx(ulong handle) => _transmit.Remove(handle);

    /// <summary>Creates a receive context. It touches no packet before <see cref="ActivateRx"/>.</summary>
    public TlsCommandStatus InstallRx(in RxInstallation parameters, out ObjectHandle handle) => _receive.Install(parameters, out handle);

    /// <summary>The context's rule is in place: packets may move its state. BAD_STATE when it was active.</summary>
    public TlsCommandStatus ActivateRx(ulong handle) => _receive.Activate(handle);

    /// <summary>Holds a receive context still, or lets it go on. BAD_STATE when it is so already, or off.</summary>
    public TlsCommandStatus Quiesce(ulong handle, bool hold) => _receive.Quiesce(handle, hold);

    /// <summary>Removes a receive context. BUSY: it goes when its last reference is released, and takes no new one.</summary>
    public TlsCommandStatus RemoveRx(ulong handle) => _receive.Remove(handle);

    /// <summary>Opens the TCP payload of a packet whose checksums are right.</summary>
    /// <param name="handle">Receive context.</param>
    /// <param name="sequence">TCP sequence number of the first byte.</param>
    /// <param name="wire">Payload as received; not changed.</param>
    /// <param name="plain">Memory apart from it and at least as long; to be used when the verdict is DECRYPTED only.</param>
    /// <param name="nowPs">Time in picoseconds.</param>
    public RxResult Open(ulong handle, uint sequence, ReadOnlySpan<byte> wire, Span<byte> plain, long nowPs) =>
        _receive.Open(handle, sequence, wire, plain, nowPs);

    /// <summary>A packet of a receive context's flow had a wrong checksum: it is counted, and nothing moves.</summary>
    public RxResult PassBadChecksum(ulong handle) => _receive.PassBadChecksum(handle);

    /// <summary>Takes the host's answer to a resync request, or a hint.</summary>
    /// <returns>OK, ANSWER_STALE, CONTEXT_INVALID, KEY_STALE or DESCRIPTOR_MALFORMED.</returns>
    public TxStatus AnswerResync(ResyncAnswerKind kind, ulong handle, uint sequence, ulong recordNumber) =>
        _receive.Answer(handle, kind, sequence, recordNumber);

    /// <summary>Reads a context, transmit or receive.</summary>
    public TlsCommandStatus Query(ulong handle, out ContextSnapshot snapshot)
    {
        HandleState state;
        snapshot = default;
        if (IsReceive(handle))
        {
            state = _receive.Handles.Resolve(handle, out _);
            if (_receive.TryGet(handle, out TlsRxContext? context))
            {
                snapshot = context.Snapshot();
            }
        }
        else
        {
            state = _transmit.Handles.Resolve(handle, out _);
            if (_transmit.TryGet(handle, out TlsTxContext? context))
            {
                snapshot = context.Snapshot();
            }
        }

        return state == HandleState.Live ? TlsCommandStatus.Ok : _shared.Unresolved(state, handle);
    }

    /// <summary>Counts of one context; all zero when the handle names none.</summary>
    public TlsCounters CountersOf(ulong handle) =>
        _receive.TryGet(handle, out TlsRxContext? receive) ? receive.Counters
        : _transmit.TryGet(handle, out TlsTxContext? transmit) ? transmit.Counters
        : default;

    /// <summary>A queued descriptor names a context from now on.</summary>
    /// <returns>OK, CONTEXT_INVALID (also while it is being removed) or KEY_STALE.</returns>
    public TxStatus AddReference(ulong handle) => IsReceive(handle) ? _receive.AddReference(handle) : _transmit.AddReference(handle);

    /// <summary>Undoes one successful <see cref="AddReference"/>.</summary>
    /// <returns>False when there was none.</returns>
    public bool ReleaseReference(ulong handle) => IsReceive(handle) ? _receive.ReleaseReference(handle) : _transmit.ReleaseReference(handle);

    /// <summary>POSITION: places the next DATA chain of the queue. On an error the slot is empty.</summary>
    public TxStatus Position(ulong handle, int queue, in TxPosition position, ref TxPositionSlot slot) =>
        _placement.Position(handle, queue, position, ref slot);

    /// <summary>RANGE: everything about the next DATA chain of the queue. On an error the slot is empty.</summary>
    public TxStatus Range(ulong handle, int queue, in TxPosition position, in TxWindow window, ref TxPositionSlot slot) =>
        _placement.Range(handle, queue, position, window, ref slot);

    /// <summary>REPLAY: framed plaintext that precedes the DATA chain, in its record or, in positional mode, at the place. On an error the slot is empty.</summary>
    public TxStatus Replay(ulong handle, int queue, ReadOnlySpan<byte> data, ref TxPositionSlot slot, ref TxParameterSlot parameters) =>
        _placement.Replay(handle, queue, data, ref slot, ref parameters);

    /// <summary>Must be called before a descriptor runs on the queue that may not follow what fills the slot: clears the slot.</summary>
    /// <returns>SEQUENCE_BROKEN when a place was waiting, else OK.</returns>
    public TxStatus Break(ref TxPositionSlot slot) => _placement.Break(ref slot);

    /// <summary>SET_CONTEXT: the record number that the next SET_PROGRESS begins with; effective with the next fence.</summary>
    public TxStatus SetContext(ulong handle, int queue, TlsVersion version, ulong recordNumber, ref TxParameterSlot parameters) =>
        _placement.SetContext(handle, queue, version, recordNumber, ref parameters);

    /// <summary>SET_PROGRESS: the place before a record's first byte; effective with the next fence.</summary>
    public TxStatus SetProgress(ulong handle, int queue, uint recordStart, ref TxParameterSlot parameters) =>
        _placement.SetProgress(handle, queue, recordStart, ref parameters);

    /// <summary>
    /// A DATA chain, REPLAY, SET_CONTEXT or SET_PROGRESS of a context was refused outside of the engine. A positional context protects nothing more until
    /// SET_CONTEXT, SET_PROGRESS and a fence, or UPDATE, place it anew; other contexts, and queues that the context is not bound to, are as before.
    /// </summary>
    public void StopTx(ulong handle, int queue, ref TxParameterSlot parameters) => _placement.Stop(handle, queue, ref parameters);

    /// <summary>A fence was refused, or its queue stopped before it: the context whose parameters wait stops.</summary>
    public void StopWaiting(int queue, ref TxParameterSlot parameters) => _placement.StopWaiting(queue, ref parameters);

    /// <summary>A queue was emptied of descriptors that nobody looked at: its positional contexts stop.</summary>
    public void StopAll(int queue) => _transmit.StopAll(queue);

    /// <summary>A fence: what SET_CONTEXT and SET_PROGRESS told the queue's context takes effect.</summary>
    public void Fence(int queue, ref TxParameterSlot parameters) => _placement.Fence(queue, ref parameters);

    /// <summary>
    /// Protects the TCP payload of a DATA chain in place; its length never changes. On OK the chain is staged: nothing has moved until
    /// <see cref="CommitTx"/>, and the slot is kept for another try after <see cref="RollbackTx"/>. On anything else the payload has been
    /// wiped, the slot is empty, and no byte may leave. An empty payload is OK anywhere and moves nothing.
    /// </summary>
    /// <param name="handle">Transmit context.</param>
    /// <param name="queue">Queue of the chain.</param>
    /// <param name="sequence">TCP sequence number of the first byte.</param>
    /// <param name="payload">Framed plaintext; becomes ciphertext.</param>
    /// <param name="slot">The queue's position slot.</param>
    public TxStatus Protect(ulong handle, int queue, uint sequence, Span<byte> payload, ref TxPositionSlot slot) =>
        _transmit.Protect(handle, queue, sequence, payload, ref slot);

    /// <summary>The staged chain was accepted for sending: moves the state, counts, reports the records that ended, empties the slot.</summary>
    /// <param name="handle">Transmit context.</param>
    /// <param name="payload">The bytes that <see cref="Protect"/> made.</param>
    /// <param name="packets">Packets that the chain becomes on the wire.</param>
    /// <param name="slot">The queue's position slot.</param>
    /// <returns>True when the chain left the order of the stream.</returns>
    public bool CommitTx(ulong handle, ReadOnlySpan<byte> payload, int packets, ref TxPositionSlot slot) =>
        _transmit.Commit(handle, payload, packets, ref slot);

    /// <summary>The staged chain was not accepted: everything is as before <see cref="Protect"/>, but for the payload's bytes.</summary>
    public void RollbackTx(ulong handle) => _transmit.Rollback(handle);

    /// <summary>Forgets and zeroes everything, counts too; handles of earlier epochs are stale.</summary>
    /// <param name="epoch">The new reset epoch, greater than all before.</param>
    public void Reset(ushort epoch)
    {
        _transmit.Reset(epoch);
        _receive.Reset(epoch);
        Keys.Reset(epoch);
        _shared.Totals = default;
    }

    /// <summary>Saves everything but what is staged. The result holds keys.</summary>
    public TlsEngineSnapshot Save() => new()
    {
        Keys = Keys.Save(),
        TxHandles = _transmit.Handles.Save(),
        Transmit = _transmit.Save(),
        RxHandles = _receive.Handles.Save(),
        Receive = _receive.Save(),
        Totals = _shared.Totals,
        Refusals = [.. _transmit.Refusals],
    };

    /// <summary>Becomes the engine that was saved.</summary>
    /// <exception cref="ArgumentException">The snapshot is of another version, or of an engine of other sizes; the engine is then to be reset.</exception>
    public void Restore(TlsEngineSnapshot snapshot)
    {
        if (snapshot.Version != TlsEngineSnapshot.CurrentVersion)
        {
            throw new ArgumentException("The snapshot is of another version.", nameof(snapshot));
        }

        Keys.Restore(snapshot.Keys);
        _transmit.Restore(snapshot.TxHandles, snapshot.Transmit, snapshot.Refusals);
        _receive.Restore(snapshot.RxHandles, snapshot.Receive);
        _shared.Totals = snapshot.Totals;
    }

    /// <summary>Zeroes every key and every record half way through.</summary>
    public void Dispose() => Reset(0);

    private static bool IsReceive(ulong handle) => new ObjectHandle(handle).Kind == ObjectKind.Receive;

    private TlsCommandStatus FindKey(ulong handle, out KeyObject? key)
    {
        HandleState state = Keys.Resolve(handle, out key);
        return state == HandleState.Live ? TlsCommandStatus.Ok : _shared.Unresolved(state, handle);
    }
}
