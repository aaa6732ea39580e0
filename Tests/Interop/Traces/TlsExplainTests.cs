using System.Security.Cryptography;
using System.Text.Json;
using NicEmu.Tests.Unit.Cli;
using NicEmu.Traces.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Interop.Traces;

/// <summary>What `nicemu tls explain` says of exchanges with SslStream (OpenSSL), against what the peer knows and against tshark.</summary>
public sealed class TlsExplainTests
{
    private const int Bytes = 100_000;

    private CliFolder _folder = null!;

    [OneTimeSetUp]
    public void CreateFolder() => _folder = new CliFolder();

    [OneTimeTearDown]
    public void RemoveFolder() => _folder.Dispose();

    [TestCase("1.2", "aes-128-gcm", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")]
    [TestCase("1.2", "aes-256-gcm", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384")]
    [TestCase("1.2", "chacha20-poly1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256")]
    [TestCase("1.3", "aes-128-gcm", "TLS_AES_128_GCM_SHA256")]
    [TestCase("1.3", "aes-256-gcm", "TLS_AES_256_GCM_SHA384")]
    [TestCase("1.3", "chacha20-poly1305", "TLS_CHACHA20_POLY1305_SHA256")]
    public void Story_OfSslStreamAsTheReceiver_IsWhatThePeerGot(string tls, string cipher, string suite)
    {
        (string trace, byte[] content, JsonElement report) = Send(tls, cipher);

        TlsConnectionStory connection = TlsStoryReader.Read(trace).Connections.Single();

        TlsRecordStory[] data = [.. connection.Records.Where(r => r is { Side: TlsSide.Client, ContentType: 23 })];
        Assert.That((connection.Version, connection.CipherSuite, connection.HasForgery), Is.EqualTo(("TLS " + tls, suite, false)));
        Assert.That(connection.Records.Select(r => r.Failure), Is.All.Null);
        Assert.That(data.Sum(r => r.ContentLength), Is.EqualTo(Bytes));
        Assert.That(data.Select(r => r.Number), Is.EqualTo(Enumerable.Range(tls == "1.2" ? 1 : 0, data.Length).Select(n => (ulong?)n)));
        int at = 0;
        foreach (TlsRecordStory record in data)
        {
            Assert.That(record.Preview.ToArray(), Is.EqualTo(content[at..(at + record.Preview.Length)]));
            at += record.ContentLength;
        }

        Assert.That(report.GetProperty("sha256Received").GetString(), Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(content))), "the peer's plaintext");
        Assert.That(data.SelectMany(r => r.Card), Is.All.StartsWith("nic0 sealed it as record"));
    }

    [TestCase("1.2", "aes-128-gcm")]
    [TestCase("1.3", "aes-256-gcm")]
    public void Story_BesideTshark_SameMessagesAndRecordLengths(string tls, string cipher)
    {
        Tshark.Require();
        (string trace, _, _) = Send(tls, cipher);

        TlsConnectionStory connection = TlsStoryReader.Read(trace).Connections.Single();
        string[] lines = Tshark.Run(trace, "-o", "tcp.reassemble_out_of_order:TRUE", "--disable-protocol", "http", "-d", "tcp.port==4433,tls", "-Y", "tls", "-T", "fields", "-e", "tls.handshake.type", "-e", "tls.record.length", "-e", "tcp.dstport").Split('\n', StringSplitOptions.RemoveEmptyEntries);

        foreach (TlsSide side in new[] { TlsSide.Client, TlsSide.Server })
        {
            string[][] rows = [.. lines.Select(l => l.Split('\t')).Where(r => (r[2] == "4433") == (side == TlsSide.Client))];
            int[] types = [.. rows.SelectMany(r => Numbers(r[0]))];
            int[] lengths = [.. rows.SelectMany(r => Numbers(r[1]))];
            TlsRecordStory[] ours = [.. connection.Records.Where(r => r.Side == side)];
            Assert.That(ours.SelectMany(r => r.Messages).Where(m => m.Type >= 0).Select(m => m.Type), Is.EqualTo(types), $"{side}: handshake types");
            Assert.That(ours.Select(r => r.WireLength - 5), Is.EqualTo(lengths).And.Not.Empty, $"{side}: record lengths");
        }
    }

    private static IEnumerable<int> Numbers(string field) => field.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse);

    private (string Trace, byte[] Content, JsonElement Report) Send(string tls, string cipher)
    {
        string name = $"{tls}-{cipher}";
        string file = _folder.Content(name, Bytes);
        CliRun run = CliRun.Of("send", file, "--to-peer", "openssl", "--tls", tls, "--cipher", cipher, "--seed", "5", "-o", _folder[name + ".pcapng"], "--json");
        Assert.That(run.Code, Is.Zero, run.Output + run.Error);
        return (_folder[name + ".pcapng"], File.ReadAllBytes(file), JsonDocument.Parse(run.Output).RootElement);
    }
}
