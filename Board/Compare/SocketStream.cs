using NicEmu.Driver.Kernel;

namespace NicEmu.Board.Compare;

/// <summary>A socket as a .NET stream for a handshake on the loop's thread; afterwards what is written stays in memory, for a program that writes it itself.</summary>
internal sealed class SocketStream : Stream
{
    private readonly ITlsSocket _socket;
    private readonly MemoryStream _captured = new();
    private TaskCompletionSource<int>? _reader;
    private Memory<byte> _destination;
    private bool _captures;
    private bool _ended;

    public SocketStream(ITlsSocket socket)
    {
        _socket = socket;
        socket.Readable = Wake;
        socket.EndOfStream = () =>
        {
            _ended = true;
            Wake();
        };
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>From now on what is written is kept.</summary>
    public void Capture() => _captures = true;

    /// <summary>What was written since the last call.</summary>
    public byte[] TakeCaptured()
    {
        byte[] bytes = _captured.ToArray();
        _captured.SetLength(0);
        return bytes;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = _socket.Read(buffer.Span);
        if (count > 0 || _ended || buffer.IsEmpty) return new(count);
        (_destination, _reader) = (buffer, new TaskCompletionSource<int>());
        return new(_reader.Task);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_captures) _captured.Write(buffer.Span);
        else if (_socket.Write(buffer.Span) < buffer.Length) return ValueTask.FromException(new IOException("A handshake does not fit into the socket."));
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("It would block the loop.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("It would block the loop.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _captured.Dispose();
        base.Dispose(disposing);
    }

    private void Wake()
    {
        if (_reader is not { } reader) return;
        int count = _socket.Read(_destination.Span);
        if (count == 0 && !_ended) return;
        _reader = null;
        reader.SetResult(count);
    }
}
