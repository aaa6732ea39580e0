using NicEmu.Board.Links;
using NicEmu.Spec.Events;

namespace NicEmu.Board.Compare;

/// <summary>Catches the first segment of a stream's records that is one frame before the card as well as behind it.</summary>
/// <param name="device">Number of the card.</param>
internal sealed class PairCapture(int device) : ITraceSink
{
    private readonly Dictionary<uint, byte[]> _before = [];
    private uint? _from;

    /// <summary>The segment; null before it was caught.</summary>
    public BeforeAfterPair? Pair { get; private set; }

    /// <summary>Looks at frames from a place in the stream on.</summary>
    /// <param name="sequence">TCP sequence number of the first byte of interest.</param>
    public void Begin(uint sequence) => _from = sequence;

    /// <inheritdoc/>
    public void On(in TraceEvent e, ReadOnlySpan<byte> data)
    {
        if (Pair is not null || _from is null || e.Device != device || e.Kind is not (TraceEventKind.HostFrameSent or TraceEventKind.FrameSent)) return;
        if (!TcpView.TryParse(data, out TcpView view) || view.Payload.IsEmpty || unchecked((int)(view.Sequence - _from.Value)) < 0) return;
        if (e.Kind == TraceEventKind.HostFrameSent) _before.TryAdd(view.Sequence, data.ToArray());
        else if (_before.TryGetValue(view.Sequence, out byte[]? before) && before.Length == data.Length) Pair = new(before, data.ToArray(), data.Length - view.Payload.Length);
    }
}
