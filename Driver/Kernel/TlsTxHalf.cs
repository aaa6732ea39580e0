using System.Buffers;
using NicEmu.Driver.Crypto;
using NicEmu.Driver.Ktls;
using NicEmu.Driver.Ktls.Strategies;
using NicEmu.Driver.Nic;
using NicEmu.Net;
using NicEmu.Spec.Core;
using NicEmu.Spec.Testing;
using NicEmu.Spec.Tls;
using TcpSequence = NicEmu.Spec.Tls.TcpSequence;

namespace NicEmu.Driver.Kernel;

/// <summary>
/// The sending direction of a TLS socket: its keys in turn, each for a range of the stream that no segment leaves, and the way from one key to the next.
/// </summary>
internal sealed class TlsTxHalf(HostKernel kernel, TcpConnection connection, IKernelSocket socket, IStreamWriter? stream = null)
{
    // Nothing was written yet: what is free is the buffer of this connection, which may be another than the host's.
    private readonly IStreamWriter _stream = stream ?? new ConnectionStream(connection, connection.SendBufferFree);

    // The last takes what is written; the others only hold bytes that may be sent again.
    private readonly List<Epoch> _epochs = [];
    private readonly RecordWriter _writer = new();
    private readonly PageReferences _pages = new(kernel.Counters, socket.OnNonceReused);
    private readonly byte[] _fileContent = new byte[TlsRecordLayout.MaxPlaintextLength];
    private KtlsState _state;
    private TlsCryptoInfo? _installing;
    private TlsCryptoInfo? _queued;
    private bool _awaitsBoundary;
    private bool _mayReturn;
    private bool _counted;
    private bool _countedDevice;
    private bool _isReleased;
    private KtlsError _lastError;
    private uint _unacknowledged;
    private bool _hasRetired;
    private HostPort? _lastPort;

    public KtlsState State => _state;

    public KtlsFallbackReason Reason { get; private set; }

    /// <summary>The key of what is written next.</summary>
    public TlsCryptoInfo? Info => _queued ?? _installing ?? (_epochs.Count > 0 ? _epochs[^1].Info : null);

    public KtlsError Error => Session?.Error ?? _lastError;

    public ulong Handle => _epochs.Count > 0 ? _epochs[^1].Context : 0;

    public KtlsTxSession? Session => _epochs.Count > 0 ? _epochs[^1].Session : null;

    /// <summary>Whether a key update has begun and not ended.</summary>
    public bool IsRekeying { get; private set; }

    public void Set(TlsCryptoInfo info)
    {
        if (_state != KtlsState.None) throw new KtlsException(KtlsError.Busy, "TLS_TX was set before.");
        if (kernel.Features.TlsTransmit) Install(info, () => info);
        else OnInstalled(info, kernel.Egress, TlsInstallation.Refused(KtlsFallbackReason.FeatureOff));
    }

    /// <summary>Takes the key that follows, see <see cref="HostSocket.UpdateTlsTx"/>.</summary>
    public void Update(TlsCryptoInfo info)
    {
        if (_state == KtlsState.None) throw new KtlsException(KtlsError.InvalidArgument, "TLS_TX was not set.");
        TlsRecordLayout layout = Info!.Layout;
        KtlsError refusal = layout.Version != TlsVersion.Tls13 ? KtlsError.Busy
            : info.Version != layout.Version || info.Cipher != layout.Cipher ? KtlsError.InvalidArgument : KtlsError.None;
        if (refusal != KtlsError.None)
        {
            kernel.Counters.TlsTxRekeyError++;
            throw new KtlsException(refusal, "TLS 1.2 has no key update, and a new key is of the old one's version and cipher.");
        }

        if (_state == KtlsState.Installing)
        {
            // Nothing is written meanwhile, so the key still begins where the caller meant.
            if (_queued is not null) kernel.Counters.TlsTxRekeyFallback++;
            _queued = info;
            return;
        }

        if (!TryFlush()) throw new KtlsException(KtlsError.TryAgain, "The open record does not fit into the send buffer yet.");
        BeginRekey(info);
    }

    /// <summary>Whether a record is held open.</summary>
    public bool IsRecordOpen => _writer.IsOpen;

