using NicEmu.Traces.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Traces.Tls;

/// <summary>The golden captures, whole and damaged, in words.</summary>
public sealed class TlsStoryTests
{
    private const string Tls12 = "send-tls12-loss.pcapng";
    private const string Tls13 = "send-tls13-loss.pcapng";

    [TestCase(Tls12, "TLS 1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")]
    [TestCase(Tls13, "TLS 1.3", "TLS_CHACHA20_POLY1305_SHA256")]
    public void Golden_Whole_EveryRecordOpensAndHoldsTheFile(string name, string version, string suite)
    {
        byte[] content = File.ReadAllBytes(WireCapture.Golden("content.txt"));

        TlsConnectionStory connection = TlsStoryReader.Read(WireCapture.Golden(name)).Connections.Single();

        Assert.That((connection.Version, connection.CipherSuite, connection.HasForgery), Is.EqualTo((version, suite, false)));
        Assert.That(connection.Records.Select(r => r.Failure), Is.All.Null);
        TlsRecordStory[] data = [.. connection.Records.Where(r => r.ContentType == 23)];
        int at = 0;
        foreach (TlsRecordStory record in data)
        {
            Assert.That(record.Preview.ToArray(), Is.EqualTo(content[at..(at + record.Preview.Length)]));
            at += record.ContentLength;
        }

        Assert.That(at, Is.EqualTo(content.Length));
    }

    [TestCase(Tls12, "ClientHello ServerHello Certificate ServerKeyExchange ServerHelloDone ClientKeyExchange ChangeCipherSpec Finished ChangeCipherSpec Finished Alert Alert")]
    [TestCase(Tls13, "ClientHello ServerHello ChangeCipherSpec EncryptedExtensions Certificate CertificateVerify Finished ChangeCipherSpec Finished Alert Alert")]
    public void Golden_Whole_MessagesInTheOrderOfTheWire(string name, string messages)
    {
        TlsConnectionStory connection = TlsStoryReader.Read(WireCapture.Golden(name)).Connections.Single();

        Assert.That(string.Join(' ', Messages(connection).Select(m => m.Name)), Is.EqualTo(messages));
        Assert.That(Messages(connection).Where(m => m.Name == "Finished").Select(m => m.Facts[0]), Is.All.StartsWith("verify_data agrees"));
        Assert.That(Messages(connection).Single(m => m.Name == "Certificate").Facts[0], Does.Contain("subject CN=nicemu.test, issuer itself, valid 2020-01-01 to 2049-12-31, key ECDSA"));
    }

    // RFC 8446 §5.3: the number in the low bytes of the IV; §5.2: the header is the additional data.
    [Test]
    public void Record_Tls13_NonceLengthAndAadAreTheirParts()
    {
        TlsConnectionStory connection = TlsStoryReader.Read(WireCapture.Golden(Tls13)).Connections.Single();

        TlsRecordStory record = connection.Records.Single(r => r is { Key: "CLIENT_TRAFFIC_SECRET_0", Number: 1 });

        byte[] nonce = record.Iv.ToArray();
        nonce[11] ^= 1;
        Assert.That(record.Nonce.ToArray(), Is.EqualTo(nonce));
        Assert.That(Convert.ToHexStringLower(record.Aad.Span), Is.EqualTo("1703031dd1"));
        Assert.That((record.WireLength, record.ContentLength, record.Padding), Is.EqualTo((5 + 0x1DD1, 0x1DD1 - 16 - 1, 0)));
    }

    // RFC 5288 §3: salt and explicit nonce; RFC 5246 §6.2.3.3: number, type, version, length.
    [Test]
    public void Record_Tls12_NonceLengthAndAadAreTheirParts()
    {
        TlsConnectionStory connection = TlsStoryReader.Read(WireCapture.Golden(Tls12)).Connections.Single();

        TlsRecordStory record = connection.Records.Single(r => r is { Side: TlsSide.Client, ContentType: 23, Number: 2 });

        Assert.That((record.Iv.Length, record.ExplicitNonceLength), Is.EqualTo((4, 8)));
        Assert.That(Convert.ToHexStringLower(record.Nonce.Span[4..]), Is.EqualTo("0000000000000002"));
        Assert.That(Convert.ToHexStringLower(record.Aad.Span), Is.EqualTo("0000000000000002" + "17" + "0303" + "1dc0"));
        Assert.That((record.WireLength, record.ContentLength), Is.EqualTo((5 + 8 + 0x1DC0 + 16, 0x1DC0)));
    }

    [Test]
    public void Golden_Loss_RepeatsAndTheCardsDeedsAreTold()
    {
        TlsConnectionStory connection = TlsStoryReader.Read(WireCapture.Golden(Tls13)).Connections.Single();

        TlsRecordStory lost = connection.Records.Single(r => r is { Key: "CLIENT_TRAFFIC_SECRET_0", Number: 1 });
        TlsRecordStory whole = connection.Records.Single(r => r is { Key: "CLIENT_TRAFFIC_SECRET_0", Number: 0 });

        Assert.That(whole.Repeats, Is.Empty);
        Assert.That(whole.Card, Has.Count.EqualTo(1).And.One.StartsWith("nic0 sealed it as record 0 of context"));
        Assert.That(lost.Repeats.Select(r => (r.Start, r.End)), Is.EqualTo(new[] { (5314, 6762), (6762, 7638) }));
        Assert.That(lost.Card, Has.One.StartsWith("nic0 read 6762 bytes of it again").And.One.StartsWith("nic0 sealed it once more"));
        Assert.That(connection.Notes, Has.One.EqualTo("2 of the client's 21 segments repeat bytes; every repeated byte is identical"));
    }

