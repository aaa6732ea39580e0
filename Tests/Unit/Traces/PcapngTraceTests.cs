using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Tls;
using NicEmu.Traces;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Traces;

public sealed class PcapngTraceTests
{
    private const ulong Handle = 0x0001_000000_000007;

    [Test]
    public void On_NoEvents_DeclaresFourInterfacesInOrder()
    {
        List<PcapngPacket> packets = Trace(_ => { }, null, out PcapngReader reader);

        Assert.That(packets, Is.Empty);
        Assert.That(reader.Interfaces.Select(i => (i.Name, i.LinkType, (int)i.Resolution)), Is.EqualTo(new[]
        {
            ("nic0-wire", 1, 9), ("nic0-host", 148, 9), ("nic0-plain", 252, 9), ("nic0-device", 147, 9),
        }));
    }

    [Test]
    public void On_TwoDevices_OnlyTheFirstWireIsEthernet()
    {
        Trace(_ => { }, new PcapngTraceOptions { Devices = [1, 0] }, out PcapngReader reader);

        Assert.That(reader.Interfaces.Select(i => (i.Name, i.LinkType)), Is.EqualTo(new[]
        {
            ("nic1-wire", 1), ("nic1-host", 148), ("nic1-plain", 252), ("nic1-device", 147),
            ("nic0-wire", 148), ("nic0-host", 148), ("nic0-plain", 252), ("nic0-device", 147),
        }));
    }

    [Test]
    public void On_FramesOfOtherDevice_AreNotWritten()
    {
        List<PcapngPacket> packets = Trace(
            trace => trace.On(new TraceEvent { Kind = TraceEventKind.FrameSent, Device = 1 }, new byte[60]),
            null,
            out _);

        Assert.That(packets, Is.Empty);
    }

    [Test]
    public void On_Frames_GoToWireAndHostWithDirectionAndComment()
    {
        byte[] frame = TestFrames.Data(1000, new byte[10]);
        List<PcapngPacket> packets = Trace(
            trace =>
            {
                trace.On(new TraceEvent { Kind = TraceEventKind.HostFrameSent, TimePs = 1_999, Index = 3 }, frame);
                trace.On(new TraceEvent { Kind = TraceEventKind.FrameSent, TimePs = 2_000, Handle = Handle, RecordNumber = 5, TcpSequence = 1000 }, frame);
                trace.On(new TraceEvent { Kind = TraceEventKind.FrameReceived, TimePs = 3_000 }, frame);
                trace.On(new TraceEvent { Kind = TraceEventKind.HostFrameReceived, TimePs = 4_000, Index = 2, Code = (int)RxVerdict.Decrypted }, frame);
            },
            null,
            out _);

        Assert.That(packets.Select(p => (p.Interface.Name, p.TimeNs, p.Direction, p.Comment)), Is.EqualTo(new[]
        {
            ("nic0-host", 1L, PacketDirection.Outbound, "TX queue 3"),
            ("nic0-wire", 2L, PacketDirection.Outbound, "TLS context 0x0001000000000007, record 5, sequence 0x000003e8"),
            ("nic0-wire", 3L, PacketDirection.Inbound, null),
            ("nic0-host", 4L, PacketDirection.Inbound, "RX queue 2, TLS verdict Decrypted"),
        }));
        Assert.That(packets.All(p => p.Data.Span.SequenceEqual(frame)), Is.True);
    }

    [TestCase(0xFFFF_FFF0u, "records 5 to 7")]
    [TestCase(0xFFFF_FFF0u - 20, "record 5")]
    public void On_FrameOverSeveralRecords_CommentNamesFirstAndLast(uint recordStart, string expected)
    {
        byte[] frame = TestFrames.Data(0xFFFF_FFF0, new byte[60]);
        List<PcapngPacket> packets = Trace(
            trace =>
            {
                // record 5 ends 29 bytes after its start, record 6 another 29 after; 60 bytes reach into record 7 only from the later start
                uint start = recordStart;
                for (ulong number = 5; number < (recordStart == 0xFFFF_FFF0u ? 7u : 5u); number++)
                {
                    trace.On(new TraceEvent { Kind = TraceEventKind.RecordProtected, Handle = Handle, RecordNumber = number, TcpSequence = start, Length = 29 }, default);
                    start = unchecked(start + 29);
                }

                trace.On(new TraceEvent { Kind = TraceEventKind.FrameSent, Handle = Handle, RecordNumber = 5, TcpSequence = 0xFFFF_FFF0 }, frame);
            },
            null,
            out _);

        Assert.That(packets[^1].Comment, Is.EqualTo($"TLS context 0x0001000000000007, {expected}, sequence 0xfffffff0"));
    }

