using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;
using NicEmu.Spec.Tls;
using NicEmu.Traces;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Traces;

public sealed class TextTraceTests
{
    private static IEnumerable<TestCaseData> Lines()
    {
        yield return Case("TransmitQueueEnable", "TXQ3_CTRL <- 0x00000001 ENABLE=1", new TraceEvent { Kind = TraceEventKind.MmioWrite, Address = 0x4000 + (3 * 0x80) + 0x0C, Length = 4, Value = 1 });
        yield return Case("MailboxGo", "MBOX_CTRL <- 0x80000012 OPCODE=0x12 GO=1", new TraceEvent { Kind = TraceEventKind.MmioWrite, Address = 0x100, Length = 4, Value = 0x8000_0012 });
        yield return Case("MailboxStatus", "MBOX_STAT -> 0x00000502 DONE=1 ERROR=0x5", new TraceEvent { Kind = TraceEventKind.MmioRead, Address = 0x104, Length = 4, Value = 0x502 });
        yield return Case("WholeRegisterField", "TXQ0_HEAD -> 0x00000007", new TraceEvent { Kind = TraceEventKind.MmioRead, Address = 0x4014, Length = 4, Value = 7 });
        yield return Case("Pair", "TXQ1_BASE <- 0x0000001234567000", new TraceEvent { Kind = TraceEventKind.MmioWrite, Address = 0x4080, Length = 8, Value = 0x12_3456_7000 });
        yield return Case("Byte", "MBOX_STAT+1 -> 0x05 ERROR=0x5", new TraceEvent { Kind = TraceEventKind.MmioRead, Address = 0x105, Length = 1, Value = 5 });
        yield return Case("Doorbell", "DB15_TX_TAIL <- 0x00000009", new TraceEvent { Kind = TraceEventKind.MmioWrite, Index = 2, Address = 0xF000, Length = 4, Value = 9 });
        yield return Case("Secret", "KEY_STAGE_KEY0 <- (secret)", new TraceEvent { Kind = TraceEventKind.MmioWrite, Address = 0x140, Length = 4, Value = 0xDEADBEEF });
        yield return Case("SecretSecondHalf", "KEY_STAGE_KEY6 <- (secret)", new TraceEvent { Kind = TraceEventKind.MmioWrite, Address = 0x158, Length = 8, Value = 0xDEADBEEF });
        yield return Case("RequestArea", "MBOX_REQUEST+0x10 <- 0x0000002A", new TraceEvent { Kind = TraceEventKind.MmioWrite, Address = 0x210, Length = 4, Value = 42 });
        yield return Case("MsixTable", "MSIX_TABLE+0x20 <- 0x0000002A", new TraceEvent { Kind = TraceEventKind.MmioWrite, Index = 4, Address = 0x20, Length = 4, Value = 42 });
        yield return Case("NoRegister", "BAR0+0x1FFFC -> 0xFFFFFFFF", new TraceEvent { Kind = TraceEventKind.MmioRead, Address = 0x1FFFC, Length = 4, Value = 0xFFFFFFFF });
        yield return Case("Config", "CFG+0x004 <- 0x0006", new TraceEvent { Kind = TraceEventKind.ConfigWrite, Address = 4, Length = 2, Value = 6 });
        yield return Case("DmaFault", "DMA read 0x1000 64 bytes Unmapped", new TraceEvent { Kind = TraceEventKind.DmaRead, Address = 0x1000, Length = 64, Code = 1 });
        yield return Case("Interrupt", "IRQ vector 3 0xFEE00000 <- 0x41", new TraceEvent { Kind = TraceEventKind.InterruptRaised, Index = 3, Address = 0xFEE00000, Value = 0x41 });
        yield return Case("Frame", "WIRE sent 3 bytes ctx 0x0001000000000007 record 5 seq 0x00000010", new TraceEvent { Kind = TraceEventKind.FrameSent, Handle = 0x0001_0000_0000_0007, RecordNumber = 5, TcpSequence = 16 }, 3);
        yield return Case("Delivered", "HOST RXQ2 frame 3 bytes NotDecrypted", new TraceEvent { Kind = TraceEventKind.HostFrameReceived, Index = 2, Code = (int)RxVerdict.NotDecrypted }, 3);
        yield return Case("Mailbox", "MBOX TxCreate TableFull", new TraceEvent { Kind = TraceEventKind.MailboxCommand, Code = (int)MailboxOpcode.TxCreate, Value = (ulong)MailboxStatus.TableFull });
        yield return Case("Installed", "CTX installed RX Tls13 Aes256Gcm ctx 0x0000000000000009 record 0 seq 0x0000000A", new TraceEvent { Kind = TraceEventKind.ContextInstalled, Handle = 9, Flags = 1, TcpSequence = 10, Code = (int)TlsCipher.Aes256Gcm, Value = (ulong)TlsVersion.Tls13 });
        yield return Case("Resync", "RESYNC Searching -> Tracking ctx 0x0000000000000009 record 4 seq 0x0000000A: header found", new TraceEvent { Kind = TraceEventKind.ResyncStep, Handle = 9, Code = (int)RxState.Tracking, Value = (ulong)RxState.Searching, RecordNumber = 4, TcpSequence = 10, Text = "header found" });
        yield return Case("NextRecord", "RESYNC ctx 0x0000000000000009 record 4 seq 0x0000000A: next record", new TraceEvent { Kind = TraceEventKind.ResyncStep, Handle = 9, RecordNumber = 4, TcpSequence = 10, Text = "next record" });
        yield return Case("TransmitNextRecord", "RESYNC TX NextRecord ctx 0x0001000001800009 record 4 seq 0x0000000A", new TraceEvent { Kind = TraceEventKind.ResyncStep, Handle = 0x0001_0000_0180_0009, RecordNumber = 4, TcpSequence = 10, Text = "next record" });
        yield return Case("TransmitReplay", "RESYNC TX Replay ctx 0x0001000001800009 record 4 seq 0x0000000A 700 bytes", new TraceEvent { Kind = TraceEventKind.ResyncStep, Handle = 0x0001_0000_0180_0009, Code = 4, Value = 700, RecordNumber = 4, TcpSequence = 10, Text = "replay" });
        yield return Case("InstalledPositional", "CTX installed TX Positional Tls12 Aes128Gcm ctx 0x0000000000000009 record 0 seq 0x0000000A", new TraceEvent { Kind = TraceEventKind.ContextInstalled, Handle = 9, Flags = 2, TcpSequence = 10, Code = (int)TlsCipher.Aes128Gcm, Value = (ulong)TlsVersion.Tls12 });
        yield return Case("GuestError", "GUEST ERROR DoorbellRange address 0x0 value 0x99 index 3: tail beyond the ring", new TraceEvent { Kind = TraceEventKind.GuestError, Code = (int)GuestErrorCode.DoorbellRange, Value = 0x99, Index = 3, Text = "tail beyond the ring" });
        yield return Case("TransmitCompletion", "COMPLETION TXQ3 NotInSequence cookie 0x5", new TraceEvent { Kind = TraceEventKind.Completion, Index = 3, Code = (int)TxStatus.NotInSequence, Value = 5 });
        yield return Case("ReceiveCompletion", "COMPLETION RXQ3 DmaFault cookie 0x5", new TraceEvent { Kind = TraceEventKind.Completion, Index = 3, Flags = 1, Code = (int)RxStatus.DmaFault, Value = 5 });
        yield return Case("Network", "NETWORK Dropped 3 bytes", new TraceEvent { Kind = TraceEventKind.NetworkEvent, Code = (int)NetworkAction.Dropped }, 3);
        yield return Case("Reset", "RESET FunctionLevel epoch 2", new TraceEvent { Kind = TraceEventKind.Reset, Code = 1, Value = 2 });

        // SHA-256 of the bytes 61 62 63 begins BA7816BF (FIPS 180-4 example)
        yield return Case("KeyLog", "KEYLOG CLIENT_RANDOM 0011 sha256:ba7816bf", new TraceEvent { Kind = TraceEventKind.KeyLog, Text = "CLIENT_RANDOM 0011 616263" });
    }

