using NicEmu.Driver.Crypto;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Ktls;
using NicEmu.Driver.Memory;
using NicEmu.Driver.Nic;
using NicEmu.Net;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Paths;

/// <summary>
/// A TCP socket whose sending side holds no bytes: it refers to memory that others have filled, which the card reads itself, and to metered pages of its own where bytes have to be copied.
/// Its receiving side may leave what came in the card's buffers until the reader takes it. Its directions may be handed to kernel TLS; then each send is one record, which the card encrypts
/// on its way, or software into pages of its own, and received records are joined in the reader's buffer. Nothing blocks.
/// </summary>
public sealed class PathSocket : IStreamSocket, ITlsSocket, ITcpObserver, IKernelSocket, IDisposable
{
    private readonly HostKernel _kernel;
    private readonly PathMemory _memory;
    private readonly SendQueue _queue;
    private readonly PathSender _sender;
    private readonly SentVersions _versions;
    private readonly TlsTxHalf _tx;
    private readonly TlsRxHalf _rx;
    private readonly PathReceiver? _receiver;
    private bool _closeIsDue;
    private bool _endReported;
    private bool _delivering;
    private bool _released;

    internal PathSocket(HostKernel kernel, TcpConnection connection, PathMemory memory, MeteredRegion? readerBuffer)
    {
        (_kernel, _memory, Connection) = (kernel, memory, connection);
        foreach (HostPort port in kernel.Ports) port.ReserveForPieces(SendQueue.MaxPieces);
        _queue = new(kernel, port => port.QueueOf(connection.Tuple), memory.Reader);
        _sender = new(connection, _queue, memory);
        _versions = new(kernel.Counters, reuse => NonceReused?.Invoke(reuse));
        _tx = new(kernel, connection, this, _sender);
        if (readerBuffer is not null) _receiver = new(kernel, connection, memory.Reader);
        _rx = new(kernel, connection, this, readerBuffer is null ? null : new ReaderMemory(readerBuffer, memory.Reader as MemoryMeter));
        connection.Observer = this;
        connection.SegmentLimiter = _queue.Limit;
        kernel.Add(this);
        kernel.Transmitted += OnTransmitted;
    }

    /// <inheritdoc/>
    public TcpConnection Connection { get; }

    /// <inheritdoc/>
    public Action? Opened { get; set; }

    /// <inheritdoc/>
    public Action? Readable { get; set; }

    /// <summary>Called when more may be sent than before.</summary>
    public Action? Writable { get; set; }

    /// <inheritdoc/>
    public Action? EndOfStream { get; set; }

    /// <summary>Called for each record once TLS was set for receiving. While it is null nothing is read, and TCP's window closes in time.</summary>
    public RecordHandler? Record
    {
        get;
        set
        {
            field = value;
            if (value is not null) _kernel.Defer(Deliver);
        }
    }

    /// <summary>Where in the reader's buffer the content of the record lies that <see cref="Record"/> is called for; it is called without content then.</summary>
    public (int Offset, int Length) RecordPlace => _rx.Session?.Content ?? default;

    /// <summary>Receive buffers of the card that this socket keeps.</summary>
    public int BuffersHeld => _receiver?.Count ?? 0;

    /// <summary>Called once when a received record is refused.</summary>
    public Action<KtlsError>? Failed { get; set; }

    /// <summary>Called once when the connection is gone.</summary>
    public Action<TcpCloseReason>? Closed { get; set; }

    /// <summary>Called when memory that a record refers to was changed between two transmissions of it, see <see cref="IPieceVersions"/>.</summary>
    public Action<NonceReuse>? NonceReused { get; set; }

    /// <summary>Where sending is protected.</summary>
    public KtlsState TxState => _tx.State;

    /// <summary>Where receiving is protected.</summary>
    public KtlsState RxState => _rx.State;

    /// <summary>Why sending is protected in software.</summary>
    public KtlsFallbackReason TxFallbackReason => _tx.Reason;

