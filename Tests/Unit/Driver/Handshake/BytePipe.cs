namespace NicEmu.Tests.Unit.Driver.Handshake;

/// <summary>The far end's stream in memory: the test moves the bytes. A read that waits goes on inside <see cref="Give"/>.</summary>
internal sealed class BytePipe : Stream
{
    private readonly List<byte> _incoming = [];
    private readonly List<byte> _outgoing = [];
    private TaskCompletionSource? _waiting;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void Give(ReadOnlySpan<byte> bytes)
    {
        _incoming.AddRange(bytes);
        TaskCompletionSource? waiting = _waiting;
        _waiting = null;
        waiting?.SetResult();
    }

    /// <summary>What the far end wrote since the last call.</summary>
    public byte[] Take()
    {
        byte[] bytes = [.. _outgoing];
        _outgoing.Clear();
        return bytes;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0) return 0;
        while (_incoming.Count == 0)
        {
            _waiting ??= new TaskCompletionSource();
            await _waiting.Task.ConfigureAwait(false);
        }

        int count = Math.Min(buffer.Length, _incoming.Count);
        _incoming.GetRange(0, count).ToArray().CopyTo(buffer);
        _incoming.RemoveRange(0, count);
        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _outgoing.AddRange(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => _outgoing.AddRange(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
