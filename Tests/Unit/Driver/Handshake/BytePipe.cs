namespace NicEmu.Tests.Unit.Driver.Handshake;

/// <summary>The far end's stream in memory: the test moves the bytes. The platform may read and write on a thread of its own.</summary>
internal sealed class BytePipe : Stream
{
    private readonly List<byte> _incoming = [];
    private readonly List<byte> _outgoing = [];
    private readonly Lock _lock = new();
    private TaskCompletionSource _given = NewSignal();
    private TaskCompletionSource _written = NewSignal();

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Completes with the next write of the far end, at once when one has not been taken yet.</summary>
    public Task Written
    {
        get
        {
            lock (_lock)
            {
                return _written.Task;
            }
        }
    }

    public void Give(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            _incoming.AddRange(bytes);
            _given.TrySetResult();
        }
    }

    /// <summary>What the far end wrote since the last call.</summary>
    public byte[] Take()
    {
        lock (_lock)
        {
            byte[] bytes = [.. _outgoing];
            _outgoing.Clear();
            _written = NewSignal();
            return bytes;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0) return 0;
        while (true)
        {
            Task given;
            lock (_lock)
            {
                int count = Math.Min(buffer.Length, _incoming.Count);
                if (count > 0)
                {
                    _incoming.GetRange(0, count).ToArray().CopyTo(buffer);
                    _incoming.RemoveRange(0, count);
                    return count;
                }

                _given = NewSignal();
                given = _given.Task;
            }

            await given.ConfigureAwait(false);
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_lock)
        {
            _outgoing.AddRange(buffer);
            _written.TrySetResult();
        }
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
