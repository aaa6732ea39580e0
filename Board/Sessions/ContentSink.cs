namespace NicEmu.Board.Sessions;

/// <summary>Takes content and notes when the first and the last came.</summary>
internal sealed class ContentSink(Stream inner, Func<long> nowPs)
{
    public long? FirstPs { get; private set; }

    public long LastPs { get; private set; }

    public void Write(ReadOnlySpan<byte> content)
    {
        inner.Write(content);
        LastPs = nowPs();
        FirstPs ??= LastPs;
    }
}
