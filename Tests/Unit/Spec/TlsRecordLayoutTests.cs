using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Spec;

public sealed class TlsRecordLayoutTests
{
    // RFC 5288 §3 (explicit nonce), RFC 7905 §2 (none), RFC 8446 §5.2 (inner type, no explicit nonce).
    [TestCase(TlsVersion.Tls12, TlsCipher.Aes128Gcm, 8, 13, 24, 18432)]
    [TestCase(TlsVersion.Tls12, TlsCipher.Aes256Gcm, 8, 13, 24, 18432)]
    [TestCase(TlsVersion.Tls12, TlsCipher.ChaCha20Poly1305, 0, 13, 16, 18432)]
    [TestCase(TlsVersion.Tls13, TlsCipher.Aes128Gcm, 0, 5, 17, 16640)]
    [TestCase(TlsVersion.Tls13, TlsCipher.ChaCha20Poly1305, 0, 5, 17, 16640)]
    public void Layout_Lengths_AreThoseOfTheSpecifications(TlsVersion version, TlsCipher cipher, int explicitNonce, int aad, int least, int greatest)
    {
        var layout = new TlsRecordLayout(version, cipher);

        Assert.That(layout.ExplicitNonceLength, Is.EqualTo(explicitNonce));
        Assert.That(layout.AadLength, Is.EqualTo(aad));
        Assert.That(layout.MinLengthField, Is.EqualTo(least));
        Assert.That(layout.MaxLengthField, Is.EqualTo(greatest));
    }

    [TestCase(TlsVersion.Tls13, new byte[] { 0x17, 3, 3, 0x41, 0x00 }, true, TestName = "TLS 1.3, 2^14 + 256")]
    [TestCase(TlsVersion.Tls13, new byte[] { 0x17, 3, 3, 0x41, 0x01 }, false, TestName = "TLS 1.3, one more")]
    [TestCase(TlsVersion.Tls13, new byte[] { 0x17, 3, 3, 0x00, 0x11 }, true, TestName = "TLS 1.3, inner type and tag")]
    [TestCase(TlsVersion.Tls13, new byte[] { 0x17, 3, 3, 0x00, 0x10 }, false, TestName = "TLS 1.3, tag alone")]
    [TestCase(TlsVersion.Tls13, new byte[] { 0x16, 3, 3, 0x00, 0x20 }, false, TestName = "TLS 1.3, outer type handshake")]
    [TestCase(TlsVersion.Tls12, new byte[] { 0x16, 3, 3, 0x00, 0x20 }, true, TestName = "TLS 1.2, handshake")]
    [TestCase(TlsVersion.Tls12, new byte[] { 0x18, 3, 3, 0x00, 0x20 }, false, TestName = "TLS 1.2, type 24")]
    [TestCase(TlsVersion.Tls12, new byte[] { 0x17, 3, 1, 0x00, 0x20 }, false, TestName = "TLS 1.0 version")]
    [TestCase(TlsVersion.Tls12, new byte[] { 0x17, 3, 3, 0x00, 0x17 }, false, TestName = "TLS 1.2, shorter than nonce and tag")]
    public void IsPlausibleHeader_Bytes_FollowsTheRecordProtocol(TlsVersion version, byte[] header, bool expected)
    {
        var layout = new TlsRecordLayout(version, TlsCipher.Aes128Gcm);

        Assert.That(layout.IsPlausibleHeader(header), Is.EqualTo(expected));
    }

    [Test]
    public void WriteHeader_Values_AreInNetworkOrder()
    {
        byte[] header = new byte[5];

        TlsRecordLayout.WriteHeader(0x17, 0x1234, header);

        Assert.That(header, Is.EqualTo(new byte[] { 0x17, 0x03, 0x03, 0x12, 0x34 }));
    }
}
