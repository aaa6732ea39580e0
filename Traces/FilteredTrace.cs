using NicEmu.Spec.Events;

namespace NicEmu.Traces;

/// <summary>Hands on the events that a filter takes. Key log events always pass: without them the packets that pass cannot be read.</summary>
/// <param name="filter">The filter.</param>
/// <param name="sink">Receives what passes.</param>
public sealed class FilteredTrace(TraceFilter filter, ITraceSink sink) : ITraceSink
{
    /// <inheritdoc/>
    public void On(in TraceEvent e, ReadOnlySpan<byte> data)
    {
        if (e.Kind == TraceEventKind.KeyLog || filter.Matches(e))
        {
            sink.On(e, data);
        }
    }
}
