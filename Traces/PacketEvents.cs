using System.Globalization;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;

namespace NicEmu.Traces;

/// <summary>Recovers events from the packets of our own pcapng files, as far as packets and comments tell.</summary>
internal static class PacketEvents
{
    public static TraceEntry ToEntry(PcapngPacket packet)
    {
        // A device event stands before its data in one packet; the entry's data are the event's.
        int head = 0;
        if (packet.Interface.LinkType == LinkTypes.DeviceEvents && DeviceRecord.TryRead(packet.Data.Span, out _, out ReadOnlySpan<byte> data))
        {
            head = packet.Data.Length - data.Length;
        }

        return new TraceEntry
        {
            Interface = packet.Interface.Name,
            LinkType = packet.Interface.LinkType,
            TimeNs = packet.TimeNs,
            Direction = packet.Direction,
            Comment = packet.Comment,
            Data = packet.Data[head..],
            OriginalLength = packet.OriginalLength - head,
            Event = EventOf(packet),
        };
    }

    private static TraceEvent? EventOf(PcapngPacket packet)
    {
        if (packet.Interface.LinkType == LinkTypes.DeviceEvents)
        {
            return DeviceRecord.TryRead(packet.Data.Span, out TraceEvent recorded, out _) ? recorded : null;
        }

        string name = packet.Interface.Name;
        int dash = name.IndexOf('-', StringComparison.Ordinal);
        if (dash < 4 || !name.StartsWith("nic", StringComparison.Ordinal) || !ushort.TryParse(name.AsSpan(3, dash - 3), out ushort device))
        {
            return null;
        }

        bool sent = packet.Direction == PacketDirection.Outbound;
        var e = new TraceEvent { Kind = 0, Device = device, TimePs = Picoseconds(packet.TimeNs) };
        string comment = packet.Comment ?? string.Empty;
        switch (name[(dash + 1)..])
        {
            case TracePort.Wire:
                return Tls(e, comment) with { Kind = sent ? TraceEventKind.FrameSent : TraceEventKind.FrameReceived };
            case TracePort.Host:
                RxVerdict verdict = Enum.TryParse(After(comment, "verdict "), out RxVerdict named) ? named : RxVerdict.NotTls;
                return Tls(e, comment) with { Kind = sent ? TraceEventKind.HostFrameSent : TraceEventKind.HostFrameReceived, Index = (ushort)Number(comment, "queue "), Code = (int)verdict };
            case TracePort.Plain:
                return Tls(e, comment) with { Kind = TraceEventKind.RecordPlaintext, Code = (byte)Number(comment, "content type "), Flags = sent ? 0u : 1u };
            default:
                return null;
        }
    }

    private static TraceEvent Tls(in TraceEvent e, string comment) => e with
    {
        Handle = Number(comment, "context 0x", NumberStyles.AllowHexSpecifier),
        RecordNumber = Number(comment, comment.Contains("records ", StringComparison.Ordinal) ? "records " : "record "),
        TcpSequence = (uint)Number(comment, "sequence 0x", NumberStyles.AllowHexSpecifier),
    };

    private static ulong Number(string comment, string label, NumberStyles style = NumberStyles.None) =>
        ulong.TryParse(After(comment, label), style, CultureInfo.InvariantCulture, out ulong number) ? number : 0;

    private static ReadOnlySpan<char> After(string comment, string label)
    {
        int at = comment.IndexOf(label, StringComparison.Ordinal);
        if (at < 0)
        {
            return default;
        }

        ReadOnlySpan<char> rest = comment.AsSpan(at + label.Length);
        int end = rest.IndexOfAny(' ', ',', '\n');
        return end < 0 ? rest : rest[..end];
    }

    private static long Picoseconds(long ns) => ns is > long.MaxValue / 1000 or < long.MinValue / 1000 ? long.MaxValue : ns * 1000;
}
