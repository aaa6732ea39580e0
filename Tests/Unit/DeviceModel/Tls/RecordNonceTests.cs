using NicEmu.DeviceModel.Tls;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Tls;

[TestFixture]
public sealed class RecordNonceTests
{
    private static readonly byte[] s_iv = [0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xAB];

    // RFC 5288 §3: salt, explicit nonce. RFC 8446 §5.3 and RFC 7905 §2: IV xor number.
    [TestCase(TlsVersion.Tls12, TlsCipher.Aes128Gcm, "A0A1A2A3C0C1C2C3C4C5C6C7")]
    [TestCase(TlsVersion.Tls12, TlsCipher.ChaCha20Poly1305, "A0A1A2A3A5A7A5A3ADAFADA3")]
    [TestCase(TlsVersion.Tls13, TlsCipher.Aes256Gcm, "A0A1A2A3A5A7A5A3ADAFADA3")]
    public void Write_Nonce_IsTheDocumentsBytes(TlsVersion version, TlsCipher cipher, string expected)
    {
        Span<byte> nonce = stackalloc byte[12];

        RecordNonce.Write(new TlsRecordLayout(version, cipher), RecordIv.Read(s_iv), 0x0102030405060708, 0xC0C1C2C3C4C5C6C7, nonce);

        Assert.That(Convert.ToHexString(nonce), Is.EqualTo(expected));
    }

    // RFC 5246 §6.2.3.3: number, type, version, plaintext length 0x1234 - 24 = 0x121C. RFC 8446 §5.2: the header.
    [TestCase(TlsVersion.Tls12, TlsCipher.Aes128Gcm, "01020304050607081603" + "03121C")]
    [TestCase(TlsVersion.Tls12, TlsCipher.ChaCha20Poly1305, "01020304050607081603" + "031224")]
    [TestCase(TlsVersion.Tls13, TlsCipher.Aes128Gcm, "1603031234")]
    public void WriteAad_Record_IsTheDocumentsBytes(TlsVersion version, TlsCipher cipher, string expected)
    {
        var layout = new TlsRecordLayout(version, cipher);
        Span<byte> aad = stackalloc byte[layout.AadLength];

        RecordNonce.WriteAad(layout, 0x0102030405060708, 0x16_0303_1234, aad);

        Assert.That(Convert.ToHexString(aad), Is.EqualTo(expected));
    }
}
