using NicEmu.Driver.Crypto;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Crypto;

/// <summary>Nonce and additional data, byte by byte as the RFCs build them.</summary>
[TestFixture]
public sealed class RecordNonceTests
{
    private static readonly byte[] Iv = [0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xAB];

    // Type 0x17, version 0x0303, length 8 + 5 + 16; explicit nonce 01..08.
    private static readonly byte[] Gcm12Record = [0x17, 0x03, 0x03, 0x00, 0x1D, 1, 2, 3, 4, 5, 6, 7, 8, .. new byte[21]];

    // Type 0x15, version 0x0303, length 2 + 16.
    private static readonly byte[] ChaCha12Record = [0x15, 0x03, 0x03, 0x00, 0x12, .. new byte[18]];

    // Type 0x17, version 0x0303, length 5 + 1 + 16.
    private static readonly byte[] Tls13Record = [0x17, 0x03, 0x03, 0x00, 0x16, .. new byte[22]];

    [Test]
    public void Build_Tls12Gcm_SaltThenExplicitPartOfTheRecord() =>
        Assert.That(Nonce(TlsVersion.Tls12, TlsCipher.Aes128Gcm, 0x1122334455667788, Gcm12Record), Is.EqualTo(new byte[] { 0xA0, 0xA1, 0xA2, 0xA3, 1, 2, 3, 4, 5, 6, 7, 8 }));

    [Test]
    public void Build_Tls12ChaCha_NumberXorIv() =>
        Assert.That(
            Nonce(TlsVersion.Tls12, TlsCipher.ChaCha20Poly1305, 0x0102030405060708, ChaCha12Record),
            Is.EqualTo(new byte[] { 0xA0, 0xA1, 0xA2, 0xA3, 0xA5, 0xA7, 0xA5, 0xA3, 0xAD, 0xAF, 0xAD, 0xA3 }));

    [TestCase(TlsCipher.Aes256Gcm)]
    [TestCase(TlsCipher.ChaCha20Poly1305)]
    public void Build_Tls13_NumberXorIv(TlsCipher cipher) =>
        Assert.That(
            Nonce(TlsVersion.Tls13, cipher, 0xFF000000000000FF, Tls13Record),
            Is.EqualTo(new byte[] { 0xA0, 0xA1, 0xA2, 0xA3, 0x5B, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0x54 }));

    [TestCase(TlsCipher.Aes128Gcm)]
    [TestCase(TlsCipher.Aes256Gcm)]
    public void BuildAad_Tls12Gcm_NumberTypeVersionPlaintextLength(TlsCipher cipher) =>
        Assert.That(
            Aad(TlsVersion.Tls12, cipher, 0x1122334455667788, Gcm12Record),
            Is.EqualTo(new byte[] { 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x17, 0x03, 0x03, 0x00, 0x05 }));

    [Test]
    public void BuildAad_Tls12ChaCha_LengthWithoutTag() =>
        Assert.That(
            Aad(TlsVersion.Tls12, TlsCipher.ChaCha20Poly1305, 1, ChaCha12Record),
            Is.EqualTo(new byte[] { 0, 0, 0, 0, 0, 0, 0, 1, 0x15, 0x03, 0x03, 0x00, 0x02 }));

    [Test]
    public void BuildAad_Tls13_HeaderAsSent() =>
        Assert.That(Aad(TlsVersion.Tls13, TlsCipher.Aes128Gcm, 99, Tls13Record), Is.EqualTo(new byte[] { 0x17, 0x03, 0x03, 0x00, 0x16 }));

    private static byte[] Nonce(TlsVersion version, TlsCipher cipher, ulong number, byte[] record)
    {
        var nonce = new byte[12];
        RecordNonce.Build(new(version, cipher), Iv, number, record, nonce);
        return nonce;
    }

    private static byte[] Aad(TlsVersion version, TlsCipher cipher, ulong number, byte[] record)
    {
        var aad = new byte[13];
        int length = RecordNonce.BuildAad(new(version, cipher), number, record, aad);
        return aad[..length];
    }
}
