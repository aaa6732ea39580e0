using NicEmu.Driver.Crypto;
using NicEmu.Driver.Ktls;
using NicEmu.Driver.Ktls.Strategies;
using NicEmu.Net;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Kernel;

/// <summary>A TCP socket whose directions may each be handed to kernel TLS. Nothing blocks: callbacks say when to go on. They run on the host's loop and may use the socket.</summary>
public sealed class HostSocket : ITcpObserver, IDisposable
{
    private readonly HostKernel _kernel;
    private readonly ConnectionStream _stream;
    private KtlsTxSession? _tx;
    private KtlsRxSession? _rx;
    private (ulong Context, ulong Key) _rxHandles;
    private bool _writeBlocked;
    private bool _endReported;
    private bool _delivering;

    internal HostSocket(HostKernel kernel, TcpConnection connection)
    {
        (_kernel, Connection) = (kernel, connection);
        // Nothing was written yet: what is free is the buffer of this connection, which may be another than the host's.
        _stream = new(connection, connection.SendBufferFree);
        connection.Observer = this;
    }

    /// <summary>The connection below; its numbers may be read.</summary>
    public TcpConnection Connection { get; }

    /// <summary>Called once when the connection is established.</summary>
    public Action? Opened { get; set; }

    /// <summary>Called when bytes can be read with <see cref="Read"/>: in plain TCP only.</summary>
    public Action? Readable { get; set; }

    /// <summary>Called after a write fell short, when it may be tried again.</summary>
    public Action? Writable { get; set; }

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

    /// <summary>Called once when the peer has ended its side and everything was read.</summary>
    public Action? EndOfStream { get; set; }

    /// <summary>Called once when a received record is refused, see <see cref="RxError"/>.</summary>
    public Action<KtlsError>? Failed { get; set; }

    /// <summary>Called once when the connection is gone.</summary>
    public Action<TcpCloseReason>? Closed { get; set; }

    /// <summary>Where sending is protected.</summary>
    public KtlsState TxState { get; private set; }

    /// <summary>Where receiving is protected.</summary>
    public KtlsState RxState { get; private set; }

    /// <summary>Why sending stands still.</summary>
    public KtlsError TxError => _tx?.Error ?? KtlsError.None;

    /// <summary>Why receiving stands still.</summary>
    public KtlsError RxError => _rx?.Error ?? KtlsError.None;

    /// <summary>Why sending is protected in software.</summary>
    public KtlsFallbackReason TxFallbackReason { get; private set; }

    /// <summary>Why receiving is protected in software.</summary>
    public KtlsFallbackReason RxFallbackReason { get; private set; }

    /// <summary>Transmit context that the card was given, or zero.</summary>
    public ulong TxHandle => TxHandles.Context;

    /// <summary>Receive context in the card, or zero.</summary>
    public ulong RxHandle => _rxHandles.Context;

    internal int Queue => _kernel.QueueOf(Connection.Tuple);

    internal (ulong Context, ulong Key) TxHandles { get; private set; }

    internal KtlsTxSession? TxSession => _tx;

    internal KtlsRxSession? RxSession => _rx;

    /// <summary>What the frames that the card decrypts for this socket are marked with; zero when it does not.</summary>
    internal int Mark { get; private set; }

    /// <summary>Writes: bytes in plain TCP, application data in TLS.</summary>
    /// <returns>Bytes taken; when fewer than offered, <see cref="Writable"/> is called later.</returns>
    public int Write(ReadOnlySpan<byte> data) => Write(TlsContentType.ApplicationData, data);

    /// <summary>Writes records of a content type.</summary>
    /// <param name="type">Content type; in plain TCP it has no meaning.</param>
    /// <param name="data">Content.</param>
    /// <returns>Bytes taken.</returns>
    public int Write(TlsContentType type, ReadOnlySpan<byte> data)
    {
        int taken = TxState switch
        {
            KtlsState.None => Connection.Write(data),
            KtlsState.Installing => 0,
            _ => _tx?.Send(type, data, _kernel.Options.MaxRecordPayload) ?? 0,
        };
        _writeBlocked = taken < data.Length;
        if (taken > 0) _kernel.SchedulePump();
        return taken;
    }

