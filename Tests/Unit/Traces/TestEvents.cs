using NicEmu.Spec.Events;

namespace NicEmu.Tests.Unit.Traces;

/// <summary>An event of every kind, once with plain and once with extreme values.</summary>
internal static class TestEvents
{
    public static IReadOnlyList<(TraceEvent Event, byte[] Data)> All { get; } = Make();

    private static List<(TraceEvent, byte[])> Make()
    {
        var events = new List<(TraceEvent, byte[])>();
        foreach (TraceEventKind kind in Enum.GetValues<TraceEventKind>())
        {
            string? text = kind == TraceEventKind.KeyLog ? "CLIENT_RANDOM 00112233 445566" : null;
            events.Add((new TraceEvent { Kind = kind, TimePs = 1_000_500, Address = 0x100, Length = 4, Value = 1, Code = 1, Handle = 0x0001_000000_000001, Text = text }, []));
            events.Add((
                new TraceEvent
                {
                    Kind = kind,
                    TimePs = 9_000_000_000_000_000,
                    Address = ulong.MaxValue,
                    Value = ulong.MaxValue,
                    Length = int.MaxValue,
                    Code = int.MinValue,
                    Index = int.MaxValue,
                    Flags = uint.MaxValue,
                    Handle = ulong.MaxValue,
                    RecordNumber = ulong.MaxValue,
                    TcpSequence = uint.MaxValue,
                    Text = new string('é', 2000) + "\n\"\0",
                },
                new byte[1000]));
        }

        return events;
    }
}