    /// <summary>Writes data, see <see cref="HostSocket.Send(TlsContentType, ReadOnlySpan{byte}, SendFlags)"/>.</summary>
    public int Send(TlsContentType type, ReadOnlySpan<byte> data, SendFlags flags, int limit)
    {
        if (_state is KtlsState.None or KtlsState.Installing || Session is not { } session) return 0;
        bool more = (flags & SendFlags.More) != 0;
        if (type == TlsContentType.ApplicationData && (more || _writer.IsOpen)) return _writer.Add(session, _stream, data, limit, more);
        if (!_writer.TryFlush(session)) return 0;
        // Nothing is a record of its own only where the caller says so.
        if (data.IsEmpty && (type != TlsContentType.ApplicationData || (flags & SendFlags.EndOfRecord) != 0)) session.TrySendRecord(type, data);
        return session.Send(type, data, limit);
    }

    /// <summary>Sends a part of a file, a record at a time.</summary>
    public int SendFile(PageCacheFile file, int offset, int length, bool zeroCopy, int limit)
    {
        if (_state is KtlsState.None or KtlsState.Installing || Session is not { } session || !_writer.TryFlush(session)) return 0;
        // A record of pages has as many fragments as it touches pages.
        limit = Math.Min(limit, (RecordWriter.MaxFragments - 1) * PageCacheFile.PageBytes);
        int taken = 0;
        while (taken < length)
        {
            Span<byte> content = _fileContent.AsSpan(0, Math.Min(limit, length - taken));
            file.Read(offset + taken, content);
            uint start = _stream.Sequence;
            if (!session.TrySendRecord(TlsContentType.ApplicationData, content)) break;
            if (zeroCopy && session.Find(start) is { } record) _pages.Add(record, file, offset + taken, content.Length);
            taken += content.Length;
        }

        return taken;
    }

    /// <summary>Sends one record whose content stays where it is.</summary>
    public bool TrySendRecord(TlsContentType type, TxBytes content, IRecordPlacer placer) =>
        _state is not (KtlsState.None or KtlsState.Installing) && Session is { } session && session.TrySendRecord(type, content, placer);

    /// <summary>Closes the open record.</summary>
    /// <returns>False while it does not fit.</returns>
    public bool TryFlush() => Session is not { } session || _writer.TryFlush(session);

    /// <summary>Closes a record whose end is due.</summary>
    public bool TryFlushDue() => Session is not { } session || _state == KtlsState.Installing || _writer.TryFlushDue(session);

