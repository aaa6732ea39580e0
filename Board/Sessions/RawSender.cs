namespace NicEmu.Board.Sessions;

/// <summary>Sends the source and nothing else.</summary>
internal sealed class RawSender(Stream source) : TransferApplication
{
    private bool _isAtEnd;

    public override bool IsDone => _isAtEnd;

    public override int Produce(Span<byte> buffer)
    {
        int count = _isAtEnd ? 0 : source.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        _isAtEnd |= count < buffer.Length;
        Account(buffer[..count]);
        return count;
    }

    public override void Consume(ReadOnlySpan<byte> bytes)
    {
        // A peer that talks back is not a failure; nobody listens.
    }

    public override void OnEnd()
    {
        if (!_isAtEnd)
        {
            Failure ??= "The peer closed the connection before everything was sent.";
        }
    }
}