    [Test]
    public void On_RecordEndsWithTheFrame_CommentDoesNotNameTheNextRecord()
    {
        List<PcapngPacket> packets = Trace(
            trace =>
            {
                trace.On(new TraceEvent { Kind = TraceEventKind.RecordProtected, Handle = Handle, RecordNumber = 5, TcpSequence = 100, Length = 30 }, default);
                trace.On(new TraceEvent { Kind = TraceEventKind.FrameSent, Handle = Handle, RecordNumber = 5, TcpSequence = 100 }, TestFrames.Data(100, new byte[30]));
            },
            null,
            out _);

        Assert.That(packets[^1].Comment, Does.Contain("record 5,"));
    }

    [Test]
    public void On_KeyLog_WritesSecretsAtOnceAndOnlyOnce()
    {
        var file = new MemoryStream();
        using var trace = new PcapngTrace(file, leaveOpen: true);

        trace.On(new TraceEvent { Kind = TraceEventKind.KeyLog, Text = "CLIENT_RANDOM AB CD" }, default);
        trace.On(new TraceEvent { Kind = TraceEventKind.KeyLog, Device = 1, Text = "CLIENT_RANDOM AB CD" }, default);
        trace.On(new TraceEvent { Kind = TraceEventKind.FrameSent }, new byte[60]);

        file.Position = 0;
        using var reader = new PcapngReader(file);
        Assert.That(reader.TryRead(out PcapngPacket? frame), Is.True);
        Assert.That(reader.Secrets, Has.Count.EqualTo(1));
        Assert.That(reader.Secrets[0].Data.ToArray(), Is.EqualTo("CLIENT_RANDOM AB CD\n"u8.ToArray()));
        Assert.That(reader.Secrets[0].BlockOffset, Is.LessThan(frame!.BlockOffset));
    }

    [Test]
    public void On_KeyLogWithoutEmbedding_WritesNothing()
    {
        Trace(
            trace => trace.On(new TraceEvent { Kind = TraceEventKind.KeyLog, Text = "CLIENT_RANDOM AB CD" }, default),
            new PcapngTraceOptions { EmbedSecrets = false },
            out PcapngReader reader);

        Assert.That(reader.Secrets, Is.Empty);
    }

    [Test]
    public void On_DeviceEvent_IsReadBackWithCutData()
    {
        var written = new TraceEvent
        {
            Kind = TraceEventKind.DmaRead,
            TimePs = 1234567,
            Address = 0x1122_3344_5566_7788,
            Value = 0x99AA_BBCC_DDEE_FF01,
            Length = 300,
            Code = 2,
            Index = 4,
            Flags = 0x8000_0001,
            Handle = Handle,
            RecordNumber = 0x0102_0304_0506_0708,
            TcpSequence = 0xA1B2C3D4,
            Text = "naïve",
        };
        List<PcapngPacket> packets = Trace(trace => trace.On(written, new byte[300]), new PcapngTraceOptions { DeviceDataLimit = 16 }, out _);

        Assert.That(packets[0].Interface.Name, Is.EqualTo("nic0-device"));
        Assert.That(packets[0].OriginalLength - packets[0].Data.Length, Is.EqualTo(284));
        Assert.That(DeviceRecord.TryRead(packets[0].Data.Span, out TraceEvent read, out ReadOnlySpan<byte> data), Is.True);
        Assert.That(read, Is.EqualTo(written));
        Assert.That(data.Length, Is.EqualTo(16));
    }