    /// <summary>Transmit context in the card, or zero.</summary>
    public ulong TxHandle => _tx.Handle;

    /// <inheritdoc/>
    public ulong RxHandle => _rx.Handle;

    /// <summary>Bytes that can be given now, overheads of records included.</summary>
    public int Free => TxState == KtlsState.Installing ? 0 : _sender.Room;

    /// <inheritdoc/>
    public int Capacity => _sender.Capacity;

    /// <summary>Pieces of memory that are not given back to their owners yet.</summary>
    public int PiecesHeld => _queue.Pieces;

    /// <summary>Payload bytes sent for the first time, and again, under the present key; zeros without one.</summary>
    public (long Sent, long Again) Volume => _tx.Session?.Volume ?? default;

    KtlsRxSession? IKernelSocket.RxSession => _rx.Session;

    /// <summary>Opens a connection.</summary>
    /// <param name="host">The host, whose card makes checksums.</param>
    /// <param name="memory">Memory for what the socket has to hold itself.</param>
    /// <param name="address">The peer.</param>
    /// <param name="port">The peer's port.</param>
    /// <param name="readerBuffer">Where received records are joined, 17 KiB; received bytes stay in the card's buffers until then, which the memory's reader must know. Null: TCP takes them, uncounted.</param>
    /// <exception cref="InvalidOperationException">The card makes no checksums, or its transmit rings are too short.</exception>
    public static PathSocket Connect(HostKernel host, PathMemory memory, IpAddress address, ushort port, MeteredRegion? readerBuffer = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(memory);
        var socket = new PathSocket(host, host.Stack.Connect(address, port, 0, ConfigOf(host, readerBuffer is not null)), memory, readerBuffer);
        host.SchedulePump();
        return socket;
    }

    /// <summary>Opens a port.</summary>
    /// <param name="host">The host, whose card makes checksums.</param>
    /// <param name="memory">Memory for what the sockets have to hold themselves.</param>
    /// <param name="port">The port, on all addresses.</param>
    /// <param name="accepted">Receives each connection before anything of it was read.</param>
    /// <param name="readerBuffers">Makes a buffer for the reader of each connection, see <see cref="Connect"/>; null as there.</param>
    /// <exception cref="InvalidOperationException">The card makes no checksums, or its transmit rings are too short.</exception>
    public static void Listen(HostKernel host, PathMemory memory, ushort port, Action<PathSocket> accepted, Func<MeteredRegion>? readerBuffers = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(accepted);
        foreach (HostPort each in host.Ports) each.ReserveForPieces(SendQueue.MaxPieces);
        host.Stack.Listen(port, config: ConfigOf(host, readerBuffers is not null)).ConnectionReady = ready =>
        {
            while (ready.TryAccept(out TcpConnection? connection)) accepted(new(host, connection, memory, readerBuffers?.Invoke()));
        };
    }

    /// <summary>Sends bytes where they lie, all or none: in TLS one record of application data. They must stay as they are until they are released.</summary>
    /// <param name="pieces">Where, in order; in TLS up to 16 pieces of 16384 bytes together.</param>
    /// <param name="owner">Told when a piece is needed no more. Where it is an <see cref="IPieceVersions"/>, changes are noticed.</param>
    /// <returns>False when they do not fit; <see cref="Writable"/> is called later.</returns>
    public bool TrySend(ReadOnlySpan<DmaPiece> pieces, IPieceOwner owner)
    {
        ArgumentNullException.ThrowIfNull(owner);
        bool sent = TxState == KtlsState.None ? _sender.TryAppend(pieces, owner) : TrySendRecord(TlsContentType.ApplicationData, pieces, owner);
        if (sent) _kernel.SchedulePump();
        return sent;
    }

    /// <summary>Writes bytes that are copied to pages of the socket: one copy, counted. In TLS they become records of application data.</summary>
    /// <param name="data">The bytes.</param>
    /// <returns>Bytes taken; when fewer than offered, <see cref="Writable"/> is called later.</returns>
    public int Write(ReadOnlySpan<byte> data) => Write(TlsContentType.ApplicationData, data);

