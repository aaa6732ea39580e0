using System.Text;
using NicEmu.Board.Bus;
using NicEmu.Spec.Tls;
using NicEmu.Tests.Unit.Traces;
using NicEmu.Traces;
using NUnit.Framework;

namespace NicEmu.Tests.Interop.Traces;

/// <summary>An independent decoder reads our pcapng and recovers every byte, with nothing but the file.</summary>
public sealed class WireDecryptionTests
{
    private static readonly byte[][] ServerRecords = [Text(100), Text(1), Text(4000), Text(16384), Text(1448), Text(29)];
    private static readonly byte[][] ClientRecords = [Text(77), Text(300)];

    private string _file = string.Empty;

    [SetUp]
    public void SetUp() => _file = Path.GetTempFileName();

    [TearDown]
    public void TearDown() => File.Delete(_file);

    [Test]
    public void Trace_OpenedWithoutAnyOption_IsDecrypted(
        [Values] TlsVersion version,
        [Values] TlsCipher cipher,
        [Values] bool ipv6,
        [Values] PlainView plainAs)
    {
        Tshark.Require();
        TlsConversation conversation = Record(version, cipher, ipv6, plainAs);

        IReadOnlyDictionary<string, byte[]> followed = TsharkVerdict.Follow(_file, conversation.Parties);

        Assert.That(Encoding.ASCII.GetString(Side(followed, conversation.ServerName)), Is.EqualTo(Encoding.ASCII.GetString(Join(ServerRecords))));
        Assert.That(Encoding.ASCII.GetString(Side(followed, conversation.ClientName)), Is.EqualTo(Encoding.ASCII.GetString(Join(ClientRecords))));
    }

    [Test]
    public void Verdict_GoodTrace_IsClean([Values] TlsVersion version, [Values] TlsCipher cipher)
    {
        TlsConversation conversation = Record(version, cipher);

        TsharkVerdict verdict = TsharkVerdict.Of(_file, conversation.Parties);

        verdict.AssertClean(Expected(conversation));
    }

    [Test]
    public void Verdict_OneBitOfATag_FindsTheMismatchAndTheMissingBytes([Values] TlsVersion version)
    {
        Tshark.Require();
        int last = Record(version, TlsCipher.Aes128Gcm).WireFrames;

        // The frame before the retransmission holds the last record: flip its last tag byte, and mend the checksum as a faulty device would.
        TlsConversation conversation = Record(version, TlsCipher.Aes128Gcm, tamper: (number, frame) =>
        {
            if (number == last - 1)
            {
                frame[^1] ^= 0x01;
                TestFrames.FixTcpChecksum(frame);
            }
        });
        TsharkVerdict verdict = TsharkVerdict.Of(_file, conversation.Parties);

        Assert.That(verdict.TagMismatches, Is.GreaterThan(0));
        Assert.That(verdict.BadChecksums, Is.Empty);
        Assert.That(Side(verdict.Followed, conversation.ServerName), Has.Length.EqualTo(Join(ServerRecords).Length - ServerRecords[^1].Length));
        Assert.That(Side(verdict.Followed, conversation.ClientName), Is.EqualTo(Join(ClientRecords)));
    }

    [Test]
    public void SequenceByteMap_Retransmission_IsJudgedByItsBytes([Values] bool tampered)
    {
        int last = Record(TlsVersion.Tls13, TlsCipher.Aes128Gcm).WireFrames;
        Record(TlsVersion.Tls13, TlsCipher.Aes128Gcm, tamper: (number, frame) =>
        {
            if (tampered && number == last)
            {
                frame[60] ^= 0x01;
                TestFrames.FixTcpChecksum(frame);
            }
        });

        var map = new SequenceByteMap();
        using TraceFile file = TraceFile.Open(_file);
        map.AddAll(file);

        Assert.That(map.Retransmissions, Has.Count.EqualTo(1));
        Assert.That(map.AllIdentical, Is.EqualTo(!tampered));
    }

    [Test]
    public void Verdict_BadChecksum_NamesTheFrame()
    {
        Tshark.Require();
        TlsConversation conversation = Record(TlsVersion.Tls13, TlsCipher.Aes128Gcm, tamper: (number, frame) =>
        {
            if (number == 3)
            {
                frame[50] ^= 0xFF; // TCP checksum
            }
        });

        TsharkVerdict verdict = TsharkVerdict.Of(_file, conversation.Parties);

        Assert.That(verdict.BadChecksums, Has.Count.EqualTo(1));
    }