    [Test]
    public void On_PlaintextBeforeAndAfterItsFrame_CarriesTheFramesAddresses()
    {
        byte[] frame = TestFrames.Data(1000, new byte[10]);
        var plain = new TraceEvent { Kind = TraceEventKind.RecordPlaintext, Handle = Handle, RecordNumber = 1, Code = (int)TlsContentType.ApplicationData };
        List<PcapngPacket> packets = Trace(
            trace =>
            {
                trace.On(plain, "early"u8);
                trace.On(new TraceEvent { Kind = TraceEventKind.FrameSent, Handle = Handle }, frame);
                trace.On(plain with { RecordNumber = 2 }, "late"u8);
            },
            null,
            out _);

        const string Tags =
            "000C0004" + "64617461" + // dissector "data"
            "00140004" + "0A000001" + "00150004" + "0A000002" + // IPv4 source, destination
            "00180004" + "00000002" + "00190004" + "00009C40" + "001A0004" + "00001151" + // TCP, ports 40000 and 4433
            "00000000";
        Assert.That(packets.Select(p => p.Interface.Name), Is.EqualTo(new[] { "nic0-plain", "nic0-wire", "nic0-plain" }));
        Assert.That(Convert.ToHexString(packets[0].Data.Span), Is.EqualTo(Tags + Convert.ToHexString("early"u8)));
        Assert.That(Convert.ToHexString(packets[2].Data.Span), Is.EqualTo(Tags + Convert.ToHexString("late"u8)));
        Assert.That(packets[2].Comment, Is.EqualTo("TLS context 0x0001000000000007, record 2, content type 23"));
    }

    [Test]
    public void On_ReceivedPlaintextOverIpv6_TakesAddressesOfTheDeliveredFrame()
    {
        byte[] a = Convert.FromHexString("20010DB8000000000000000000000001");
        byte[] b = Convert.FromHexString("20010DB8000000000000000000000002");
        byte[] frame = TestFrames.Tcp(a, b, 4433, 40000, 1, 1, 0x10, "x"u8);
        List<PcapngPacket> packets = Trace(
            trace =>
            {
                trace.On(new TraceEvent { Kind = TraceEventKind.RecordPlaintext, Handle = Handle, Flags = 1, Code = 23 }, "hello"u8);
                trace.On(new TraceEvent { Kind = TraceEventKind.HostFrameReceived, Code = (int)RxVerdict.Decrypted }, frame);
            },
            null,
            out _);

        Assert.That(packets[0].Direction, Is.EqualTo(PacketDirection.Inbound));
        Assert.That(Convert.ToHexString(packets[0].Data.Span), Is.EqualTo(
            "000C0004" + "64617461" + "00160010" + Convert.ToHexString(a) + "00170010" + Convert.ToHexString(b) +
            "00180004" + "00000002" + "00190004" + "00001151" + "001A0004" + "00009C40" + "00000000" + Convert.ToHexString("hello"u8)));
    }

    [Test]
    public void On_TwoContextsWaitAndFrameNamesNone_WritesNoAddressesRatherThanWrongOnes()
    {
        byte[] frame = TestFrames.Data(1000, new byte[10]);
        List<PcapngPacket> packets = Trace(
            trace =>
            {
                trace.On(new TraceEvent { Kind = TraceEventKind.RecordPlaintext, Handle = 7, Flags = 1, Code = 23 }, "a"u8);
                trace.On(new TraceEvent { Kind = TraceEventKind.RecordPlaintext, Handle = 8, Flags = 1, Code = 23 }, "b"u8);
                trace.On(new TraceEvent { Kind = TraceEventKind.HostFrameReceived, Code = (int)RxVerdict.Decrypted }, frame);
            },
            null,
            out _);

        Assert.That(packets.Where(p => p.Interface.Name == "nic0-plain").Select(p => Convert.ToHexString(p.Data.Span)), Is.EqualTo(new[]
        {
            "000C0004" + "64617461" + "00000000" + "61",
            "000C0004" + "64617461" + "00000000" + "62",
        }));
    }