    /// <summary>Writes records of a content type, see <see cref="Write(ReadOnlySpan{byte})"/>.</summary>
    /// <param name="type">Content type; in plain TCP it has no meaning.</param>
    /// <param name="data">Content.</param>
    /// <returns>Bytes taken.</returns>
    public int Write(TlsContentType type, ReadOnlySpan<byte> data)
    {
        int taken = 0;
        if (TxState == KtlsState.None)
        {
            taken = Math.Min(data.Length, _sender.Free);
            _sender.Write(data[..taken]);
        }
        else
        {
            while (taken < data.Length && TryWriteRecord(type, data.Slice(taken, Math.Min(_kernel.Options.MaxRecordPayload, data.Length - taken)), out int part)) taken += part;
        }

        if (taken > 0) _kernel.SchedulePump();
        return taken;
    }

    /// <inheritdoc/>
    public int Read(Span<byte> destination)
    {
        if (RxState != KtlsState.None) return 0;
        int count = _receiver?.Read(destination) ?? Connection.Read(destination);
        if (count > 0) _kernel.SchedulePump();
        return count;
    }

    /// <inheritdoc/>
    public void SetTlsTx(TlsCryptoInfo info)
    {
        CheckSetting();
        _tx.Set(info);
    }

    /// <inheritdoc/>
    public void SetTlsRx(TlsCryptoInfo info)
    {
        CheckSetting();
        _rx.Set(info);
        _kernel.Defer(Deliver);
    }

    /// <summary>Ends the sending side; what was given is still sent.</summary>
    public void Close()
    {
        _closeIsDue = TxState == KtlsState.Installing;
        if (!_closeIsDue) Connection.Close();
        _kernel.SchedulePump();
    }

    /// <summary>Ends the connection at once.</summary>
    public void Abort()
    {
        Connection.Abort();
        _kernel.SchedulePump();
    }

    /// <summary>Ends the connection at once and forgets the keys and what was not read; no callback comes any more. Memory is given back when the card has done with it.</summary>
    public void Dispose()
    {
        Connection.Observer = null;
        Abort();
        Release();
        _receiver?.Clear();
    }

    void ITcpObserver.OnAcknowledged(TcpConnection connection, uint unacknowledged)
    {
        _tx.OnAcknowledged(unacknowledged);
        _versions.OnAcknowledged(unacknowledged);
        _queue.OnAcknowledged(unacknowledged);
        OnWriteUnblocked();
    }

    bool ITcpObserver.MayKeep(TcpConnection connection, bool isEarly) => _receiver!.MayKeep(isEarly);

    void ITcpObserver.OnKept(TcpConnection connection, uint sequence, int frameOffset, int length, int mark) => _receiver!.Keep(sequence, frameOffset, length);

    void ITcpObserver.OnReceived(TcpConnection connection) => Deliver();

    void ITcpObserver.OnStateChanged(TcpConnection connection, TcpState previous)
    {
        if (connection.State == TcpState.Established) Opened?.Invoke();
        if (connection.State is not (TcpState.TimeWait or TcpState.Closed)) return;
        Deliver();
        Release();
        if (connection.State == TcpState.Closed) Closed?.Invoke(connection.CloseReason);
    }

    TxVerdict IKernelSocket.Transmit(in TxSegment segment, HostPort egress, int queue)
    {
        if (_versions.Any && _versions.OnTransmit(segment.Sequence, segment.Payload.Length)) _tx.SessionAt(segment.Sequence)?.OnContentChanged();
        TxVerdict verdict = _tx.Transmit(segment, egress, queue);
        _sender.OnPosted();
        return verdict;
    }

    TxBytes IKernelSocket.PayloadAt(uint sequence, int length) => _queue.Map(sequence, length);

