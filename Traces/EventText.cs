using System.Globalization;
using System.Text;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Tls;

namespace NicEmu.Traces;

/// <summary>What happened, in one line: <c>MBOX_CTRL &lt;- 0x80000012 OPCODE=0x12 GO=1</c>.</summary>
/// <param name="names">Names of the registers.</param>
public sealed class EventText(RegisterNames names)
{
    /// <summary>Appends the description of an event, without its time and device.</summary>
    /// <param name="text">Receives the description.</param>
    /// <param name="e">The event.</param>
    /// <param name="dataLength">Length of its data in bytes.</param>
    public void Append(StringBuilder text, in TraceEvent e, int dataLength)
    {
        switch (e.Kind)
        {
            case TraceEventKind.ConfigRead:
                text.Append($"CFG+0x{e.Address:X3} -> ").Append(Hex(e.Value, e.Length));
                break;
            case TraceEventKind.ConfigWrite:
                text.Append($"CFG+0x{e.Address:X3} <- ").Append(Hex(e.Value, e.Length));
                break;
            case TraceEventKind.MmioRead:
                Access(text, e, " -> ");
                break;
            case TraceEventKind.MmioWrite:
                Access(text, e, " <- ");
                break;
            case TraceEventKind.DmaRead:
                text.Append($"DMA read 0x{e.Address:X} {e.Length} bytes{Fault(e)}");
                break;
            case TraceEventKind.DmaWrite:
                text.Append($"DMA write 0x{e.Address:X} {e.Length} bytes{Fault(e)}");
                break;
            case TraceEventKind.InterruptRaised:
                text.Append($"IRQ vector {e.Index} 0x{e.Address:X} <- 0x{e.Value:X}{Fault(e)}");
                break;
            case TraceEventKind.FrameSent:
                Tls(text.Append($"WIRE sent {dataLength} bytes"), e);
                break;
            case TraceEventKind.FrameReceived:
                Tls(text.Append($"WIRE received {dataLength} bytes"), e);
                break;
            case TraceEventKind.HostFrameSent:
                text.Append($"HOST TXQ{e.Index} frame {dataLength} bytes");
                break;
            case TraceEventKind.HostFrameReceived:
                text.Append($"HOST RXQ{e.Index} frame {dataLength} bytes {(RxVerdict)e.Code}");
                break;
            default:
                AppendObject(text, e, dataLength);
                break;
        }
    }

    private static void AppendObject(StringBuilder text, in TraceEvent e, int dataLength)
    {
        switch (e.Kind)
        {
            case TraceEventKind.MailboxCommand:
                text.Append($"MBOX {(MailboxOpcode)e.Code} {(MailboxStatus)(byte)e.Value}{Context(e)}");
                break;
            case TraceEventKind.ContextInstalled:
                Tls(text.Append($"CTX installed {((e.Flags & 1) != 0 ? "RX" : "TX")}{Mode(e)} {(TlsVersion)(ushort)e.Value} {(TlsCipher)(byte)e.Code}"), e);
                break;
            case TraceEventKind.ContextRemoved:
                text.Append($"CTX removed{Context(e)}");
                break;
            case TraceEventKind.RecordProtected:
                Tls(text.Append($"RECORD sealed {e.Length} bytes type {e.Code}{((e.Flags & 1) != 0 ? " out of sequence" : string.Empty)}"), e);
                break;
            case TraceEventKind.RecordOpened:
                Tls(text.Append($"RECORD opened {e.Length} bytes type {e.Code} tag {(e.Value == 1 ? "right" : "WRONG")}"), e);
                break;
            case TraceEventKind.ResyncStep when IsTransmit(e):
                Tls(text.Append($"RESYNC TX {(TxResyncStep)(byte)e.Code}"), e);
                text.Append(e.Value == 0 ? string.Empty : $" {e.Value} bytes");
                break;
            case TraceEventKind.ResyncStep:
                text.Append("RESYNC");
                if ((ulong)e.Code != e.Value)
                {
                    text.Append($" {(RxState)(byte)e.Value} -> {(RxState)(byte)e.Code}");
                }

                Tls(text, e);
                Reason(text, e);
                break;
            case TraceEventKind.RecordPlaintext:
                text.Append($"PLAIN {((e.Flags & 1) != 0 ? "RX" : "TX")} {dataLength} bytes type {e.Code}{Context(e)} record {e.RecordNumber}");
                break;
            case TraceEventKind.TimerFired:
                text.Append($"TIMER {e.Text}");
                break;
            case TraceEventKind.GuestError:
                text.Append($"GUEST ERROR {(GuestErrorCode)e.Code} address 0x{e.Address:X} value 0x{e.Value:X} index {e.Index}{Context(e)}");
                Reason(text, e);
                break;
            case TraceEventKind.NetworkEvent:
                text.Append($"NETWORK {(NetworkAction)e.Code} {dataLength} bytes");
                break;
            case TraceEventKind.KeyLog:
                text.Append($"KEYLOG {Redaction.KeyLogLine(e.Text ?? string.Empty)}");
                break;
            case TraceEventKind.Completion:
                Completion(text, e);
                break;
            case TraceEventKind.Reset:
                text.Append($"RESET {(ResetKind)e.Code} epoch {e.Value}");
                break;
            default:
                text.Append($"EVENT {(byte)e.Kind}");
                break;
        }
    }

    private static void Completion(StringBuilder text, in TraceEvent e)
    {
        if ((e.Flags & 1) != 0)
        {
            text.Append($"COMPLETION RXQ{e.Index} {(RxStatus)(byte)e.Code} cookie 0x{e.Value:X}{Context(e)}");
        }
        else
        {
            text.Append($"COMPLETION TXQ{e.Index} {(TxStatus)(byte)e.Code} cookie 0x{e.Value:X}{Context(e)}");
        }
    }

    private void Access(StringBuilder text, in TraceEvent e, string arrow)
    {
        names.AppendName(text, e.Index, e.Address, e.Length);
        text.Append(arrow);
        if (names.IsSecret(e.Index, e.Address, e.Length))
        {
            text.Append("(secret)");
            return;
        }

        text.Append(Hex(e.Value, e.Length));
        names.AppendFields(text, e.Index, e.Address, e.Length, e.Value);
    }

    private static void Tls(StringBuilder text, in TraceEvent e)
    {
        if (e.Handle != 0)
        {
            text.Append($"{Context(e)} record {e.RecordNumber} seq 0x{e.TcpSequence:X8}");
        }
    }

    private static void Reason(StringBuilder text, in TraceEvent e)
    {
        if (!string.IsNullOrEmpty(e.Text))
        {
            text.Append($": {e.Text}");
        }
    }

    private static bool IsTransmit(in TraceEvent e) => new ObjectHandle(e.Handle).Kind == ObjectKind.Transmit;

    /// <summary>How a transmit context is placed, where it is not the usual way.</summary>
    private static string Mode(in TraceEvent e) => (e.Flags & 1) == 0 && e.Flags >> 1 is var mode and not 0 ? $" {(TxMode)(byte)mode}" : string.Empty;

    private static string Context(in TraceEvent e) => e.Handle == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $" ctx 0x{e.Handle:X16}");

    private static string Fault(in TraceEvent e) => e.Code == (int)BusStatus.Ok ? string.Empty : " " + (BusStatus)e.Code;

    private static string Hex(ulong value, int length) => "0x" + value.ToString(
        length switch { 1 => "X2", 2 => "X4", 8 => "X16", _ => "X8" },
        CultureInfo.InvariantCulture);
}