    /// <summary>Sends a segment under the key of its place in the stream.</summary>
    public TxVerdict Transmit(in TxSegment segment, HostPort egress, int queue)
    {
        if (_epochs.Count == 0) return TxVerdict.SendAsIs;
        if (_hasRetired && !segment.Payload.IsEmpty && !TcpSequence.IsAfter(segment.Sequence + (uint)segment.Payload.Length, _unacknowledged))
        {
            // The key is gone, and nobody waits for the bytes.
            kernel.Counters.TxTlsDropNoSyncData++;
            return TxVerdict.Drop;
        }

        int at = _epochs.Count - 1;
        while (at > 0 && TcpSequence.IsBefore(segment.Sequence, _epochs[at].Session.Start)) at--;
        Epoch epoch = _epochs[at];
        if (!_pages.Any || !_pages.Refresh(epoch.Session, segment.Sequence, segment.Payload.Length))
        {
            return epoch.Session.Transmit(segment, egress.Nic.TxQueue(queue), epoch.Port != egress);
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(segment.Payload.Length);
        Span<byte> payload = rented.AsSpan(0, segment.Payload.Length);
        segment.Payload.CopyTo(payload);
        epoch.Session.CopyPlain(segment.Sequence, payload);
        var current = new TxSegment { Headers = segment.Headers, Payload = payload, Sequence = segment.Sequence, Mss = segment.Mss };
        TxVerdict verdict = epoch.Session.Transmit(current, egress.Nic.TxQueue(queue), epoch.Port != egress);
        ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        return verdict;
    }

    /// <summary>The session that a place in the stream belongs to.</summary>
    public KtlsTxSession? SessionAt(uint sequence) => _epochs.FindLast(e => !TcpSequence.IsBefore(sequence, e.Session.Start))?.Session;

    public KtlsTxSession? SessionOf(ulong context) => _epochs.Find(e => e.Session.Handle == context)?.Session;

    public void OnAcknowledged(uint unacknowledged)
    {
        _unacknowledged = unacknowledged;
        _pages.OnAcknowledged(unacknowledged);
        while (_epochs.Count > 1 && !TcpSequence.IsBefore(unacknowledged, _epochs[1].Session.Start)) RetireFirst();
        foreach (Epoch epoch in _epochs) epoch.Session.OnAcknowledged(unacknowledged);
        if (!_awaitsBoundary || _epochs.Count > 1) return;
        _awaitsBoundary = false;
        ReturnToCard(_epochs[0]);
    }

    /// <summary>The port's card must not be used any more.</summary>
    public void DetachFrom(HostPort port, KtlsFallbackReason reason, bool remove)
    {
        foreach (Epoch epoch in _epochs)
        {
            if (epoch.Port != port || epoch.Context == 0) continue;
            epoch.Removable = remove;
            epoch.Session.Degrade(reason);
        }

        if (_awaitsBoundary && _epochs[^1].Port == port)
        {
            _awaitsBoundary = false;
            (_state, Reason) = (KtlsState.Software, reason);
            EndRekey(RekeyOutcome.Fallback);
        }
    }

    /// <summary>The connection sends nothing more.</summary>
    public void Release()
    {
        if (_isReleased) return;
        _isReleased = true;
        EndRekey(RekeyOutcome.Aborted);
        _writer.Clear();
        _lastError = Error;
        while (_epochs.Count > 0) RetireFirst();
        if (!_counted) return;
        if (_countedDevice) kernel.Counters.TlsCurrTxDevice--;
        else kernel.Counters.TlsCurrTxSw--;
    }

    private void BeginRekey(TlsCryptoInfo info)
    {
        EndRekey(RekeyOutcome.Fallback);
        IsRekeying = true;
        kernel.Counters.TlsCurrTxRekey++;
        // Bytes of both keys never share a segment.
        connection.MarkSegmentBoundary();
        bool toCard = _mayReturn && kernel.Features.TlsTransmit;
        if (!toCard)
        {
            Push(info, _epochs[^1].Port, default);
            EndRekey(RekeyOutcome.Ok);
        }
        else if (connection.SendUnacknowledged == connection.SendSequence)
        {
            while (_epochs.Count > 0) RetireFirst();
            Install(info, () => info);
        }
        else
        {
            Push(info, _epochs[^1].Port, default);
            (_state, _awaitsBoundary) = (KtlsState.Rekeying, true);
        }
    }

    /// <summary>Everything under the old key was acknowledged: the new one goes into the card, from the record on that comes next.</summary>
    private void ReturnToCard(Epoch epoch) => Install(epoch.Info, () =>
    {
        TlsCryptoInfo info = epoch.Info;
        return new(info.Version, info.Cipher, info.Key.Span, info.Iv.Span, epoch.Session.NextRecord);
    });

    /// <summary>Asks the card. Nothing is written until it has answered.</summary>
    private void Install(TlsCryptoInfo info, Func<TlsCryptoInfo> live)
    {
        (_state, _installing) = (KtlsState.Installing, info);
        // Bytes of the handshake, or of another key's records, and of the first record never share a segment.
        connection.MarkSegmentBoundary();
        // A new key goes into the card that the old one was in, whatever the route.
        HostPort port = _epochs.Count > 0 ? _epochs[^1].Port : _lastPort ?? kernel.Egress;
        TlsCryptoInfo placed = live();
        TxMode mode = TxStrategies.ModeOf(kernel.Options.Strategy);
        port.Installer.InstallTx(placed, port.QueueOf(connection.Tuple), connection.SendSequence, mode, result => OnInstalled(placed, port, result));
    }

    private void OnInstalled(TlsCryptoInfo info, HostPort port, TlsInstallation result)
    {
        _installing = null;
        if (_isReleased || connection.State == TcpState.Closed)
        {
            if (result.Ok) port.Reaper.AddTx(port.QueueOf(connection.Tuple), result.Context, result.Key);
            return;
        }

        bool rekeying = IsRekeying;
        // A key that could not be installed goes on in the software epoch that it has, if it has one.
        if (result.Ok || _epochs.Count == 0) Push(info, port, result);
        _state = result.Ok ? KtlsState.Device : KtlsState.Software;
        Reason = result.Ok ? KtlsFallbackReason.None : rekeying ? KtlsFallbackReason.RekeyFailed : result.Reason;
        _mayReturn |= result.Ok;
        Count(result.Ok);
        if (result.Ok) EndRekey(RekeyOutcome.Ok);
        else EndRekey(RekeyOutcome.Fallback);
        if (_queued is { } next)
        {
            _queued = null;
            BeginRekey(next);
        }

        if (_state != KtlsState.Installing) socket.OnWriteUnblocked();
    }

    private void Count(bool device)
    {
        if (_counted) return;
        (_counted, _countedDevice) = (true, device);
        if (device)
        {
            kernel.Counters.TlsTxDevice++;
            kernel.Counters.TlsCurrTxDevice++;
        }
        else
        {
            kernel.Counters.TlsTxSw++;
            kernel.Counters.TlsCurrTxSw++;
        }
    }

    private void Push(TlsCryptoInfo info, HostPort port, TlsInstallation result)
    {
        HostOptions options = kernel.Options;
        Epoch epoch = null!;
        var session = new KtlsTxSession(info, _stream, result.Context, kernel.Counters, new()
        {
            Strategy = options.Strategy,
            RetransmitLimitPercent = options.RetransmitLimitPercent,
            RetransmitLimitMinimumBytes = options.RetransmitLimitMinimumBytes,
            Update = (sequence, number, done) => TellRecord(epoch, sequence, number, done),
            Placer = _stream as IRecordPlacer,
            Degraded = reason => OnDegraded(epoch, reason),
            Resumed = socket.OnWriteUnblocked,
        });
        epoch = new(session, info, port, result);
        _epochs.Add(epoch);
        if (result.Ok) port.RegisterTx(result.Context, socket);
    }

    /// <summary>A session left the card for good; what it queued there may still come back.</summary>
    private void OnDegraded(Epoch epoch, KtlsFallbackReason reason)
    {
        epoch.Leave(connection, epoch.Removable);
        _mayReturn = false;
        if (epoch != _epochs[^1]) return;
        (_state, Reason) = (KtlsState.Software, reason);
        if (_countedDevice)
        {
            _countedDevice = false;
            kernel.Counters.TlsCurrTxDevice--;
            kernel.Counters.TlsCurrTxSw++;
        }

        // A write may be waiting for an answer of the card that matters no more.
        kernel.Defer(socket.OnWriteUnblocked);
    }

    /// <summary>Next-record resync: the record begins a segment, and the card learns its place behind everything that was queued before.</summary>
    private void TellRecord(Epoch epoch, uint sequence, ulong number, Action<bool> done)
    {
        connection.MarkSegmentBoundary();
        epoch.Port.Reaper.AfterQueued(epoch.Port.QueueOf(connection.Tuple), () =>
        {
            // No word about a context that was given up meanwhile.
            if (epoch.Context == 0) done(false);
            else epoch.Port.Nic.Tls.UpdateTx(epoch.Context, sequence, number, result => done(result.Ok));
        });
    }

    private void RetireFirst()
    {
        Epoch epoch = _epochs[0];
        _epochs.RemoveAt(0);
        _hasRetired = true;
        _lastPort = epoch.Port;
        epoch.Leave(connection, remove: true);
        epoch.Session.Dispose();
    }

    private void EndRekey(RekeyOutcome outcome)
    {
        if (!IsRekeying) return;
        IsRekeying = _awaitsBoundary = false;
        kernel.Counters.TlsCurrTxRekey--;
        kernel.Counters.OnTxRekeyed(outcome);
    }

    /// <summary>One key with the range of the stream that it protects, and its context if it has one.</summary>
    private sealed class Epoch(KtlsTxSession session, TlsCryptoInfo info, HostPort port, TlsInstallation installed)
    {
        private TlsInstallation _installed = installed;

        public KtlsTxSession Session => session;

        public TlsCryptoInfo Info => info;

        public HostPort Port => port;

        public ulong Context => _installed.Context;

        /// <summary>Whether the card still has the context, so that it has to be removed.</summary>
        public bool Removable { get; set; } = true;

        /// <summary>Gives the context up, once.</summary>
        public void Leave(TcpConnection connection, bool remove)
        {
            if (!_installed.Ok) return;
            ulong context = _installed.Context;
            if (remove) port.Reaper.AddTx(port.QueueOf(connection.Tuple), context, _installed.Key, () => port.UnregisterTx(context));
            _installed = default;
        }
    }
}