    KtlsTxSession? IKernelSocket.SessionOf(ulong context) => _tx.SessionOf(context);

    void IKernelSocket.OnNonceReused(NonceReuse reuse) => NonceReused?.Invoke(reuse);

    void IKernelSocket.OnWriteUnblocked() => OnWriteUnblocked();

    void IKernelSocket.DetachFrom(HostPort port, KtlsFallbackReason reason, bool remove)
    {
        _tx.DetachFrom(port, reason, remove);
        _rx.DetachFrom(port, reason, remove);
        _kernel.Defer(_queue.Release);
    }

    private void OnWriteUnblocked()
    {
        if (TxState == KtlsState.Installing) return;
        if (_closeIsDue) Close();
        else Writable?.Invoke();
    }

    private void OnTransmitted()
    {
        _queue.Release();
        if (_released && _queue.Pieces == 0) _kernel.Transmitted -= OnTransmitted;
    }

    private bool TrySendRecord(TlsContentType type, ReadOnlySpan<DmaPiece> pieces, IPieceOwner owner)
    {
        _sender.Prepare(pieces, owner);
        uint start = Connection.SendSequence;
        ulong number = _tx.Session?.NextRecord ?? 0;
        if (!_tx.TrySendRecord(type, new TxBytes(pieces, _memory.Reader), _sender)) return false;
        if (owner is IPieceVersions versions && _tx.Session is { InDevice: true }) _versions.Add(number, start, Connection.SendSequence, pieces, versions);
        return true;
    }

    private bool TryWriteRecord(TlsContentType type, ReadOnlySpan<byte> content, out int taken)
    {
        taken = content.Length;
        Span<DmaPiece> pieces = stackalloc DmaPiece[(TlsRecordLayout.MaxPlaintextLength / PagePool.PageBytes) + 1];
        int count = 0;
        bool stored = true;
        for (ReadOnlySpan<byte> rest = content; stored && rest.Length > 0; count += stored ? 1 : 0)
        {
            stored = _memory.TryStore(rest, out pieces[count]);
            rest = rest[pieces[count].Length..];
        }

        if (stored && TrySendRecord(type, pieces[..count], _memory)) return true;
        foreach (DmaPiece piece in pieces[..count]) _memory.Released(piece);
        return false;
    }

    private void Deliver()
    {
        if (_delivering) return;
        _delivering = true;
        if (_rx.Session is not null) DeliverRecords();
        else if (Connection.Available > 0 && RxState == KtlsState.None) Readable?.Invoke();
        _delivering = false;
        if (_endReported || !Connection.IsEndOfStream) return;
        _endReported = true;
        EndOfStream?.Invoke();
    }

    private void DeliverRecords()
    {
        while (_rx.Session is { Error: KtlsError.None } && Record is { } handler && Connection.TryReceive(out ReceivedChunk chunk))
        {
            int taken = _rx.Input(_receiver is null ? chunk.Bytes : _receiver.Load(chunk.Sequence, chunk.Length), chunk.Mark, handler);
            Connection.Consume(Math.Min(taken, Connection.Available));
            _receiver?.OnRead();
        }

        _kernel.SchedulePump();
        if (_rx.Error != KtlsError.None) Failed?.Invoke(_rx.Error);
        else if (Connection.Available == 0) _rx.Session?.OnDrained();
    }

    private void CheckSetting()
    {
        if (Connection.State is TcpState.SynSent or TcpState.SynReceived or TcpState.Closed) throw new KtlsException(KtlsError.NotConnected, "The connection is not established.");
    }

    private void Release()
    {
        if (_released) return;
        _released = true;
        _kernel.Remove(this);
        _tx.Release();
        _rx.Dispose();
        _queue.Clear();
        OnTransmitted();
    }

    private static TcpConfig ConfigOf(HostKernel host, bool keepsReceived) => host.Options.Tcp with { CallerKeepsSent = true, CallerKeepsReceived = keepsReceived };
}