    /// <summary>Reads plain TCP.</summary>
    /// <param name="destination">Receives the bytes.</param>
    /// <returns>Bytes read; 0 if none wait, or once TLS was set.</returns>
    public int Read(Span<byte> destination)
    {
        if (RxState != KtlsState.None) return 0;
        int count = Connection.Read(destination);
        if (count > 0) _kernel.SchedulePump();
        return count;
    }

    /// <summary>Protects everything written from now on, as setsockopt(TLS_TX) does: in the card if it can, else silently in software.</summary>
    /// <param name="info">Key and number of the next record.</param>
    /// <exception cref="InvalidOperationException">It was set before.</exception>
    public void SetTlsTx(TlsCryptoInfo info)
    {
        if (TxState != KtlsState.None) throw new InvalidOperationException("TLS_TX was set before.");
        if (!_kernel.Options.OffloadTx)
        {
            StartTx(info, TlsInstallation.Refused(KtlsFallbackReason.FeatureOff));
            return;
        }

        TxState = KtlsState.Installing;
        // Bytes of the handshake and of the first record never share a segment.
        Connection.MarkSegmentBoundary();
        _kernel.Installer.InstallTx(info, Queue, Connection.SendSequence, TxStrategies.ModeOf(_kernel.Options.Strategy), installation => StartTx(info, installation));
    }

    /// <summary>Takes everything not read yet as records, as setsockopt(TLS_RX) does: in the card if it can, else silently in software.</summary>
    /// <param name="info">Key and number of the next record.</param>
    /// <exception cref="InvalidOperationException">It was set before.</exception>
    public void SetTlsRx(TlsCryptoInfo info)
    {
        if (RxState != KtlsState.None) throw new InvalidOperationException("TLS_RX was set before.");
        bool offload = _kernel.Options.OffloadRx;
        _rx = new(info, Connection.ReadSequence, _kernel.Counters, offload ? Answer : null);
        if (offload)
        {
            RxState = KtlsState.Installing;
            KtlsRxSession session = _rx;
            _kernel.Installer.InstallRx(info, Connection.Tuple, Queue, () => (session.RecordStart, session.RecordNumber), OnRxCreated, OnRxActive);
        }
        else
        {
            UseRxSoftware(KtlsFallbackReason.FeatureOff);
        }

        _kernel.Defer(Deliver);
    }

    /// <summary>Ends the sending side; what was written is still sent.</summary>
    public void Close()
    {
        Connection.Close();
        _kernel.SchedulePump();
    }

    /// <summary>Ends the connection at once.</summary>
    public void Abort()
    {
        Connection.Abort();
        _kernel.SchedulePump();
    }

    /// <summary>Ends the connection at once and forgets the keys; no callback comes any more.</summary>
    public void Dispose()
    {
        Connection.Observer = null;
        Abort();
        Release();
    }

    void ITcpObserver.OnAcknowledged(TcpConnection connection, uint unacknowledged)
    {
        _tx?.OnAcknowledged(unacknowledged);
        if (TxState != KtlsState.Installing) ResumeWriting();
    }

    void ITcpObserver.OnReceived(TcpConnection connection) => Deliver();

    void ITcpObserver.OnStateChanged(TcpConnection connection, TcpState previous)
    {
        if (connection.State == TcpState.Established) Opened?.Invoke();
        if (connection.State is not (TcpState.TimeWait or TcpState.Closed)) return;
        Deliver();
        Release();
        if (connection.State == TcpState.Closed) Closed?.Invoke(connection.CloseReason);
    }

    private void Deliver()
    {
        if (_delivering) return;
        _delivering = true;
        if (_rx is { } session) DeliverRecords(session);
        else if (Connection.Available > 0) Readable?.Invoke();
        _delivering = false;
        if (_endReported || !Connection.IsEndOfStream) return;
        _endReported = true;
        EndOfStream?.Invoke();
    }

