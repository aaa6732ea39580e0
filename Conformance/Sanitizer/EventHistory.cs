using NicEmu.Spec.Events;

namespace NicEmu.Conformance.Sanitizer;

/// <summary>The last events of one subject.</summary>
internal sealed class EventHistory
{
    private const int Kept = 12;

    private readonly TraceEvent[] _events = new TraceEvent[Kept];
    private long _count;

    public void Add(in TraceEvent e) => _events[_count++ % Kept] = e;

    public IReadOnlyList<string> Lines()
    {
        var lines = new List<string>(Kept);
        for (long i = Math.Max(0, _count - Kept); i < _count; i++)
        {
            lines.Add(EventLine.Of(_events[i % Kept]));
        }

        return lines;
    }
}
