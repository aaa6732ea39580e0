using System.Globalization;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Tls;

namespace NicEmu.Traces.Tls;

/// <summary>What the device events of our own traces say about records: who sealed and who opened them, and what was read again.</summary>
internal sealed class CardDeeds
{
    /// <summary>What happened to the record that begins at a TCP sequence number. Two connections may share one by chance, so the length is compared as well.</summary>
    private readonly Dictionary<uint, List<TraceEvent>> _records = [];
    private readonly Dictionary<uint, List<TraceEvent>> _contexts = [];

    /// <summary>Takes an event.</summary>
    public void On(in TraceEvent e)
    {
        switch (e.Kind)
        {
            case TraceEventKind.ContextInstalled:
                Add(_contexts, e);
                break;
            case TraceEventKind.RecordProtected or TraceEventKind.RecordOpened:
            case TraceEventKind.ResyncStep when e.Code == (int)TxResyncStep.Replay && IsTransmit(e):
                Add(_records, e);
                break;
            default:
                break;
        }
    }

    /// <summary>The contexts of one direction: those whose first record begins where one of its records does.</summary>
    /// <param name="starts">TCP sequence numbers of the direction's records.</param>
    public List<TraceEvent> ContextsOf(IEnumerable<uint> starts) =>
        _contexts.Count == 0 ? [] : [.. starts.Where(_contexts.ContainsKey).SelectMany(s => _contexts[s])];

    /// <summary>What the cards did with one record.</summary>
    /// <param name="sequence">TCP sequence number of its first byte.</param>
    /// <param name="wireLength">Its length with header.</param>
    /// <param name="contexts">Contexts of its direction.</param>
    public IReadOnlyList<string> Of(uint sequence, int wireLength, List<TraceEvent> contexts)
    {
        if (contexts.Count == 0)
        {
            return [];
        }

        var said = new List<string>();
        bool sealedByCard = false;
        bool openedByCard = false;
        foreach (TraceEvent e in _records.GetValueOrDefault(sequence) ?? [])
        {
            if (e.Kind == TraceEventKind.ResyncStep)
            {
                said.Add($"nic{e.Device} read {Number(e.Value)} bytes of it again, only to bring its hash to the place where sending went on");
            }
            else if (e.Length == wireLength && e.Kind == TraceEventKind.RecordProtected)
            {
                said.Add((e.Flags & 1) != 0 && sealedByCard
                    ? $"nic{e.Device} sealed it once more for a retransmission, out of sequence"
                    : $"nic{e.Device} sealed it as record {Number(e.RecordNumber)} of context 0x{e.Handle:X16}: the driver handed over plaintext");
                sealedByCard = true;
            }
            else if (e.Length == wireLength)
            {
                said.Add(e.Value == 1
                    ? $"nic{e.Device} opened it as record {Number(e.RecordNumber)} of context 0x{e.Handle:X16}: the driver got plaintext"
                    : $"nic{e.Device} found its tag wrong");
                openedByCard = true;
            }
        }

        // Where nobody sealed or opened it, the context in force says whose work it would have been. A key update brings another context.
        foreach (var half in contexts.GroupBy(c => (c.Device, Receives: (c.Flags & 1) != 0)))
        {
            if (!(half.Key.Receives ? openedByCard : sealedByCard))
            {
                bool isEarlier = half.All(c => TcpSequence.IsBefore(sequence, c.TcpSequence));
                said.Add(Software(half.Key.Device, isEarlier, half.Key.Receives));
            }
        }

        return [.. said.Distinct()];
    }

    private static string Software(int device, bool isEarlier, bool receives) => (isEarlier, receives) switch
    {
        (true, true) => $"opened by software: nic{device} has no context for it yet",
        (true, false) => $"sealed by software: nic{device} has no context for it yet",
        (false, true) => $"nic{device} did not open it alone: the driver opened it, or mended what the card had opened in part",
        (false, false) => $"not sealed by nic{device}: software did it",
    };

    private static void Add(Dictionary<uint, List<TraceEvent>> events, in TraceEvent e)
    {
        if (!events.TryGetValue(e.TcpSequence, out List<TraceEvent>? list))
        {
            events.Add(e.TcpSequence, list = []);
        }

        list.Add(e);
    }

    private static bool IsTransmit(in TraceEvent e) => new ObjectHandle(e.Handle).Kind == ObjectKind.Transmit;

    private static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
