using System.Security.Cryptography;
using System.Text.Json;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Cli;

/// <summary><c>nicemu send</c> and <c>nicemu receive</c> as a user calls them. The transfers themselves are tested below the command line.</summary>
public sealed class TransferCommandTests
{
    private CliFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new CliFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void Send_File_HashesAreThatOfTheFile(
        [Values("1.2", "1.3")] string tls, [Values("aes-128-gcm", "aes-256-gcm", "chacha20-poly1305")] string cipher, [Values("nic", "openssl")] string peer)
    {
        string file = _folder.Content("content", 50_001);

        JsonElement report = Json(0, "send", file, "--tls", tls, "--cipher", cipher, "--to-peer", peer, "--no-trace");

        Assert.That(Text(report, "schema"), Is.EqualTo("nicemu.transfer/1"));
        Assert.That((Text(report, "tls"), Text(report, "cipher")), Is.EqualTo((tls, cipher)));
        Assert.That((Text(report, "sha256Sent"), Text(report, "sha256Received")), Is.EqualTo((Sha(file), Sha(file))));
        Assert.That((Number(report, "bytesSent"), Number(report, "bytesReceived")), Is.EqualTo((50_001, 50_001)));
        Assert.That(report.GetProperty("passed").GetBoolean(), Is.True);
        Assert.That(report.GetProperty("reproducible").GetBoolean(), Is.EqualTo(peer == "nic"));
        Assert.That(report.GetProperty("trace").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(Number(report.GetProperty("sent"), "contentBytes"), Is.EqualTo(50_001), "opened on the wire");
        Assert.That(Number(report.GetProperty("card"), "STAT_TX_TLS_ENCRYPTED_BYTES"), Is.GreaterThanOrEqualTo(50_001));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(16384)]
    [TestCase(1_000_000)]
    public void Send_AnySize_Arrives(int size)
    {
        string file = _folder.Content("content", size);

        JsonElement report = Json(0, "send", file, "--no-trace");

        Assert.That((Text(report, "sha256Sent"), Text(report, "sha256Received")), Is.EqualTo((Sha(file), Sha(file))));
    }

    [TestCase("send", "nic", 4, 0)]
    [TestCase("receive", "nic", 0, 4)]
    [TestCase("send", "openssl", 4, 0)]
    public void Transfer_RekeyEveryTwoRecords_ChangesKeysOnTheWay(string command, string peer, int sent, int received)
    {
        string file = _folder.Content("content", (7 * 16384) + 1);
        string[] words = command == "send" ? ["send", file] : ["receive", _folder["out"], "--from", file];

        JsonElement report = Json(0, [.. words, "--peer", peer, "--rekey-every", "2", "--no-trace"]);

        Assert.That((Number(report, "keyUpdatesSent"), Number(report, "keyUpdatesReceived")), Is.EqualTo(((long)sent, (long)received)), "OpenSSL answers with what it writes next, and that is its end");
        Assert.That((Text(report, "sha256Sent"), Text(report, "sha256Received")), Is.EqualTo((Sha(file), Sha(file))));
        Assert.That(Number(report.GetProperty(command == "send" ? "sent" : "received"), "contentBytes"), Is.EqualTo((7 * 16384) + 1), "opened on the wire under each key");
    }

    [Test]
    public void Receive_RekeyWithOpenSsl_ThePeerIsAsked()
    {
        string file = _folder.Content("content", 200_000);

        JsonElement report = Json(0, "receive", _folder["out"], "--from", file, "--peer", "openssl", "--rekey-every", "2", "--no-trace");

        Assert.That(Number(report, "keyUpdatesSent"), Is.GreaterThan(1));
        Assert.That(Text(report, "sha256Received"), Is.EqualTo(Sha(file)));
    }

    [TestCase("send")]
    [TestCase("demo")]
    public void Rekey_Tls12_IsAUsageMistake(string command)
    {
        string[] words = command == "send" ? ["send", _folder.Content("content", 5)] : ["demo"];

        CliRun run = CliRun.Of([.. words, "--rekey-every", "2", "--tls", "1.2"]);

        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain("TLS 1.2 has no key update; it needs --tls 1.3"));
    }

    [Test]
    public void Send_BadNetworkOverIpv6_ReportsWhatTheNetworkDid()
    {
        string file = _folder.Content("content", 400_000);

        JsonElement report = Json(0, "send", file, "--ipv6", "--drop", "0.02", "--reorder", "0.02", "--duplicate", "0.02", "--no-trace");

        JsonElement sent = report.GetProperty("sent");
        Assert.That(new[] { Number(sent, "dropped"), Number(sent, "reordered"), Number(sent, "duplicated") }, Is.All.Positive);
        Assert.That(new[] { Number(sent, "repeatedBytes"), Number(report, "segmentsRetransmitted") }, Is.All.Positive);
        Assert.That(Number(sent, "differingBytes"), Is.Zero);
        Assert.That(Text(report, "sha256Received"), Is.EqualTo(Sha(file)));
    }

    [TestCase("nic")]
    [TestCase("openssl")]
    public void Receive_From_WritesTheFile(string peer)
    {
        string file = _folder.Content("content", 300_000);

        CliRun run = CliRun.Of("receive", _folder["copy"], "--from", file, "--from-peer", peer, "--drop", "0.01", "--no-trace");

        Assert.That(run.Code, Is.Zero, run.Output + run.Error);
        Assert.That(Sha(_folder["copy"]), Is.EqualTo(Sha(file)));
        Assert.That(run.Output, Does.Contain(Sha(file)).And.Contain("result      passed"));
    }

    [Test]
    public void Send_ReproduceLine_WritesTheSameTrace()
    {
        string file = _folder.Content("content", 30_000);
        string trace = _folder["t.pcapng"];
        JsonElement report = Json(0, "send", file, "--drop", "0.05", "--mtu", "1400", "--cipher", "aes-256-gcm", "--seed", "9", "-o", trace);
        string first = Sha(trace);
        File.Delete(trace);

        string[] words = Text(report, "reproduce").Split(' ');
        CliRun again = CliRun.Of(words[1..]);

        Assert.That((words[0], again.Code), Is.EqualTo(("nicemu", 0)), again.Error);
        Assert.That(Sha(trace), Is.EqualTo(first));
    }

    [Test]
    public void Send_NoOffload_CardEncryptsNothing()
    {
        JsonElement report = Json(0, "send", _folder.Content("content", 30_000), "--no-offload", "--no-trace");

        Assert.That(Text(report, "transmitContext"), Is.EqualTo("software"));
        Assert.That(Number(report.GetProperty("card"), "STAT_TX_TLS_ENCRYPTED_BYTES"), Is.Zero);
    }

    [Test]
    public void Send_TimeLimit_Exits5()
    {
        CliRun run = CliRun.Of("send", _folder.Content("content", 200_000), "--drop", "0.9", "--timeout", "1", "--no-trace");

        Assert.That(run.Code, Is.EqualTo(5), run.Output);
        Assert.That(run.Output, Does.Contain("FAILED: The time limit passed"));
    }

    private static JsonElement Json(int code, params string[] args)
    {
        CliRun run = CliRun.Of([.. args, "--json"]);
        Assert.That(run.Code, Is.EqualTo(code), run.Output + run.Error);
        Assert.That(run.Error, Is.Empty);
        using JsonDocument document = JsonDocument.Parse(run.Output);
        return document.RootElement.Clone();
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static long Number(JsonElement element, string name) => element.GetProperty(name).GetInt64();

    private static string Sha(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
}
