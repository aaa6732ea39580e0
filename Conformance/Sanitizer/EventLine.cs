using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;

namespace NicEmu.Conformance.Sanitizer;

/// <summary>One event as one line of a finding's history.</summary>
internal static class EventLine
{
    public static string Of(in TraceEvent e) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{e.TimePs / 1e6,13:F3} us  {What(e)}");

    private static string What(in TraceEvent e) => e.Kind switch
    {
        TraceEventKind.MmioRead => $"{NameOf(e)} -> 0x{e.Value:X}",
        TraceEventKind.MmioWrite => $"{NameOf(e)} <- 0x{e.Value:X}",
        TraceEventKind.DmaRead => $"DMA read 0x{e.Address:X}, {e.Length} bytes{Fault(e)}",
        TraceEventKind.DmaWrite => $"DMA write 0x{e.Address:X}, {e.Length} bytes{Fault(e)}",
        TraceEventKind.FrameSent => $"wire: {e.Length} bytes sent{Place(e)}",
        TraceEventKind.FrameReceived => $"wire: {e.Length} bytes received",
        TraceEventKind.HostFrameSent => $"TXQ{e.Index}: frame of {e.Length} bytes handed over{Place(e)}",
        TraceEventKind.HostFrameReceived => $"RXQ{e.Index}: frame of {e.Length} bytes, {(RxVerdict)e.Code}{Place(e)}",
        TraceEventKind.MailboxCommand => $"mailbox {(MailboxOpcode)e.Code} -> {(MailboxStatus)(byte)e.Value}{Place(e)}",
        TraceEventKind.ContextInstalled => $"context installed, record {e.RecordNumber}, TCP sequence 0x{e.TcpSequence:X8}",
        TraceEventKind.ContextRemoved => "context removed",
        TraceEventKind.RecordProtected => $"record {e.RecordNumber} sealed, TCP sequence 0x{e.TcpSequence:X8}, {e.Length} bytes{((e.Flags & 1) != 0 ? ", out of sequence" : string.Empty)}",
        TraceEventKind.RecordOpened => $"record {e.RecordNumber} opened, TCP sequence 0x{e.TcpSequence:X8}, tag {(e.Value == 1 ? "right" : "wrong")}",
        TraceEventKind.ResyncStep when new ObjectHandle(e.Handle).Kind == ObjectKind.Transmit =>
            $"{e.Text}, record {e.RecordNumber}, TCP sequence 0x{e.TcpSequence:X8}, {e.Value} bytes",
        TraceEventKind.ResyncStep => $"state {e.Value} -> {e.Code}, record {e.RecordNumber}, TCP sequence 0x{e.TcpSequence:X8}: {e.Text}",
        TraceEventKind.Completion when (e.Flags & 1) != 0 => $"RXQ{e.Index}: completion {(RxStatus)e.Code}, cookie {e.Value}",
        TraceEventKind.Completion => $"TXQ{e.Index}: completion {(TxStatus)e.Code}, cookie {e.Value}",
        TraceEventKind.GuestError => $"card: {(GuestErrorCode)e.Code}, {e.Text}",
        TraceEventKind.Reset => $"reset, epoch {e.Value}",
        TraceEventKind.InterruptRaised => $"interrupt, vector {e.Index}",
        _ => e.Kind.ToString(),
    };

    private static string NameOf(in TraceEvent e) => RegisterPlaces.Find(e.Index, e.Address) is { } place ? place.Name : $"BAR{e.Index}+0x{e.Address:X}";

    private static string Fault(in TraceEvent e) => e.Code == 0 ? string.Empty : $", {(Spec.Seams.BusStatus)e.Code}";

    private static string Place(in TraceEvent e) => e.Handle == 0 ? string.Empty : $", handle 0x{e.Handle:X16}";
}
