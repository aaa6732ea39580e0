using NicEmu.Spec.Events;

namespace NicEmu.Board.Scenarios;

/// <summary>Looks for content in every frame that a card puts on the wire.</summary>
internal sealed class PlaintextWatch : ITraceSink
{
    /// <summary>What was seen first; null for nothing.</summary>
    public string? Found { get; private set; }

    public void On(in TraceEvent e, ReadOnlySpan<byte> data)
    {
        if (e.Kind == TraceEventKind.FrameSent && Found is null && data.IndexOf(FlowContent.Phrase) >= 0)
        {
            Found = $"Content left nic{e.Device} in the clear, at {Time.DurationText.Of(e.TimePs)}.";
        }
    }
}