    [TestCase(Tls12, "CLIENT_RANDOM", true)]
    [TestCase(Tls13, "CLIENT_HANDSHAKE_TRAFFIC_SECRET and SERVER_HANDSHAKE_TRAFFIC_SECRET", false)]
    public void NoSecrets_HandshakeInTheClearIsStillTold(string name, string wanted, bool showsCertificate)
    {
        WireCapture capture = WireCapture.Of(name);
        capture.Secrets.Clear();

        TlsConnectionStory connection = capture.Tell().Connections.Single();

        Assert.That(connection.Notes, Has.One.Contains($"for want of {wanted}: give the file"));
        Assert.That(connection.Version, Is.Not.Null);
        Assert.That(Messages(connection).Any(m => m.Name == "Certificate"), Is.EqualTo(showsCertificate));
        Assert.That(connection.Records.Where(r => r.ContentType == 23), Is.Not.Empty.And.All.Property("IsReadable").False);
        Assert.That(connection.HasForgery, Is.False);
    }

    // More than Wireshark does, which never opens a record behind a lost one: the header of the incomplete record tells where the next begins.
    [TestCase(Tls12)]
    [TestCase(Tls13)]
    public void LostPacket_InsideARecord_ClosesThatRecordOnly(string name)
    {
        WireCapture capture = WireCapture.Of(name);
        capture.Frames.RemoveAt(capture.FrameOf(5_000) - 1);

        TlsConnectionStory connection = capture.Tell().Connections.Single();

        TlsRecordStory[] data = [.. connection.Records.Where(r => r.ContentType == 23 && r.WireLength > 1000)];
        Assert.That(data.Select(r => r.IsReadable), Is.EqualTo(new[] { false, true }));
        Assert.That(data[0].Failure, Is.EqualTo($"1448 of its {data[0].WireLength} bytes are not in the capture"));
        Assert.That(connection.HasForgery, Is.False);
    }

    [Test]
    public void LostPacket_OverARecordHeader_EndsTheWalkAndSaysSo()
    {
        WireCapture capture = WireCapture.Of(Tls13);
        capture.Frames.RemoveAt(capture.FrameOf(16_680) - 1);

        TlsConnectionStory connection = capture.Tell().Connections.Single();

        Assert.That(connection.Notes, Has.One.Contains("the record header at offset 16680 is not in the capture"));
    }

    [Test]
    public void FlippedBit_AnywhereInARecord_IsToldAsForged()
    {
        WireCapture capture = WireCapture.Of(Tls13);
        capture.Frames[capture.FrameOf(5_000) - 1][^1] ^= 1;

        TlsConnectionStory connection = capture.Tell().Connections.Single();

        Assert.That(connection.HasForgery, Is.True);
        Assert.That(connection.Records.Count(r => r.IsForged), Is.EqualTo(1));
    }

    [Test]
    public void ChangedHello_FinishedDisagrees()
    {
        WireCapture capture = WireCapture.Of(Tls13);
        byte[] frame = capture.Frames[capture.FrameOf(0) - 1];
        frame[54 + 12 + 5 + 4 + 2 + 32 + 1] ^= 1; // Ethernet, IPv4, TCP with timestamps; record and message header, version, random: the session id

        TlsConnectionStory connection = capture.Tell().Connections.Single();

        Assert.That(connection.HasForgery, Is.True);
        Assert.That(connection.Notes, Has.One.Contains("a Finished message disagrees"));
    }

    [Test]
    public void NoHandshake_NothingOpensAndTheReasonIsTold()
    {
        WireCapture capture = WireCapture.Of(Tls13);
        int first = capture.FrameOf(274);
        capture.Frames.RemoveRange(0, first - 1);

        TlsConnectionStory connection = capture.Tell().Connections.Single();

        Assert.That(connection.Notes, Has.Some.Contains("begins after the ClientHello"));
        Assert.That(connection.Records, Is.Not.Empty.And.All.Property("IsReadable").False);
    }

    [Test]
    public void Order_FramesShuffled_TheStoryIsTheSame()
    {
        WireCapture capture = WireCapture.Of(Tls12);
        TlsConnectionStory expected = capture.Tell().Connections.Single();
        int at = capture.FrameOf(5_000) - 1;
        (capture.Frames[at], capture.Frames[at + 1]) = (capture.Frames[at + 1], capture.Frames[at]);

        TlsConnectionStory connection = capture.Tell().Connections.Single();

        Assert.That(connection.Records.Select(r => (r.Side, r.Offset, r.Number, r.IsReadable)), Is.EqualTo(expected.Records.Select(r => (r.Side, r.Offset, r.Number, r.IsReadable))));
    }

    [TestCase(1, 0, "")]
    [TestCase(101, 14, "")]
    [TestCase(113, 14, "00000001000600000000000000000800")]
    [TestCase(276, 14, "0800000000000001000106000000000000000000")]
    [TestCase(0, 14, "02000000")]
    public void ClassicPcap_WithKeyLog_IsReadWhateverTheLink(int linkType, int cut, string header)
    {
        WireCapture capture = WireCapture.Of(Tls13);
        string path = Path.GetTempFileName();
        File.WriteAllBytes(path, capture.ToPcap(linkType, f => [.. Convert.FromHexString(header), .. f[cut..]]));
        var keyLog = new TlsKeyLog();
        keyLog.Add(string.Join("\r\n", capture.Secrets));

        TlsStory story = TlsStoryReader.Read(path, keyLog);

        File.Delete(path);
        Assert.That(story.Connections.Single().Records.Select(r => r.IsReadable), Is.All.True);
    }

    private static IEnumerable<TlsMessageStory> Messages(TlsConnectionStory connection) => connection.Records.SelectMany(r => r.Messages);
}