    [Test]
    public void On_OneContextWaitsForItsFrame_OthersGoOn()
    {
        byte[] frame = TestFrames.Data(1000, new byte[10]);
        List<PcapngPacket> packets = Trace(
            trace =>
            {
                trace.On(new TraceEvent { Kind = TraceEventKind.RecordPlaintext, Handle = 7, Code = 23 }, "a"u8);
                trace.On(new TraceEvent { Kind = TraceEventKind.RecordPlaintext, Handle = 8, Code = 23 }, "b"u8);
                trace.On(new TraceEvent { Kind = TraceEventKind.HostFrameSent, Handle = 8 }, frame);
                trace.On(new TraceEvent { Kind = TraceEventKind.RecordPlaintext, Handle = 8, Code = 23 }, "c"u8);
            },
            null,
            out _);

        Assert.That(packets.Where(p => p.Interface.Name == "nic0-plain").Select(p => (char)p.Data.Span[^1]), Is.EqualTo(new[] { 'b', 'c', 'a' }));
    }

    [Test]
    public void On_PlainAsHttp_GivesOnePduForEachMessage()
    {
        var plain = new TraceEvent { Kind = TraceEventKind.RecordPlaintext, Handle = Handle, Code = (int)TlsContentType.ApplicationData };
        List<PcapngPacket> packets = Trace(
            trace =>
            {
                trace.On(new TraceEvent { Kind = TraceEventKind.HostFrameSent, Handle = Handle }, TestFrames.Data(1, "x"u8));
                trace.On(plain, "HTTP/1.1 200 OK\r\nContent-Le"u8);
                trace.On(plain, "ngth: 10\r\n\r\n01234"u8);
                trace.On(plain, "56789HTTP/1.1 304 Not Modified\r\nContent-Length: 0\r\n\r\nHTTP/1.1"u8);
                trace.On(plain with { Code = (int)TlsContentType.Alert }, [1, 0]);
            },
            new PcapngTraceOptions { PlainAs = PlainView.Http },
            out _);

        string[] bodies = [.. packets.Where(p => p.Interface.Name == "nic0-plain").Select(p => System.Text.Encoding.ASCII.GetString(p.Data.Span[4..8]) + " " + System.Text.Encoding.ASCII.GetString(p.Data.Span[52..]))];
        Assert.That(bodies, Is.EqualTo(new[]
        {
            "http HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789",
            "http HTTP/1.1 304 Not Modified\r\nContent-Length: 0\r\n\r\n",
            "data \u0001\0",
            "http HTTP/1.1",
        }));
    }

    [Test]
    public void On_SameEventsTwice_GivesSameBytes()
    {
        byte[] first = Bytes();
        byte[] second = Bytes();

        Assert.That(second, Is.EqualTo(first));

        static byte[] Bytes()
        {
            var file = new MemoryStream();
            using (var trace = new PcapngTrace(file, leaveOpen: true))
            {
                foreach ((TraceEvent e, byte[] data) in TestEvents.All)
                {
                    trace.On(e, data);
                }
            }

            return file.ToArray();
        }
    }

    [Test]
    public void On_EveryKindWithHostileValues_FileStaysReadable()
    {
        List<PcapngPacket> packets = Trace(
            trace =>
            {
                foreach ((TraceEvent e, byte[] data) in TestEvents.All)
                {
                    trace.On(e, data);
                }
            },
            new PcapngTraceOptions { Timers = true },
            out _);

        Assert.That(packets, Has.Count.EqualTo(TestEvents.All.Count(e => e.Event.Kind != TraceEventKind.KeyLog)));
    }

    private static List<PcapngPacket> Trace(Action<PcapngTrace> act, PcapngTraceOptions? options, out PcapngReader reader)
    {
        var file = new MemoryStream();
        using (var trace = new PcapngTrace(file, options, leaveOpen: true))
        {
            act(trace);
        }

        file.Position = 0;
        reader = new PcapngReader(file);
        return PcapngReaderTests.ReadAll(reader);
    }
}
