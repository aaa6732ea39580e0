using System.Buffers.Binary;
using System.Security.Cryptography;
using NicEmu.Board;
using NicEmu.Conformance.Oracle;
using NicEmu.Spec.Events;
using NicEmu.Spec.Tls;
using NUnit.Framework;
using PacketDotNet;

namespace NicEmu.Tests.Unit.Board;

public sealed class WireOracleTests
{
    private const uint Isn = 0xFFFF_FC00;
    private const int HandshakeBytes = 700;

    private static readonly byte[] Key = Convert.FromHexString("000102030405060708090A0B0C0D0E0F");
    private static readonly byte[] Iv = Convert.FromHexString("A0A1A2A3A4A5A6A7A8A9AAAB");

    [Test]
    public void Watch_InOrderStream_OpensEveryRecord([Values] TlsVersion version)
    {
        (WireOracle oracle, byte[] stream, byte[] content) = Start(version, 5);

        Feed(oracle, stream, 0, stream.Length, 1400);
        WireOracleReport report = oracle.Report();

        int frames = (stream.Length + 1399) / 1400;
        var expected = new WireOracleReport(5, content.Length, Convert.ToHexStringLower(SHA256.HashData(content)), 0, 0, 0, null)
        {
            ProtectedFrames = frames - (HandshakeBytes / 1400),
            ProtectedBytes = stream.Length - HandshakeBytes,
        };
        Assert.That(report, Is.EqualTo(expected));
    }

