namespace NicEmu.Board.Sessions;

/// <summary>Takes content, reports progress, and notes when the first and the last came.</summary>
internal sealed class ContentSink(Stream inner, Func<long> nowPs, Action<long>? progress)
{
    private const long ReportEvery = 1 << 20;

    private long _bytes;
    private long _nextReport = ReportEvery;

    public long? FirstPs { get; private set; }

    public long LastPs { get; private set; }

    public void Write(ReadOnlySpan<byte> content)
    {
        inner.Write(content);
        _bytes += content.Length;
        LastPs = nowPs();
        FirstPs ??= LastPs;
        if (_bytes >= _nextReport)
        {
            _nextReport = _bytes + ReportEvery;
            progress?.Invoke(_bytes);
        }
    }
}