    [TestCaseSource(nameof(Lines))]
    public void On_Event_WritesLine(TraceEvent e, int dataLength, string expected)
    {
        using var output = new StringWriter();
        var trace = new TextTrace(output, RegisterNames.Native);

        trace.On(e with { TimePs = 1_234_567_890, Device = 1 }, new byte[dataLength]);

        Assert.That(output.ToString(), Is.EqualTo("     1234.567 nic1 " + expected + "\n"));
    }

    [Test]
    public void On_EveryKindWithHostileValues_WritesOneLineEach()
    {
        using var output = new StringWriter();
        var trace = new TextTrace(output, RegisterNames.Native);

        foreach ((TraceEvent e, byte[] data) in TestEvents.All)
        {
            trace.On(e, data);
        }

        Assert.That(output.ToString().Count(c => c == '\n'), Is.EqualTo(TestEvents.All.Count));
        Assert.That(output.ToString(), Does.Not.Contain("445566"), "the secret of the key log line");
    }

    /// <summary>The events of the cases.</summary>
    internal static IEnumerable<(TraceEvent Event, int DataLength)> Events() =>
        Lines().Select(c => ((TraceEvent)c.Arguments[0]!, (int)c.Arguments[1]!));

    private static TestCaseData Case(string name, string expected, TraceEvent e, int dataLength = 0) =>
        new TestCaseData(e, dataLength, expected).SetArgDisplayNames(name);
}
