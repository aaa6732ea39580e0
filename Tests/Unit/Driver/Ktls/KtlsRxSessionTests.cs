using NicEmu.Driver.Crypto;
using NicEmu.Driver.Ktls;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Ktls;

/// <summary>Records out of a stream of which the card decrypted all, nothing, or some.</summary>
[TestFixture]
public sealed class KtlsRxSessionTests
{
    private static readonly int[][] Cuts =
    [
        // Five packets each: within header and tag; at the borders of prefix and tag; anywhere.
        [3, 9, 100, 210],
        [5, 13, 200, 220],
        [50, 51, 150, 213],
    ];

    [Test, Combinatorial]
    public void Input_EverySubsetDecrypted_GivesTheContent([Values] TlsVersion version, [Values] TlsCipher cipher, [Range(0, 2)] int cut)
    {
        TlsCryptoInfo info = KtlsFixture.Info(version, cipher, 3);
        byte[] payload = KtlsFixture.Pattern(200, 6);
        byte[] wire = KtlsFixture.Seal(info, TlsContentType.ApplicationData, 3, payload);
        byte[] plain = KtlsFixture.Decrypted(info, TlsContentType.ApplicationData, 3, payload);

        for (int subset = 0; subset < 32; subset++)
        {
            var counters = new KtlsCounters();
            using var session = new KtlsRxSession(info, 1000, counters, null);
            List<(TlsContentType Type, byte[] Content)> records = Feed(session, wire, plain, Cuts[cut], subset);

            Assert.That(session.Error, Is.EqualTo(KtlsError.None), $"subset {subset}");
            Assert.That(records, Has.Count.EqualTo(1), $"subset {subset}");
            Assert.That(records[0].Type, Is.EqualTo(TlsContentType.ApplicationData));
            Assert.That(records[0].Content, Is.EqualTo(payload), $"subset {subset}");
            Assert.That((counters.RxRecordsSoftware, counters.RxRecordsMixed, counters.RxRecordsDevice), Is.EqualTo(subset switch { 0 => (1L, 0L, 0L), 31 => (0L, 0L, 1L), _ => (0L, 1L, 0L) }), $"subset {subset}");
        }
    }

    [Test, Combinatorial]
    public void Input_MixedAndTampered_Refused([Values] TlsVersion version, [Values] TlsCipher cipher)
    {
        TlsCryptoInfo info = KtlsFixture.Info(version, cipher, 3);
        byte[] payload = KtlsFixture.Pattern(200, 6);
        byte[] wire = KtlsFixture.Seal(info, TlsContentType.ApplicationData, 3, payload);
        byte[] plain = KtlsFixture.Decrypted(info, TlsContentType.ApplicationData, 3, payload);
        // In a packet of either kind.
        wire[120] ^= 1;
        plain[120] ^= 1;

        for (int subset = 0; subset < 31; subset++)
        {
            var counters = new KtlsCounters();
            using var session = new KtlsRxSession(info, 1000, counters, null);
            List<(TlsContentType Type, byte[] Content)> records = Feed(session, wire, plain, Cuts[0], subset);

            Assert.That(session.Error, Is.EqualTo(KtlsError.BadMessage), $"subset {subset}");
            Assert.That(records, Is.Empty, $"subset {subset}");
            Assert.That(counters.TlsDecryptError, Is.EqualTo(1), $"subset {subset}");
        }
    }

