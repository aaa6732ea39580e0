using NicEmu.Spec.Events;

namespace NicEmu.Tests.Unit.Board;

/// <summary>Keeps all events and their bytes.</summary>
internal sealed class EventRecorder : ITraceSink
{
    public List<TraceEvent> Events { get; } = [];

    public List<byte[]> Data { get; } = [];

    public void On(in TraceEvent e, ReadOnlySpan<byte> data)
    {
        Events.Add(e);
        Data.Add(data.ToArray());
    }
}
