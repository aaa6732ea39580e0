using NicEmu.Board.Links;
using NicEmu.Spec.Events;

namespace NicEmu.Board.Compare.Sweeps;

/// <summary>Reads the list of sent segments off the frames that a card sends.</summary>
/// <param name="start">TCP sequence number of the stream's first byte.</param>
/// <param name="sent">Hears of each segment that has content.</param>
internal sealed class SentSegments(uint start, Action<long, long> sent) : ITraceSink
{
    private long _head;

    /// <inheritdoc/>
    public void On(in TraceEvent e, ReadOnlySpan<byte> data)
    {
        if (e.Kind != TraceEventKind.FrameSent || !TcpView.TryParse(data, out TcpView view) || view.Payload.IsEmpty) return;
        // The window is far below 2^31.
        long from = _head + (int)(view.Sequence - (start + (uint)_head));
        long to = from + view.Payload.Length;
        _head = Math.Max(_head, to);
        sent(from, to);
    }
}
