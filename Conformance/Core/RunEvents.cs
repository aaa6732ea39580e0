using NicEmu.Spec.Events;

namespace NicEmu.Conformance.Core;

/// <summary>The events of one run, with their data, as far as cases need them again.</summary>
public sealed class RunEvents : ITraceSink
{
    private readonly List<(TraceEvent Event, byte[] Data)> _all = [];

    /// <summary>How many there are.</summary>
    public int Count => _all.Count;

    /// <summary>An event with its data.</summary>
    /// <param name="index">0 for the oldest.</param>
    public (TraceEvent Event, byte[] Data) this[int index] => _all[index];

    /// <inheritdoc/>
    public void On(in TraceEvent e, ReadOnlySpan<byte> data)
    {
        if (e.Kind != TraceEventKind.TimerFired) _all.Add((e, data.ToArray()));
    }

    /// <summary>Events of a kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="from">Index of the first event looked at.</param>
    public IEnumerable<(TraceEvent Event, byte[] Data)> Of(TraceEventKind kind, int from = 0)
    {
        for (int i = from; i < _all.Count; i++)
        {
            if (_all[i].Event.Kind == kind) yield return _all[i];
        }
    }

    /// <summary>Mistakes of the driver that the card reported.</summary>
    /// <param name="from">Index of the first event looked at.</param>
    public IEnumerable<GuestErrorCode> GuestErrors(int from = 0) => Of(TraceEventKind.GuestError, from).Select(e => (GuestErrorCode)e.Event.Code);
}
