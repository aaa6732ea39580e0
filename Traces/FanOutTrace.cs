using NicEmu.Spec.Events;

namespace NicEmu.Traces;

/// <summary>Hands every event to several sinks, in their order.</summary>
/// <param name="sinks">The sinks.</param>
public sealed class FanOutTrace(params ITraceSink[] sinks) : ITraceSink
{
    /// <inheritdoc/>
    public void On(in TraceEvent e, ReadOnlySpan<byte> data)
    {
        foreach (ITraceSink sink in sinks)
        {
            sink.On(e, data);
        }
    }
}
