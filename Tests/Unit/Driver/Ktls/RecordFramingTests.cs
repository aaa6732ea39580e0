using NicEmu.Driver.Ktls;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Ktls;

/// <summary>Framed records, byte by byte.</summary>
[TestFixture]
public sealed class RecordFramingTests
{
    private static readonly byte[] Placeholder = "<<no tag yet!!>>"u8.ToArray();

    [Test]
    public void Write_Tls12Gcm_RealTypeAndExplicitNonce() =>
        Assert.That(Write(TlsVersion.Tls12, TlsCipher.Aes128Gcm, TlsContentType.Alert, [1, 0]), Is.EqualTo((byte[])
        [
            0x15, 0x03, 0x03, 0x00, 0x1A, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 1, 0, .. Placeholder,
        ]));

    [Test]
    public void Write_Tls12ChaCha_NoExplicitNonce() =>
        Assert.That(Write(TlsVersion.Tls12, TlsCipher.ChaCha20Poly1305, TlsContentType.Handshake, [9]), Is.EqualTo((byte[])
        [
            0x16, 0x03, 0x03, 0x00, 0x11, 9, .. Placeholder,
        ]));

    [TestCase(TlsCipher.Aes256Gcm)]
    [TestCase(TlsCipher.ChaCha20Poly1305)]
    public void Write_Tls13_OuterType23AndInnerType(TlsCipher cipher) =>
        Assert.That(Write(TlsVersion.Tls13, cipher, TlsContentType.Alert, [1, 0]), Is.EqualTo((byte[])
        [
            0x17, 0x03, 0x03, 0x00, 0x13, 1, 0, 0x15, .. Placeholder,
        ]));

    [Test]
    public void Write_LargestPayload_LengthFieldOfBothVersions()
    {
        byte[] tls12 = Write(TlsVersion.Tls12, TlsCipher.Aes128Gcm, TlsContentType.ApplicationData, new byte[16384]);
        byte[] tls13 = Write(TlsVersion.Tls13, TlsCipher.Aes128Gcm, TlsContentType.ApplicationData, new byte[16384]);

        Assert.That(tls12[3..5], Is.EqualTo(new byte[] { 0x40, 0x18 }), "16384 + 8 + 16");
        Assert.That(tls13[3..5], Is.EqualTo(new byte[] { 0x40, 0x11 }), "16384 + 1 + 16");
    }

    private static byte[] Write(TlsVersion version, TlsCipher cipher, TlsContentType type, byte[] payload)
    {
        var layout = new TlsRecordLayout(version, cipher);
        var record = new byte[RecordFraming.Length(layout, payload.Length)];
        RecordFraming.Write(layout, type, 0x0102030405060708, payload, record);
        return record;
    }
}
