using System.Text;
using CsCheck;
using NicEmu.Spec.Events;
using NicEmu.Traces;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Traces;

public sealed class JsonLinesTests
{
    private const string Header = "{\"schema\":\"nicemu-trace-1\",\"product\":\"NicEmu 0.1.0\",\"secrets\":\"redacted\"}\n";

    [Test]
    public void On_RegisterWrite_WritesOneObject()
    {
        byte[] file = Write([(new TraceEvent { Kind = TraceEventKind.MmioWrite, TimePs = 1234, Device = 1, Address = 0x100, Length = 4, Value = 0x8000_0012 }, [])]);

        Assert.That(Encoding.UTF8.GetString(file), Is.EqualTo(Header +
            "{\"t\":1234,\"kind\":\"MmioWrite\",\"device\":1,\"address\":\"0x100\",\"value\":\"0x80000012\",\"length\":4,\"register\":\"MBOX_CTRL\",\"fields\":\"OPCODE=0x12 GO=1\"}\n"));
    }

    [Test]
    public void On_Data_WritesHexUpToTheLimit()
    {
        byte[] file = Write(
            [(new TraceEvent { Kind = TraceEventKind.FrameSent, Handle = 7, RecordNumber = 2, TcpSequence = 0xAB, Flags = 3, Code = -1, Index = 9 }, [0xDE, 0xAD, 0xBE, 0xEF])],
            new JsonLinesOptions { DataLimit = 2 });

        Assert.That(Encoding.UTF8.GetString(file), Is.EqualTo(Header +
            "{\"t\":0,\"kind\":\"FrameSent\",\"device\":0,\"code\":-1,\"index\":9,\"flags\":3,\"handle\":\"0x7\",\"record\":2,\"seq\":\"0xab\",\"dataLength\":4,\"data\":\"dead\"}\n"));
    }

    [Test]
    public void On_Secrets_AreRedacted()
    {
        byte[] file = Write(
        [
            (new TraceEvent { Kind = TraceEventKind.KeyLog, Text = "CLIENT_RANDOM 0011 616263" }, []),
            (new TraceEvent { Kind = TraceEventKind.MmioWrite, Address = 0x140, Length = 4, Value = 0xDEADBEEF }, []),
        ]);

        string text = Encoding.UTF8.GetString(file);
        Assert.That(text, Does.Contain("CLIENT_RANDOM 0011 sha256:ba7816bf"));
        Assert.That(text, Does.Not.Contain("616263").And.Not.Contain("deadbeef"));
    }

    [Test]
    public void On_SecretsToBeEmbedded_AreWrittenAndTheHeaderSaysSo()
    {
        byte[] file = Write([(new TraceEvent { Kind = TraceEventKind.KeyLog, Text = "CLIENT_RANDOM 0011 616263" }, [])], new JsonLinesOptions { EmbedSecrets = true });

        Assert.That(Encoding.UTF8.GetString(file), Does.Contain("\"secrets\":\"embedded\"").And.Contain("CLIENT_RANDOM 0011 616263"));
        using var reader = new JsonLinesReader(new MemoryStream(file));
        Assert.That(reader.SecretsRedacted, Is.False);
    }

    [Test]
    public void TryRead_EveryKind_ComesBack()
    {
        byte[] file = Write(TestEvents.All, new JsonLinesOptions { DataLimit = 2000, EmbedSecrets = true });
        using var reader = new JsonLinesReader(new MemoryStream(file));

        foreach ((TraceEvent e, byte[] data) in TestEvents.All)
        {
            Assert.That(reader.TryRead(out TraceEntry? entry), Is.True);
            Assert.That(entry!.Event, Is.EqualTo(e));
            Assert.That(entry.Data.ToArray(), Is.EqualTo(data));
            Assert.That(entry.Interface, Is.EqualTo("nic0-" + TracePort.Of(e.Kind)));
        }

        Assert.That(reader.TryRead(out _), Is.False);
    }