    private void DeliverRecords(KtlsRxSession session)
    {
        if (session.Error != KtlsError.None) return;
        while (session.Error == KtlsError.None && Record is not null && Connection.TryReceive(out ReceivedChunk chunk))
        {
            bool decrypted = chunk.Mark != 0 && chunk.Mark == Mark;
            int taken = session.Input(chunk.Bytes, decrypted, OnRecord);
            Connection.Consume(Math.Min(taken, Connection.Available));
        }

        _kernel.SchedulePump();
        if (session.Error != KtlsError.None) Failed?.Invoke(session.Error);
        else if (Connection.Available == 0) session.OnDrained();
    }

    private void OnRecord(TlsContentType type, ReadOnlySpan<byte> content) => Record?.Invoke(type, content);

    private void StartTx(TlsCryptoInfo info, TlsInstallation installation)
    {
        (ulong context, ulong key, KtlsFallbackReason reason) = installation;
        if (Connection.State == TcpState.Closed)
        {
            if (installation.Ok) _kernel.Installer.RemoveTx(context, key);
            return;
        }

        HostOptions options = _kernel.Options;
        _tx = new(info, _stream, context, _kernel.Counters, new()
        {
            Strategy = options.Strategy,
            RetransmitLimitPercent = options.RetransmitLimitPercent,
            RetransmitLimitMinimumBytes = options.RetransmitLimitMinimumBytes,
            Update = TellRecord,
            Degraded = OnTxDegraded,
            Resumed = ResumeWriting,
        });
        TxHandles = (context, key);
        (TxState, TxFallbackReason) = (installation.Ok ? KtlsState.Device : KtlsState.Software, reason);
        _kernel.OnTxStarted(this);
        ResumeWriting();
    }

    private void ResumeWriting()
    {
        if (!_writeBlocked) return;
        _writeBlocked = false;
        Writable?.Invoke();
    }

    private void OnTxDegraded(KtlsFallbackReason reason)
    {
        (TxState, TxFallbackReason) = (KtlsState.Software, reason);
        _kernel.OnTxDegraded(this);
        // A write may be waiting for an answer of the card that matters no more.
        _kernel.Defer(ResumeWriting);
    }

    /// <summary>Next-record resync: the record begins a segment, and the card learns its place behind everything that was queued before.</summary>
    private void TellRecord(uint sequence, ulong number, Action<bool> done)
    {
        Connection.MarkSegmentBoundary();
        ulong context = TxHandle;
        _kernel.AfterQueued(Queue, () => _kernel.Nic.Tls.UpdateTx(context, sequence, number, result => done(result.Ok)));
    }

    private void OnRxCreated(TlsInstallation installation)
    {
        _rxHandles = (installation.Context, installation.Key);
        if (_rx is null) return;
        // The rule may become active on the card before its answer is read here, so the mark is known first.
        if (installation.Ok) Mark = _kernel.RegisterRx(this);
        else UseRxSoftware(installation.Reason);
    }

    private void OnRxActive(bool active)
    {
        if (active && _rx is not null)
        {
            RxState = KtlsState.Device;
            _kernel.OnRxStarted(this);
            return;
        }

        _kernel.Installer.RemoveRx(_rxHandles.Context, _rxHandles.Key);
        if (_rx is null) return;
        _kernel.UnregisterRx(this);
        (_rxHandles, Mark) = (default, 0);
        UseRxSoftware(KtlsFallbackReason.ContextRefused);
    }

    private void UseRxSoftware(KtlsFallbackReason reason)
    {
        (RxState, RxFallbackReason) = (KtlsState.Software, reason);
        _kernel.OnRxStarted(this);
    }

    private void Answer(ResyncAnswer answer)
    {
        if (_rxHandles.Context != 0) _kernel.QueueAnswer(this, answer);
    }

    /// <summary>The connection sends and receives nothing more.</summary>
    private void Release()
    {
        if (_tx is { } tx)
        {
            _tx = null;
            _kernel.OnTxEnded(this, tx);
            tx.Dispose();
        }

        if (_rx is not { } rx) return;
        _rx = null;
        _kernel.UnregisterRx(this);
        _kernel.OnRxEnded(this);
        if (RxState == KtlsState.Device) _kernel.Installer.RemoveRx(_rxHandles.Context, _rxHandles.Key);
        rx.Dispose();
    }
}
