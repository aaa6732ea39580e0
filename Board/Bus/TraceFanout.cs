using NicEmu.Spec.Events;

namespace NicEmu.Board.Bus;

/// <summary>Passes every event on to several receivers, in the order in which they were added.</summary>
public sealed class TraceFanout : ITraceSink
{
    private ITraceSink[] _sinks = [];

    /// <summary>Adds a receiver.</summary>
    /// <param name="sink">Gets every later event.</param>
    public void Add(ITraceSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        _sinks = [.. _sinks, sink];
    }

    /// <summary>Removes a receiver.</summary>
    /// <param name="sink">Gets no later event.</param>
    public void Remove(ITraceSink sink) => _sinks = [.. _sinks.Where(s => !ReferenceEquals(s, sink))];

    /// <inheritdoc/>
    public void On(in TraceEvent e, ReadOnlySpan<byte> data)
    {
        foreach (ITraceSink sink in _sinks)
        {
            sink.On(e, data);
        }
    }
}