    [TestCase("{\"t\":1,\"kind\":\"MmioRead\"", "ends within the line")]
    [TestCase("{\"t\":1,\"kind\":\"MmioRead\"\n", "Line 2")]
    [TestCase("{\"t\":1}\n", "no kind")]
    [TestCase("{\"t\":1,\"kind\":\"Nonsense\"}\n", "Nonsense")]
    [TestCase("{\"t\":1,\"kind\":\"MmioRead, MmioWrite\"}\n", "MmioRead, MmioWrite")]
    [TestCase("{\"t\":1,\"kind\":0}\n", "out of range")]
    [TestCase("{\"t\":\"x\",\"kind\":\"MmioRead\"}\n", "out of range")]
    [TestCase("{\"t\":1,\"kind\":\"MmioRead\",\"seq\":\"0x100000000\"}\n", "in range")]
    [TestCase("{\"t\":1,\"kind\":\"MmioRead\",\"value\":5}\n", "expected a text")]
    [TestCase("{\"t\":1,\"kind\":\"MmioRead\",\"data\":\"abc\"}\n", "not hexadecimal")]
    [TestCase("{\"t\":1,\"kind\":\"MmioRead\",\"data\":\"abcd\"}\n", "more data than its length")]
    [TestCase("{\"t\":1,\"kind\":\"MmioRead\",\"text\":\"\\ud800\"}\n", "UTF-8")]
    [TestCase("{\"t\":1,\"kind\":\"MmioRead\"} {}\n", "Line 2")]
    [TestCase("[]\n", "expected StartObject")]
    [TestCase("\n", "Line 2")]
    public void TryRead_Damaged_NamesTheLine(string line, string reason)
    {
        using var reader = new JsonLinesReader(new MemoryStream(Encoding.UTF8.GetBytes(Header + line)));

        Assert.That(() => reader.TryRead(out _), Throws.TypeOf<TraceFormatException>().With.Message.Contains(reason).And.Property("Offset").EqualTo(2));
    }

    [TestCase("")]
    [TestCase("{}\n")]
    [TestCase("{\"schema\":\"other\"}\n")]
    [TestCase("not json\n")]
    [TestCase("{\"schema\":1}\n")]
    public void Constructor_OtherFile_Refuses(string text)
    {
        Assert.That(() => new JsonLinesReader(new MemoryStream(Encoding.UTF8.GetBytes(text))), Throws.TypeOf<TraceFormatException>().With.Property("Offset").EqualTo(1));
    }

    [Test]
    public void TryRead_LineWithoutEnd_IsRefusedAtTheLimit()
    {
        byte[] file = new byte[JsonLinesReader.MaxLineLength + 1000];
        file.AsSpan().Fill((byte)' ');

        Assert.That(() => new JsonLinesReader(new MemoryStream(file)), Throws.TypeOf<TraceFormatException>().With.Message.Contains("longer"));
    }

    [Test]
    public void TryRead_RandomMutations_ThrowsOnlyFormatErrors()
    {
        byte[] sample = Write(TestEvents.All.Where((_, i) => i % 2 == 0).ToList());
        Gen.Select(Gen.Select(Gen.Int[0, sample.Length - 1], Gen.Byte).Array[1, 6], Gen.Int[0, sample.Length]).Sample((changes, length) =>
        {
            byte[] file = [.. sample];
            foreach ((int at, byte value) in changes)
            {
                file[at] = value;
            }

            try
            {
                using var reader = new JsonLinesReader(new MemoryStream(file, 0, length));
                while (reader.TryRead(out _))
                {
                }
            }
            catch (TraceFormatException e)
            {
                return e.Offset > 0;
            }

            return true;
        });
    }

    private static byte[] Write(IReadOnlyList<(TraceEvent Event, byte[] Data)> events, JsonLinesOptions? options = null)
    {
        var file = new MemoryStream();
        using (var trace = new JsonLinesTrace(file, RegisterNames.Native, options, leaveOpen: true))
        {
            foreach ((TraceEvent e, byte[] data) in events)
            {
                trace.On(e, data);
            }
        }

        return file.ToArray();
    }
}