    [Test]
    public void Verdict_NoSecrets_RecoversNothing()
    {
        Tshark.Require();
        TlsConversation conversation = Record(TlsVersion.Tls13, TlsCipher.Aes128Gcm, secrets: false);

        TsharkVerdict verdict = TsharkVerdict.Of(_file, conversation.Parties);

        Assert.That(Side(verdict.Followed, conversation.ServerName), Is.Empty);
    }

    [Test]
    public void Verdict_SecretsInAKeyLogFile_RecoversAll()
    {
        Tshark.Require();
        string keys = Path.GetTempFileName();
        try
        {
            TlsConversation conversation;
            using (var log = new StreamWriter(keys))
            using (var trace = new PcapngTrace(File.Create(_file), new PcapngTraceOptions { EmbedSecrets = false }))
            {
                var both = new TraceFanout();
                both.Add(trace);
                both.Add(new KeyLogFile(log));
                conversation = new TlsConversation(both, TlsVersion.Tls13, TlsCipher.Aes256Gcm);
                conversation.Run(ServerRecords, ClientRecords);
            }

            Assert.That(Side(TsharkVerdict.Follow(_file, conversation.Parties), conversation.ServerName), Is.Empty, "without the key log");
            TsharkVerdict.Of(_file, conversation.Parties, more: ["-o", $"tls.keylog_file:{keys}"]).AssertClean(Expected(conversation));
        }
        finally
        {
            File.Delete(keys);
        }
    }

    [Test]
    public void Verdict_HostSideFileOfItsOwn_ShowsTcpWithoutPlaintext()
    {
        Tshark.Require();
        using (var trace = new HostSideTrace(File.Create(_file)))
        {
            new TlsConversation(trace, TlsVersion.Tls12, TlsCipher.Aes128Gcm).Run(ServerRecords, ClientRecords);
        }

        string[] kinds = Tshark.Run(_file, "-T", "fields", "-e", "frame.interface_name", "-e", "frame.protocols").Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.That(kinds, Is.All.StartsWith("nic0-host\teth:ethertype:ip:tcp"));
    }

    [Test]
    public void Packets_OfTheWire_KeepCommentDirectionAndNanoseconds()
    {
        Tshark.Require();
        Record(TlsVersion.Tls13, TlsCipher.Aes128Gcm);

        string[] lines = Tshark.Run(
            _file,
            "-Y",
            "frame.interface_name == \"nic0-wire\" and frame.comment contains \"record 2,\"",
            "-T",
            "fields",
            "-e",
            "frame.interface_name",
            "-e",
            "frame.packet_flags_direction",
            "-e",
            "frame.time_epoch",
            "-e",
            "frame.comment").Split('\n', StringSplitOptions.RemoveEmptyEntries);

        // Server bytes before: SYN 1, hello 55, Finished 58, records 122 and 23; the third segment of record 2 begins 2 x 1448 after it.
        Assert.That(lines, Has.Length.EqualTo(3));
        Assert.That(lines[^1], Does.StartWith("nic0-wire\t0x00000002\t0.00").And.EndsWith("TLS context 0x0001000000000001, record 2, sequence 0xffffec53"));
    }

    private static Dictionary<string, byte[]> Expected(TlsConversation conversation) => new()
    {
        [conversation.ServerName] = Join(ServerRecords),
        [conversation.ClientName] = Join(ClientRecords),
    };

    private TlsConversation Record(
        TlsVersion version,
        TlsCipher cipher,
        bool ipv6 = false,
        PlainView plainAs = PlainView.Data,
        Action<int, byte[]>? tamper = null,
        bool secrets = true)
    {
        using var trace = new PcapngTrace(File.Create(_file), new PcapngTraceOptions { PlainAs = plainAs });
        var conversation = new TlsConversation(trace, version, cipher, ipv6) { Tamper = tamper, EmitSecrets = secrets };
        conversation.Run(ServerRecords, ClientRecords);
        return conversation;
    }

    private static byte[] Side(IReadOnlyDictionary<string, byte[]> followed, string name) => followed.GetValueOrDefault(name, []);

    private static byte[] Join(byte[][] parts) => [.. parts.SelectMany(p => p)];

    private static byte[] Text(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)('a' + (i % 26)))];
}
