namespace NicEmu.Board.Sessions;

/// <summary>Takes everything that comes until the peer closes.</summary>
internal sealed class RawReceiver(ContentSink sink) : TransferApplication
{
    private bool _isAtEnd;

    public override bool IsDone => _isAtEnd;

    public override void Consume(ReadOnlySpan<byte> bytes)
    {
        sink.Write(bytes);
        Account(bytes);
    }

    public override void OnEnd() => _isAtEnd = true;
}