    [Test]
    public void Input_ByteByByte_EveryRecordOnce()
    {
        TlsCryptoInfo info = KtlsFixture.Info(TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        byte[] wire =
        [
            .. KtlsFixture.Seal(info, TlsContentType.ApplicationData, 0, [1, 2, 3]),
            .. KtlsFixture.Seal(info, TlsContentType.ApplicationData, 1, []),
            .. KtlsFixture.Seal(info, TlsContentType.Alert, 2, [1, 0]),
        ];
        using var session = new KtlsRxSession(info, uint.MaxValue - 5, new(), null);
        var records = new List<string>();

        for (int i = 0; i < wire.Length; i++)
        {
            Assert.That(session.Input(wire.AsSpan(i, 1), false, (type, content) => records.Add($"{type} {Convert.ToHexString(content)}")), Is.EqualTo(1));
        }

        Assert.That(records, Is.EqualTo(new[] { "ApplicationData 010203", "ApplicationData ", "Alert 0100" }));
        Assert.That(session.RecordNumber, Is.EqualTo(3UL));
        Assert.That(session.RecordStart, Is.EqualTo(unchecked(uint.MaxValue - 5 + (uint)wire.Length)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Input_Tls13Padding_Removed(bool decrypted)
    {
        TlsCryptoInfo info = KtlsFixture.Info(TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        // Framing appends the outer type's value as inner type; padding is put in place of the payload's end.
        (byte[] wire, byte[] plain) = Raw(info, [0xAA, 0xBB, 0x16, 0, 0, 0]);
        using var session = new KtlsRxSession(info, 0, new(), null);
        var records = new List<string>();

        session.Input(decrypted ? plain : wire, decrypted, (type, content) => records.Add($"{type} {Convert.ToHexString(content)}"));

        Assert.That(records, Is.EqualTo(new[] { "Handshake AABB" }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Input_Tls13OnlyPadding_Refused(bool decrypted)
    {
        TlsCryptoInfo info = KtlsFixture.Info(TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        (byte[] wire, byte[] plain) = Raw(info, [0, 0, 0, 0]);
        using var session = new KtlsRxSession(info, 0, new(), null);
        int records = 0;

        session.Input(decrypted ? plain : wire, decrypted, (_, _) => records++);

        Assert.That(session.Error, Is.EqualTo(KtlsError.BadMessage));
        Assert.That(records, Is.Zero);
    }

    // Length fields: largest payload with exact overhead, and one more; least, and one less.
    [TestCase(TlsVersion.Tls12, TlsCipher.Aes128Gcm, new byte[] { 23, 3, 3, 0x40, 0x18 }, KtlsError.None)]
    [TestCase(TlsVersion.Tls12, TlsCipher.Aes128Gcm, new byte[] { 23, 3, 3, 0x40, 0x19 }, KtlsError.MessageTooLong)]
    [TestCase(TlsVersion.Tls13, TlsCipher.Aes128Gcm, new byte[] { 23, 3, 3, 0x40, 0x11 }, KtlsError.None)]
    [TestCase(TlsVersion.Tls13, TlsCipher.Aes128Gcm, new byte[] { 23, 3, 3, 0x40, 0x12 }, KtlsError.MessageTooLong)]
    [TestCase(TlsVersion.Tls12, TlsCipher.Aes128Gcm, new byte[] { 23, 3, 3, 0x00, 0x18 }, KtlsError.None)]
    [TestCase(TlsVersion.Tls12, TlsCipher.Aes128Gcm, new byte[] { 23, 3, 3, 0x00, 0x17 }, KtlsError.BadMessage)]
    [TestCase(TlsVersion.Tls12, TlsCipher.ChaCha20Poly1305, new byte[] { 23, 3, 3, 0x00, 0x0F }, KtlsError.BadMessage)]
    [TestCase(TlsVersion.Tls13, TlsCipher.Aes128Gcm, new byte[] { 23, 3, 3, 0x00, 0x10 }, KtlsError.BadMessage)]
    [TestCase(TlsVersion.Tls12, TlsCipher.Aes128Gcm, new byte[] { 23, 3, 1, 0x00, 0x20 }, KtlsError.InvalidHeader)]
    [TestCase(TlsVersion.Tls13, TlsCipher.Aes128Gcm, new byte[] { 22, 3, 3, 0x00, 0x20 }, KtlsError.InvalidHeader)]
    [TestCase(TlsVersion.Tls12, TlsCipher.Aes128Gcm, new byte[] { 22, 3, 3, 0x00, 0x20 }, KtlsError.None)]
    public void Input_Header_Judged(TlsVersion version, TlsCipher cipher, byte[] header, KtlsError expected)
    {
        using var session = new KtlsRxSession(KtlsFixture.Info(version, cipher), 0, new(), null);

        session.Input(header, false, (_, _) => { });

        Assert.That(session.Error, Is.EqualTo(expected));
    }

    [Test]
    public void Input_AfterError_TakesNothing()
    {
        using var session = new KtlsRxSession(KtlsFixture.Info(TlsVersion.Tls12, TlsCipher.Aes128Gcm), 0, new(), null);
        session.Input([23, 3, 1, 0, 32], false, (_, _) => { });

        Assert.That(session.Input(new byte[100], false, (_, _) => { }), Is.Zero);
    }

    [Test]
    public void Input_KeyUpdate_StopsAfterDelivery()
    {
        TlsCryptoInfo info = KtlsFixture.Info(TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        using var session = new KtlsRxSession(info, 0, new(), null);
        var types = new List<TlsContentType>();

        session.Input(KtlsFixture.Seal(info, TlsContentType.Handshake, 0, [24, 0, 0, 1, 0]), false, (type, _) => types.Add(type));

        Assert.That(types, Is.EqualTo(new[] { TlsContentType.Handshake }));
        Assert.That(session.Error, Is.EqualTo(KtlsError.KeyExpired));
    }

    private static List<(TlsContentType Type, byte[] Content)> Feed(KtlsRxSession session, byte[] wire, byte[] plain, int[] cuts, int subset)
    {
        var records = new List<(TlsContentType, byte[])>();
        int[] borders = [0, .. cuts, wire.Length];
        for (int packet = 0; packet < 5; packet++)
        {
            bool decrypted = (subset & (1 << packet)) != 0;
            ReadOnlySpan<byte> bytes = (decrypted ? plain : wire).AsSpan(borders[packet], borders[packet + 1] - borders[packet]);
            while (bytes.Length > 0)
            {
                int taken = session.Input(bytes, decrypted, (type, content) => records.Add((type, content.ToArray())));
                if (taken == 0) return records;
                bytes = bytes[taken..];
            }
        }

        return records;
    }

    /// <summary>A TLS 1.3 record with the inner plaintext given, type and padding included, in both forms.</summary>
    private static (byte[] Wire, byte[] Plain) Raw(TlsCryptoInfo info, byte[] inner)
    {
        byte[] wire = [0x17, 3, 3, 0, (byte)(inner.Length + 16), .. inner, .. new byte[16]];
        using var cipher = new RecordCipher(info);
        cipher.Seal(0, wire);
        byte[] plain = [.. wire];
        inner.CopyTo(plain.AsSpan(5));
        return (wire, plain);
    }
}