    [Test]
    public void Watch_AnyOrderAndOverlap_FindsTheSameContent()
    {
        (WireOracle oracle, byte[] stream, byte[] content) = Start(TlsVersion.Tls13, 5);
        var random = new SeededRandom(4);

        for (int i = 0; i < 400; i++)
        {
            int from = random.Next(stream.Length);
            Feed(oracle, stream, from, Math.Min(from + 1 + random.Next(3000), stream.Length), 1000);
        }

        Feed(oracle, stream, 0, stream.Length, 1400);
        WireOracleReport report = oracle.Report();

        Assert.That((report.Records, report.DifferingBytes, report.Failure), Is.EqualTo((5L, 0L, (string?)null)));
        Assert.That(report.ContentSha256, Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(content))));
        Assert.That(report.RepeatedBytes, Is.GreaterThan(stream.Length));
    }

    [TestCase(0, TestName = "Watch_RepeatedByteDiffers_IsFoundBehindHead")]
    [TestCase(1, TestName = "Watch_RepeatedByteDiffers_IsFoundAheadOfGap")]
    public void Watch_RepeatedByteDiffers_IsFound(int skip)
    {
        (WireOracle oracle, byte[] stream, _) = Start(TlsVersion.Tls13, 5);
        Feed(oracle, stream, skip, stream.Length, 1400);
        byte[] again = [.. stream];
        again[5000] ^= 1;

        Feed(oracle, again, 4000, 5400, 1400);
        WireOracleReport report = oracle.Report();

        Assert.That((report.DifferingBytes, report.NonceReuses), Is.EqualTo((1L, 1L)));
        Assert.That(report.Failure, Does.Contain("stream offset 5000"));
    }

    [TestCase(30, "does not open", TestName = "Watch_CiphertextBitFlipped_IsFound")]
    [TestCase(0, "no header", TestName = "Watch_HeaderByteWrong_IsFound")]
    public void Watch_RecordWrong_IsFound(int offset, string what)
    {
        (WireOracle oracle, byte[] stream, _) = Start(TlsVersion.Tls13, 5);
        stream[HandshakeBytes + offset] ^= 0x80;

        Feed(oracle, stream, 0, stream.Length, 1400);

        Assert.That(oracle.Report().Failure, Does.Contain(what).And.Contain("Record 0"));
    }

    [Test]
    public void Watch_LastByteMissing_IsFound()
    {
        (WireOracle oracle, byte[] stream, _) = Start(TlsVersion.Tls12, 2);

        Feed(oracle, stream, 0, stream.Length - 1, 1400);

        Assert.That(oracle.Report().Failure, Does.Contain("ends within record 1"));
        Assert.That(oracle.Report(mayEndWithin: true).Failure, Is.Null);
    }

    [Test]
    public void Watch_WrongChecksum_CountsAgainstSenderOnly([Values(TraceEventKind.FrameSent, TraceEventKind.FrameReceived)] TraceEventKind kind)
    {
        var oracle = new WireOracle(0, kind, 443);
        byte[] frame = Segment(Isn, [], isSyn: true);
        frame[^1] ^= 1;

        oracle.On(new TraceEvent { Kind = kind }, frame);

        string? failure = oracle.Report().Failure;
        Assert.That(failure, kind == TraceEventKind.FrameSent ? Does.Contain("checksum") : Does.Contain("keys"));
    }

    [Test]
    public void Watch_KeyUpdateWithSecret_FollowsTheNextGeneration()
    {
        byte[] secret = SHA256.HashData("application traffic"u8);
        (WireOracle oracle, byte[] stream) = Rekeyed(secret);

        oracle.Begin(KeysOf(secret) with { Secret = secret });
        Feed(oracle, stream, 0, stream.Length, 1000);

        Assert.That((oracle.Report().Records, oracle.Report().ContentBytes, oracle.Report().Failure), Is.EqualTo((4L, 3000L, (string?)null)), "content, KeyUpdate, content, content");
    }

    [Test]
    public void Watch_KeyUpdateWithKeysFromOutside_FollowsThem()
    {
        byte[] secret = SHA256.HashData("application traffic"u8);
        (WireOracle oracle, byte[] stream) = Rekeyed(secret);

        oracle.Begin(KeysOf(secret));
        oracle.Renew(KeysOf(Expand(secret, "traffic upd", 32)));
        Feed(oracle, stream, 0, stream.Length, 1000);

        Assert.That(oracle.Report().Failure, Is.Null);
    }

    [Test]
    public void Watch_KeyUpdateWithoutKeys_SaysSo()
    {
        byte[] secret = SHA256.HashData("application traffic"u8);
        (WireOracle oracle, byte[] stream) = Rekeyed(secret);

        oracle.Begin(KeysOf(secret));
        Feed(oracle, stream, 0, stream.Length, 1000);

        Assert.That(oracle.Report().Failure, Does.StartWith("A KeyUpdate came as record 1"));
    }

    [Test]
    public void Watch_NonceUsedTwice_IsNamed()
    {
        (WireOracle oracle, _, _) = Start(TlsVersion.Tls13, 1);
        byte[] stream = [.. new byte[HandshakeBytes], .. Seal(TlsVersion.Tls13, 0, new byte[600]), .. Seal(TlsVersion.Tls13, 0, new byte[700])];

        Feed(oracle, stream, 0, stream.Length, 1400);

        Assert.That(oracle.Report().NonceReuses, Is.EqualTo(1));
        Assert.That(oracle.Report().Failure, Does.Contain("Record 1 ").And.Contain("a nonce was used twice"));
    }

    [Test]
    public void Watch_TwoConnectionsUnderOneKey_AreNoticed()
    {
        var nonces = new NonceLedger();
        WireOracle[] oracles = [.. Enumerable.Range(0, 2).Select(_ => new WireOracle(0, TraceEventKind.FrameSent, 443, nonces: nonces))];

        for (byte i = 0; i < 2; i++)
        {
            oracles[i].On(new TraceEvent { Kind = TraceEventKind.FrameSent }, Segment(Isn, [], isSyn: true));
            oracles[i].Begin(Keys(TlsVersion.Tls13));
            byte[] stream = [.. new byte[HandshakeBytes], .. Seal(TlsVersion.Tls13, 0, [i, 1, 2, 3])];
            Feed(oracles[i], stream, 0, stream.Length, 1400);
        }

        Assert.That(oracles.Select(o => o.Report().NonceReuses), Is.EqualTo(new[] { 0L, 1L }));
        Assert.That(oracles[1].Report().Failure, Does.Contain("key and nonce of another record"));
    }

    [Test]
    public void Begin_WithoutSyn_IsRefused() =>
        Assert.That(() => new WireOracle(0, TraceEventKind.FrameSent, 443).Begin(Keys(TlsVersion.Tls13)), Throws.InvalidOperationException);

    private static RecordKeys KeysOf(byte[] secret) =>
        new(TlsVersion.Tls13, TlsCipher.Aes128Gcm, Expand(secret, "key", 16), Expand(secret, "iv", 12), 0, unchecked(Isn + 1 + HandshakeBytes));

    /// <summary>HKDF-Expand-Label of RFC 8446 §7.1 by the class library.</summary>
    private static byte[] Expand(byte[] secret, string label, byte length) =>
        HKDF.Expand(HashAlgorithmName.SHA256, secret, length, [0, length, (byte)(6 + label.Length), .. System.Text.Encoding.ASCII.GetBytes("tls13 " + label), 0]);

    /// <summary>A record, a KeyUpdate, and two records under the next keys, numbered from zero (RFC 8446 §4.6.3, §5.3).</summary>
    private static (WireOracle Oracle, byte[] Stream) Rekeyed(byte[] secret)
    {
        byte[] next = Expand(secret, "traffic upd", 32);
        byte[] stream =
        [
            .. new byte[HandshakeBytes],
            .. Seal(TlsVersion.Tls13, 0, new byte[1000], secret),
            .. Seal(TlsVersion.Tls13, 1, [24, 0, 0, 1, 0], secret, type: 22),
            .. Seal(TlsVersion.Tls13, 0, new byte[1000], next),
            .. Seal(TlsVersion.Tls13, 1, new byte[1000], next),
        ];
        var oracle = new WireOracle(0, TraceEventKind.FrameSent, 443);
        oracle.On(new TraceEvent { Kind = TraceEventKind.FrameSent }, Segment(Isn, [], isSyn: true));
        return (oracle, stream);
    }

    private static RecordKeys Keys(TlsVersion version) =>
        new(version, TlsCipher.Aes128Gcm, Key, Iv, 0, unchecked(Isn + 1 + HandshakeBytes));

    private static (WireOracle Oracle, byte[] Stream, byte[] Content) Start(TlsVersion version, int records)
    {
        byte[] content = new byte[records * 1500];
        new SeededRandom(1).Fill(content);
        List<byte> stream = [.. new byte[HandshakeBytes]];
        for (int i = 0; i < records; i++)
        {
            stream.AddRange(Seal(version, (ulong)i, content.AsSpan(i * 1500, 1500)));
        }

        var oracle = new WireOracle(0, TraceEventKind.FrameSent, 443);
        oracle.On(new TraceEvent { Kind = TraceEventKind.FrameSent }, Segment(Isn, [], isSyn: true));
        oracle.Begin(Keys(version));
        return (oracle, [.. stream], content);
    }

    /// <summary>One record as RFC 8446 §5.2 and RFC 5288 §3 have it, sealed by the class library.</summary>
    private static byte[] Seal(TlsVersion version, ulong number, ReadOnlySpan<byte> content, byte[]? secret = null, byte type = 23)
    {
        using var gcm = new AesGcm(secret is null ? Key : Expand(secret, "key", 16), 16);
        byte[] nonce = secret is null ? [.. Iv] : Expand(secret, "iv", 12);
        byte[] numberBytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(numberBytes, number);
        if (version == TlsVersion.Tls12)
        {
            byte[] record = new byte[5 + 8 + content.Length + 16];
            Header(record, 23);
            numberBytes.CopyTo(record, 5);
            numberBytes.CopyTo(nonce, 4);
            byte[] additional = [.. numberBytes, 23, 3, 3, (byte)(content.Length >> 8), (byte)content.Length];
            gcm.Encrypt(nonce, content, record.AsSpan(13, content.Length), record.AsSpan(13 + content.Length), additional);
            return record;
        }

        byte[] inner = [.. content, type, 0, 0];
        byte[] sealed13 = new byte[5 + inner.Length + 16];
        Header(sealed13, 23);
        for (int i = 0; i < 8; i++)
        {
            nonce[4 + i] ^= numberBytes[i];
        }

        gcm.Encrypt(nonce, inner, sealed13.AsSpan(5, inner.Length), sealed13.AsSpan(5 + inner.Length), sealed13.AsSpan(0, 5));
        return sealed13;

        static void Header(byte[] record, byte type)
        {
            (record[0], record[1], record[2]) = (type, 3, 3);
            BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(3), (ushort)(record.Length - 5));
        }
    }

    private static void Feed(WireOracle oracle, byte[] stream, int from, int to, int segment)
    {
        for (; from < to; from += segment)
        {
            byte[] payload = stream[from..Math.Min(from + segment, to)];
            oracle.On(new TraceEvent { Kind = TraceEventKind.FrameSent }, Segment(unchecked(Isn + 1 + (uint)from), payload, isSyn: false));
        }
    }

    private static byte[] Segment(uint sequence, byte[] payload, bool isSyn)
    {
        var tcp = new TcpPacket(1000, 443) { SequenceNumber = sequence, Synchronize = isSyn, Acknowledgment = !isSyn, PayloadData = payload };
        var ip = new IPv4Packet(System.Net.IPAddress.Parse("10.0.0.1"), System.Net.IPAddress.Parse("10.0.0.2")) { PayloadPacket = tcp };
        var ethernet = new EthernetPacket(new(new byte[6]), new(new byte[6]), EthernetType.IPv4) { PayloadPacket = ip };
        tcp.UpdateTcpChecksum();
        ip.UpdateIPChecksum();
        return ethernet.Bytes;
    }
}
