using System.Text.Json;
using NicEmu.Tests.Unit.Traces.Tls;
using NicEmu.Traces.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Cli;

/// <summary><c>nicemu tls explain</c>.</summary>
public sealed class TlsCommandTests
{
    private CliFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new CliFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void Explain_Golden_TellsTheLengthNonceAndContentOfARecord()
    {
        CliRun run = CliRun.Of("tls", "explain", WireCapture.Golden("send-tls13-loss.pcapng"));

        Assert.That(run.Code, Is.Zero, run.Error);
        Assert.That(run.Output, Does.Contain("16406 on the wire = header 5 + content 16384 + type 1 + tag 16"));
        Assert.That(run.Output, Does.Contain("(static IV XOR 1)"));
        Assert.That(run.Output, Does.Contain("\"line 0001 of a text that travels through the card"));
    }

    [Test]
    public void Explain_OneRecord_SumsUpTheRest()
    {
        CliRun run = CliRun.Of("tls", "explain", WireCapture.Golden("send-tls12-loss.pcapng"), "--records", "1");

        Assert.That(run.Output, Does.Contain("1 more data record, numbers 2 to 2 under client_write_key of the master secret: 7616 bytes of content in 7645 on the wire"));
    }

    [Test]
    public void Explain_Json_HasEveryRecordAndNoSecret()
    {
        CliRun run = CliRun.Of("tls", "explain", WireCapture.Golden("send-tls13-loss.pcapng"), "--json");

        using JsonDocument document = JsonDocument.Parse(run.Output);
        JsonElement connection = document.RootElement.GetProperty("connections")[0];
        Assert.That(document.RootElement.GetProperty("schema").GetString(), Is.EqualTo("nicemu.tls/1"));
        Assert.That(connection.GetProperty("records").EnumerateArray().Sum(r => r.GetProperty("contentType").GetInt32() == 23 ? r.GetProperty("contentLength").GetInt32() : 0), Is.EqualTo(24_000));
        Assert.That(WireCapture.Of("send-tls13-loss.pcapng").Secrets.Select(s => s.Split(' ')[2]), Is.Not.Empty.And.All.Matches<string>(s => !run.Output.Contains(s!, StringComparison.OrdinalIgnoreCase)));
    }

    [Test]
    public void Explain_ForgedRecord_ExitsWithOne()
    {
        WireCapture capture = WireCapture.Of("send-tls12-loss.pcapng");
        capture.Frames[capture.FrameOf(5_000) - 1][^1] ^= 1;

        CliRun run = CliRun.Of("tls", "explain", _folder.File("forged.pcapng", capture.ToPcapng()));

        Assert.That(run.Code, Is.EqualTo(1));
        Assert.That(run.Output, Does.Contain("the tag is wrong"));
    }

    // RFC 8446 §7.2: the secret behind a KeyUpdate comes from the last one; §5.3: records count from 0 again.
    [Test]
    public void Explain_KeyUpdates_FollowsThemInBothDirections()
    {
        string trace = _folder["rekey.pcapng"];
        CliRun.Of("demo", "--rekey-every", "3", "-o", trace);

        TlsConnectionStory connection = TlsStoryReader.Read(trace).Connections.Single();

        Assert.That(connection.Records.Select(r => r.Failure), Is.All.Null);
        string[] later = [.. connection.Records.Where(r => r is { Number: 0, Key: not null }).Select(r => r.Key!).Where(k => k.EndsWith("_1", StringComparison.Ordinal))];
        Assert.That(later, Is.EquivalentTo(new[] { "CLIENT_TRAFFIC_SECRET_1", "SERVER_TRAFFIC_SECRET_1" }));
    }

    [Test]
    public void Explain_CaptureBeforeTheCard_SaysThatItIsNotEncrypted()
    {
        string wire = _folder["wire.pcapng"];
        CliRun.Of("send", WireCapture.Golden("content.txt"), "-o", wire, "--split");
        using var trace = NicEmu.Traces.TraceFile.Open(wire);
        _ = trace.ReadAll().Count();
        string keyLog = _folder.File("keys", [.. trace.Secrets.SelectMany(s => s.Data.ToArray())]);

        CliRun run = CliRun.Of("tls", "explain", _folder["wire.host.pcapng"], "--keylog", keyLog);

        Assert.That(run.Code, Is.EqualTo(1));
        Assert.That(run.Output, Does.Contain("not encrypted, only framed: the capture was taken before a card"));
        Assert.That(run.Output, Does.Not.Contain("the tag is wrong"));
    }

    [Test]
    public void Explain_TruncatedFile_IsToldUpToTheDamage()
    {
        byte[] whole = WireCapture.Of("send-tls12-loss.pcapng").ToPcapng();

        CliRun run = CliRun.Of("tls", "explain", _folder.File("cut.pcapng", whole[..^50]));

        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(run.Output, Does.Contain("ServerHello"));
        Assert.That(run.Error, Does.Contain("told up to its damage").And.Contain("ends within a block"));
    }

    [TestCase("hello, world", "neither pcapng, pcap nor")]
    [TestCase("", "the file is empty")]
    public void Explain_NoCapture_SaysSo(string text, string expected)
    {
        CliRun run = CliRun.Of("tls", "explain", _folder.File("text", System.Text.Encoding.ASCII.GetBytes(text)));

        Assert.That((run.Code, run.Output), Is.EqualTo((2, string.Empty)));
        Assert.That(run.Error, Does.Contain(expected));
    }

    [Test]
    public void Explain_NoTls_SaysWhatIsThere()
    {
        WireCapture capture = WireCapture.Of("send-tls12-loss.pcapng");
        capture.Frames.RemoveRange(4, capture.Frames.Count - 4);

        CliRun run = CliRun.Of("tls", "explain", _folder.File("plain.pcapng", capture.ToPcapng()));

        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain("no TLS in it (4 packets"));
    }

    [TestCase("--records", "some", "expected a number or `all`")]
    [TestCase("--connection", "2", "has TLS connections 1 to 1")]
    [TestCase("--keylog", "/nowhere/at/all", "--keylog")]
    public void Explain_WrongOption_SaysWhichAndWhy(string option, string value, string expected)
    {
        CliRun run = CliRun.Of("tls", "explain", WireCapture.Golden("send-tls12-loss.pcapng"), option, value);

        Assert.That((run.Code, run.Output), Is.EqualTo((2, string.Empty)));
        Assert.That(run.Error, Does.Contain(expected));
    }
}
