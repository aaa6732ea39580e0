using System.Text;
using NicEmu.Spec.Events;
using NicEmu.Spec.Tls;
using NicEmu.Tests.Unit.Traces;
using NicEmu.Traces;
using NUnit.Framework;

namespace NicEmu.Tests.Interop.Traces;

/// <summary>The generated dissector, run by tshark.</summary>
public sealed class DissectorTests
{
    private string _file = string.Empty;
    private string _script = string.Empty;

    [SetUp]
    public void SetUp()
    {
        _file = Path.GetTempFileName();
        _script = Path.GetTempFileName();
        File.WriteAllText(_script, LuaDissector.Generate());
    }

    [TearDown]
    public void TearDown()
    {
        File.Delete(_file);
        File.Delete(_script);
    }

    [Test]
    public void Info_OfEveryKind_IsTheLineOfTheTextTrace()
    {
        Tshark.Require();
        var lines = new StringWriter();
        var text = new TextTrace(lines, RegisterNames.Native);
        using (var trace = new PcapngTrace(File.Create(_file), new PcapngTraceOptions { Timers = true }))
        {
            foreach ((TraceEvent e, byte[] data) in Events())
            {
                trace.On(e, data);
                text.On(e, data);
            }
        }

        string[] info = Run("-T", "fields", "-e", "_ws.col.Info");

        Assert.That(info, Is.EqualTo(lines.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l[(l.IndexOf("nic0", StringComparison.Ordinal))..])));
        Assert.That(info, Has.Some.Contains("TXQ3_CTRL <- 0x00000001 ENABLE=1"));
    }

    [Test]
    public void Registers_CanBeFilteredByNameAndField()
    {
        Tshark.Require();
        Write();

        Assert.That(Run("-Y", "nicemu.register == \"MBOX_CTRL\"", "-T", "fields", "-e", "nicemu.register", "-e", "nicemu.field"), Is.EqualTo(new[] { "MBOX_CTRL\tOPCODE=0x12,GO=1" }));
    }

    [Test]
    public void GuestError_IsAnExpertError()
    {
        Tshark.Require();
        Write();

        Assert.That(Run("-Y", "_ws.expert.severity == error", "-T", "fields", "-e", "_ws.col.Info"), Is.EqualTo(new[]
        {
            "nic0 GUEST ERROR DoorbellRange address 0xF000 value 0x63 index 3 ctx 0x0001000000000007: tail beyond the ring",
        }));
    }

    [Test]
    public void Secret_IsNotShownEvenIfItIsInTheFile()
    {
        Tshark.Require();
        Write();

        string[] lines = Run("-Y", "nicemu.register contains \"KEY_STAGE\"", "-T", "fields", "-e", "_ws.col.Info", "-e", "nicemu.field");

        Assert.That(lines, Is.EqualTo(new[] { "nic0 KEY_STAGE_KEY0 <- (secret)\t", "nic0 KEY_STAGE_KEY6 <- (secret)\t" }));
    }

    [Test]
    public void HostFrames_AreDecodedWithoutTheTcpDissector([Values] bool ipv6)
    {
        Tshark.Require();
        using (var trace = new PcapngTrace(File.Create(_file)))
        {
            new TlsConversation(trace, TlsVersion.Tls13, TlsCipher.Aes128Gcm, ipv6).Run(["hello"u8.ToArray()], []);
        }

        string[] host = Run("-Y", "nicemuhost", "-T", "fields", "-e", "_ws.col.Info", "-e", "frame.protocols", "-e", "_ws.col.Source");
        string[] wire = Run("-Y", "tcp", "-T", "fields", "-e", "frame.interface_name", "-e", "tcp.analysis.retransmission");

        Assert.That(host[0], Does.StartWith("40000 > 4433 [SYN] seq 0x00001000 ack 0x00000000 len 0\tnicemuhost\t").And.EndsWith(ipv6 ? "2001:db8::1" : "10.0.0.1"));
        Assert.That(wire, Has.Length.EqualTo(host.Length), "each frame crosses both interfaces once");
        Assert.That(wire.Count(l => l != "nic0-wire\t"), Is.EqualTo(1), "only the real retransmission");
    }

    [Test]
    public void WireDecryption_WithTheDissector_StillWorks()
    {
        Tshark.Require();
        TlsConversation conversation;
        using (var trace = new PcapngTrace(File.Create(_file)))
        {
            conversation = new TlsConversation(trace, TlsVersion.Tls13, TlsCipher.Aes128Gcm);
            conversation.Run(["hello"u8.ToArray()], []);
        }

        Assert.That(TsharkVerdict.Follow(_file, conversation.Parties, 0, "-X", "lua_script:" + _script)[conversation.ServerName], Is.EqualTo("hello"u8.ToArray()));
    }

    [Test]
    public void PlainAsHttp_IsDissectedAsHttpWithAddresses()
    {
        Tshark.Require();
        using (var trace = new PcapngTrace(File.Create(_file), new PcapngTraceOptions { PlainAs = PlainView.Http }))
        {
            new TlsConversation(trace, TlsVersion.Tls13, TlsCipher.Aes128Gcm).Run([Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nab"), "cdef"u8.ToArray()], []);
        }

        string[] lines = Run("-Y", "http and frame.interface_name == \"nic0-plain\"", "-T", "fields", "-e", "http.response.code", "-e", "http.file_data", "-e", "ip.src", "-e", "_ws.col.Source");

        Assert.That(lines, Is.EqualTo(new[] { "200\tabcdef\t10.0.0.2\t10.0.0.2" }).Or.EqualTo(new[] { "200\tabcdef\t\t10.0.0.2" }).Or.EqualTo(new[] { "200\t616263646566\t\t10.0.0.2" }));
    }

    [Test]
    public void AnyBytesOnOurLinkTypes_DoNotBreakTheDissector()
    {
        Tshark.Require();
        using (var writer = new PcapngWriter(File.Create(_file)))
        {
            writer.AddInterface("nic0-device", LinkTypes.DeviceEvents, "device");
            writer.AddInterface("nic0-host", LinkTypes.HostFrames, "host");
            byte[] head = new byte[DeviceRecord.MaxHeadLength];
            int length = DeviceRecord.WriteHead(new TraceEvent { Kind = TraceEventKind.MmioWrite, Text = "x" }, 0, head);
            byte[] frame = TestFrames.Data(1, [1, 2, 3]);
            for (int cut = 0; cut < length; cut++)
            {
                writer.WritePacket(0, cut, PacketDirection.Unknown, head.AsSpan(0, cut));
                writer.WritePacket(1, cut, PacketDirection.Unknown, frame.AsSpan(0, Math.Min(cut, frame.Length)));
            }
        }

        Assert.That(Run("-V"), Has.None.Contains("Lua Error"));
        Assert.That(Run("-Y", "nicemu.malformed", "-T", "fields", "-e", "frame.number"), Has.Length.EqualTo(DeviceRecord.HeaderLength + 1));
    }

    private static IEnumerable<(TraceEvent Event, byte[] Data)> Events()
    {
        foreach ((TraceEvent e, int dataLength) in TextTraceTests.Events())
        {
            if (TracePort.Of(e.Kind) == TracePort.Device && e.Kind != TraceEventKind.KeyLog)
            {
                yield return (e, new byte[dataLength]);
            }
        }
    }

    private void Write()
    {
        using var trace = new PcapngTrace(File.Create(_file));
        foreach ((TraceEvent e, byte[] data) in Events().Where(e => e.Event.Kind != TraceEventKind.GuestError))
        {
            trace.On(e, data);
        }

        trace.On(
            new TraceEvent
            {
                Kind = TraceEventKind.GuestError,
                Code = (int)GuestErrorCode.DoorbellRange,
                Address = 0xF000,
                Value = 99,
                Index = 3,
                Handle = 0x0001_0000_0000_0007,
                Text = "tail beyond the ring",
            },
            default);
    }

    private string[] Run(params string[] options) =>
        Tshark.Run(_file, ["-X", "lua_script:" + _script, .. options]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
