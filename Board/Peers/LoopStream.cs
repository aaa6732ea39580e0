using System.Threading.Tasks.Sources;
using NicEmu.Net;
using NicEmu.Spec.Seams;

namespace NicEmu.Board.Peers;

/// <summary>
/// A TCP connection as a .NET stream that lives on the event loop's thread: a read or write that has to wait is completed by an event of the
/// loop, and what awaits it goes on inside that event. So <see cref="System.Net.Security.SslStream"/> and the like run without any other thread,
/// as long as they only await. Synchronous calls would block the loop and are refused.
/// </summary>
public sealed class LoopStream : Stream, ITcpObserver
{
    private readonly TcpConnection _connection;
    private readonly IScheduler _scheduler;
    private readonly Action _kick;
    private readonly ITimer _timer;
    private readonly Operation _read = new();
    private readonly Operation _write = new();
    private Memory<byte> _readBuffer;
    private ReadOnlyMemory<byte> _writeBuffer;
    private bool _isDisposed;

    /// <summary>Takes a connection over; the stream becomes its observer.</summary>
    /// <param name="connection">Open, or opening.</param>
    /// <param name="scheduler">Completes reads and writes.</param>
    /// <param name="kick">Called after the connection was written, read or closed, so that its stack may send.</param>
    /// <param name="name">Name of the stream's timer.</param>
    public LoopStream(TcpConnection connection, IScheduler scheduler, Action kick, string name = "stream")
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(scheduler);
        _connection = connection;
        _kick = kick;
        _timer = scheduler.CreateTimer(name, CompleteWaiting);
        _scheduler = scheduler;
        connection.Observer = this;
    }

    /// <inheritdoc/>
    public override bool CanRead => !_isDisposed;

    /// <inheritdoc/>
    public override bool CanWrite => !_isDisposed;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Whether a read waits for the network: the owner of the stream can do nothing before time moves.</summary>
    public bool IsWaitingToRead => _read.IsWaiting;

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        if (TryRead(buffer, out int count))
        {
            return new ValueTask<int>(count);
        }

        if (_connection.State == TcpState.Closed)
        {
            return ValueTask.FromException<int>(Broken());
        }

        _readBuffer = buffer;
        return _read.Wait();
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        ReadOnlyMemory<byte> rest = WriteSome(buffer);
        if (rest.IsEmpty)
        {
            return ValueTask.CompletedTask;
        }

        if (!_connection.CanWrite)
        {
            return ValueTask.FromException(Broken());
        }

        _writeBuffer = rest;
        return _write.WaitVoid();
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Does nothing: written bytes are on their way already.</summary>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: it would block the loop.</exception>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only asynchronous calls: a blocking one would stop the event loop.");

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: it would block the loop.</exception>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only asynchronous calls: a blocking one would stop the event loop.");

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    void ITcpObserver.OnReceived(TcpConnection connection) => Wake(_read);

    void ITcpObserver.OnAcknowledged(TcpConnection connection, uint unacknowledged) => Wake(_write);

    void ITcpObserver.OnStateChanged(TcpConnection connection, TcpState previous)
    {
        Wake(_read);
        Wake(_write);
    }

    /// <summary>Closes the sending side of the connection.</summary>
    /// <param name="disposing">True when called by <see cref="Stream.Dispose()"/>.</param>
    protected override void Dispose(bool disposing)
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _connection.Close();
            _kick();
        }

        base.Dispose(disposing);
    }

    private void Wake(Operation operation)
    {
        if (operation.IsWaiting)
        {
            _timer.ArmNoLaterThan(_scheduler.NowPs);
        }
    }

    private void CompleteWaiting()
    {
        if (_write.IsWaiting)
        {
            _writeBuffer = WriteSome(_writeBuffer);
            if (_writeBuffer.IsEmpty)
            {
                _write.Complete(0);
            }
            else if (!_connection.CanWrite)
            {
                _write.Fail(Broken());
            }
        }

        if (_read.IsWaiting)
        {
            if (TryRead(_readBuffer, out int count))
            {
                _readBuffer = default;
                _read.Complete(count);
            }
            else if (_connection.State == TcpState.Closed)
            {
                _read.Fail(Broken());
            }
        }
    }

    private bool TryRead(Memory<byte> buffer, out int count)
    {
        if (_connection.Available > 0 && !buffer.IsEmpty)
        {
            count = _connection.Read(buffer.Span);
            _kick();
            return true;
        }

        count = 0;
        bool endsWell = _connection.IsEndOfStream || (_connection.State == TcpState.Closed && _connection.CloseReason == TcpCloseReason.Graceful);
        return endsWell || (buffer.IsEmpty && _connection.Available > 0);
    }

    private ReadOnlyMemory<byte> WriteSome(ReadOnlyMemory<byte> data)
    {
        int written = _connection.Write(data.Span);
        if (written > 0)
        {
            _kick();
        }

        return data[written..];
    }

    private IOException Broken() => new($"The connection ended: {_connection.CloseReason}.");

    /// <summary>One waiting read or write, completed inline: continuations run in the event that completes it.</summary>
    private sealed class Operation : IValueTaskSource<int>, IValueTaskSource
    {
        private ManualResetValueTaskSourceCore<int> _core;

        public bool IsWaiting { get; private set; }

        public ValueTask<int> Wait()
        {
            Start();
            return new ValueTask<int>(this, _core.Version);
        }

        public ValueTask WaitVoid()
        {
            Start();
            return new ValueTask(this, _core.Version);
        }

        public void Complete(int result)
        {
            IsWaiting = false;
            _core.SetResult(result);
        }

        public void Fail(Exception error)
        {
            IsWaiting = false;
            _core.SetException(error);
        }

        public int GetResult(short token) => _core.GetResult(token);

        void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags & ~ValueTaskSourceOnCompletedFlags.UseSchedulingContext);

        private void Start()
        {
            if (IsWaiting)
            {
                throw new InvalidOperationException("One read and one write may wait at a time.");
            }

            IsWaiting = true;
            _core.Reset();
        }
    }
}
