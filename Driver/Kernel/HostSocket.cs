using NicEmu.Driver.Crypto;
using NicEmu.Driver.Ktls;
using NicEmu.Net;
using NicEmu.Spec.Testing;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Kernel;

/// <summary>A TCP socket whose directions may each be handed to kernel TLS. Nothing blocks: callbacks say when to go on. They run on the host's loop and may use the socket.</summary>
public sealed class HostSocket : ITlsSocket, ITcpObserver, IKernelSocket, IDisposable
{
    private readonly HostKernel _kernel;
    private readonly TlsTxHalf _tx;
    private readonly TlsRxHalf _rx;
    private bool _writeBlocked;
    private bool _closeIsDue;
    private bool _endReported;
    private bool _delivering;

    internal HostSocket(HostKernel kernel, TcpConnection connection)
    {
        (_kernel, Connection) = (kernel, connection);
        _tx = new(kernel, connection, this);
        _rx = new(kernel, connection, this);
        connection.Observer = this;
        kernel.Add(this);
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

    /// <summary>Called once for each KeyUpdate message, after it was delivered: nothing more is read until <see cref="UpdateTlsRx"/>. While it is null, <see cref="Failed"/> is called instead.</summary>
    public Action? KeyExpired { get; set; }

    /// <summary>Called when a record that refers to a file was changed between two transmissions.</summary>
    public Action<NonceReuse>? NonceReused { get; set; }

    /// <summary>Where sending is protected.</summary>
    public KtlsState TxState => _tx.State;

    /// <summary>Where receiving is protected.</summary>
    public KtlsState RxState => _rx.State;

    /// <summary>Why sending is protected in software.</summary>
    public KtlsFallbackReason TxFallbackReason => _tx.Reason;

    /// <summary>Why receiving is protected in software.</summary>
    public KtlsFallbackReason RxFallbackReason => _rx.Reason;

    /// <summary>Why sending stands still.</summary>
    public KtlsError TxError => _tx.Error;

    /// <summary>Why receiving stands still.</summary>
    public KtlsError RxError => _rx.Error;

    /// <summary>Whether a key update in sending has begun and not ended.</summary>
    public bool IsTxRekeying => _tx.IsRekeying;

    /// <summary>Transmit context in the card, or zero.</summary>
    public ulong TxHandle => _tx.Handle;

    /// <summary>Receive context in the card, or zero.</summary>
    public ulong RxHandle => _rx.Handle;

    internal KtlsTxSession? TxSession => _tx.Session;

    internal KtlsRxSession? RxSession => _rx.Session;

    KtlsRxSession? IKernelSocket.RxSession => RxSession;

    /// <summary>Writes: bytes in plain TCP, application data in TLS.</summary>
    /// <returns>Bytes taken; when fewer than offered, <see cref="Writable"/> is called later.</returns>
    public int Write(ReadOnlySpan<byte> data) => Write(TlsContentType.ApplicationData, data);

    /// <summary>Writes records of a content type.</summary>
    /// <param name="type">Content type; in plain TCP it has no meaning.</param>
    /// <param name="data">Content.</param>
    /// <returns>Bytes taken.</returns>
    public int Write(TlsContentType type, ReadOnlySpan<byte> data) => Send(type, data, SendFlags.None);

    /// <summary>Writes application data, see <see cref="Send(TlsContentType, ReadOnlySpan{byte}, SendFlags)"/>.</summary>
    /// <param name="data">Content.</param>
    /// <param name="flags">MSG_MORE, MSG_EOR.</param>
    /// <returns>Bytes taken.</returns>
    public int Send(ReadOnlySpan<byte> data, SendFlags flags) => Send(TlsContentType.ApplicationData, data, flags);

    /// <summary>
    /// Writes records of a content type, as sendmsg does. With MSG_MORE the last record of application data stays open for what follows; it is closed by a send without
    /// it, MSG_EOR, a record of another type, its greatest length, its sixteenth fragment, a new key, a file, or <see cref="Close"/>. What was taken has its place and its
    /// record; what was not must be offered again, after <see cref="Writable"/>. Nothing blocks, so MSG_DONTWAIT is always in force.
    /// </summary>
    /// <param name="type">Content type; in plain TCP it has no meaning.</param>
    /// <param name="data">Content. Empty: a record without content, for a type that is not application data, or with MSG_EOR.</param>
    /// <param name="flags">Flags.</param>
    /// <returns>Bytes taken; when fewer than offered, <see cref="Writable"/> is called later.</returns>
    /// <exception cref="KtlsException">Urgent data (EOPNOTSUPP); MSG_MORE together with MSG_EOR or with a content type (EINVAL).</exception>
    public int Send(TlsContentType type, ReadOnlySpan<byte> data, SendFlags flags)
    {
        bool more = (flags & SendFlags.More) != 0;
        if ((flags & SendFlags.OutOfBand) != 0) throw new KtlsException(KtlsError.NotSupported, "A TLS stream has no urgent data.");
        if (more && ((flags & SendFlags.EndOfRecord) != 0 || type != TlsContentType.ApplicationData)) throw new KtlsException(KtlsError.InvalidArgument, "A record that ends cannot stay open.");
        return Written(TxState == KtlsState.None ? Connection.Write(data) : _tx.Send(type, data, flags, MaxRecordPayload), data.Length);
    }

    /// <summary>Sends a part of a file of the page cache in records of its own.</summary>
    /// <param name="file">The file.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes, within the file.</param>
    /// <param name="zeroCopy">
    /// Refer to the pages instead of copying them (TLS_TX_ZEROCOPY_RO), if the connection is in the card: each transmission then takes what the file holds at that time.
    /// A file that changes between two of them is reported by <see cref="NonceReused"/>.
    /// </param>
    /// <returns>Bytes taken; when fewer than asked for, <see cref="Writable"/> is called later.</returns>
    public int SendFile(PageCacheFile file, int offset, int length, bool zeroCopy)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, file.Length - offset);
        if (TxState != KtlsState.None) return Written(_tx.SendFile(file, offset, length, zeroCopy, MaxRecordPayload), length);
        var content = new byte[length];
        file.Read(offset, content);
        return Written(Connection.Write(content), length);
    }

    /// <summary>Greatest content of a record in bytes (TLS_TX_MAX_PAYLOAD_LEN): 64 to 16384, in TLS 1.3 from 63.</summary>
    /// <exception cref="KtlsException">Out of range (EINVAL), or a record is open (EBUSY).</exception>
    public int MaxRecordPayload
    {
        get => field > 0 ? field : _kernel.Options.MaxRecordPayload;
        set
        {
            int least = _tx.Info?.Version == TlsVersion.Tls12 ? 64 : 63;
            if (value < least || value > TlsRecordLayout.MaxPlaintextLength) throw new KtlsException(KtlsError.InvalidArgument, $"A record holds {least} to 16384 bytes.");
            if (_tx.IsRecordOpen) throw new KtlsException(KtlsError.Busy, "A record is open.");
            field = value;
        }
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
    /// <exception cref="KtlsException">It was set before (EBUSY), the other direction has another version or cipher (EINVAL), or the connection is not established (ENOTCONN).</exception>
    public void SetTlsTx(TlsCryptoInfo info)
    {
        CheckSetting(info, _rx.Session?.Info);
        _tx.Set(info);
    }

    /// <summary>Takes everything not read yet as records, as setsockopt(TLS_RX) does: in the card if it can, else silently in software.</summary>
    /// <param name="info">Key and number of the next record.</param>
    /// <exception cref="KtlsException">As for <see cref="SetTlsTx"/>.</exception>
    public void SetTlsRx(TlsCryptoInfo info)
    {
        CheckSetting(info, _tx.Info);
        _rx.Set(info);
        _kernel.Defer(Deliver);
    }

    /// <summary>
    /// Protects everything written from now on with the key that follows, as a second setsockopt(TLS_TX) does; the KeyUpdate message was written before. Bytes under the
    /// old key are still repeated under it. A connection in the card returns there when all of them are acknowledged.
    /// </summary>
    /// <param name="info">The key; its first record has the number given, 0 after a KeyUpdate.</param>
    /// <exception cref="KtlsException">TLS 1.2 (EBUSY), no key or another version or cipher (EINVAL). The old key stays.</exception>
    public void UpdateTlsTx(TlsCryptoInfo info)
    {
        _tx.Update(info);
        _kernel.SchedulePump();
    }

    /// <summary>Goes on receiving with the key that follows, after <see cref="KeyExpired"/>.</summary>
    /// <param name="info">The key; its first record has the number given, 0 after a KeyUpdate.</param>
    /// <exception cref="KtlsException">TLS 1.2 or no KeyUpdate message has come (EBUSY), no key or another version or cipher (EINVAL).</exception>
    public void UpdateTlsRx(TlsCryptoInfo info)
    {
        _rx.Update(info);
        _kernel.Defer(Deliver);
    }

    /// <summary>Ends the sending side; what was written is still sent.</summary>
    public void Close()
    {
        _closeIsDue = !_tx.TryFlush();
        if (!_closeIsDue) Connection.Close();
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
        _tx.OnAcknowledged(unacknowledged);
        OnWriteUnblocked();
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

    TxVerdict IKernelSocket.Transmit(in TxSegment segment, HostPort egress, int queue) => _tx.Transmit(segment, egress, queue);

    KtlsTxSession? IKernelSocket.SessionOf(ulong context) => _tx.SessionOf(context);

    void IKernelSocket.OnNonceReused(NonceReuse reuse) => NonceReused?.Invoke(reuse);

    void IKernelSocket.OnWriteUnblocked() => OnWriteUnblocked();

    void IKernelSocket.DetachFrom(HostPort port, KtlsFallbackReason reason, bool remove)
    {
        _tx.DetachFrom(port, reason, remove);
        _rx.DetachFrom(port, reason, remove);
    }

    private void OnWriteUnblocked()
    {
        bool flushed = _tx.TryFlushDue();
        if (_closeIsDue && flushed) Close();
        if (!_writeBlocked || TxState == KtlsState.Installing) return;
        _writeBlocked = false;
        Writable?.Invoke();
    }

    private int Written(int taken, int wanted)
    {
        // Who was refused is told later, also when a shorter write of another fits meanwhile, such as the answer to a KeyUpdate message.
        _writeBlocked |= taken < wanted;
        if (taken > 0 || wanted == 0) _kernel.SchedulePump();
        // RFC 8446 §5.3: a number is never used twice; the connection ends first.
        if (taken < wanted && TxError == KtlsError.SequenceOverflow) Abort();
        return taken;
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
        if (_rx.Error != KtlsError.None) return;
        while (_rx.Session is { Error: KtlsError.None } && Record is not null && Connection.TryReceive(out ReceivedChunk chunk))
        {
            int taken = _rx.Input(chunk.Bytes, chunk.Mark, OnRecord);
            Connection.Consume(Math.Min(taken, Connection.Available));
        }

        _kernel.SchedulePump();
        if (_rx.Error == KtlsError.KeyExpired && KeyExpired is not null) _kernel.Defer(ReportKeyExpired);
        else if (_rx.Error != KtlsError.None) Failed?.Invoke(_rx.Error);
        else if (Connection.Available == 0) _rx.Session?.OnDrained();
    }

    /// <summary>The connection may have ended since the message came.</summary>
    private void ReportKeyExpired()
    {
        if (_rx.Error == KtlsError.KeyExpired) KeyExpired?.Invoke();
    }

    private void OnRecord(TlsContentType type, ReadOnlySpan<byte> content) => Record?.Invoke(type, content);

    private void CheckSetting(TlsCryptoInfo info, TlsCryptoInfo? other)
    {
        if (Connection.State is TcpState.SynSent or TcpState.SynReceived or TcpState.Closed) throw new KtlsException(KtlsError.NotConnected, "The connection is not established.");
        if (other is not null && (other.Version != info.Version || other.Cipher != info.Cipher)) throw new KtlsException(KtlsError.InvalidArgument, "The directions differ in version or cipher.");
    }

    /// <summary>The connection sends and receives nothing more.</summary>
    private void Release()
    {
        _kernel.Remove(this);
        _tx.Release();
        _rx.Dispose();
    }
}
