using NicEmu.Driver.Crypto;
using NicEmu.Spec.Tls;
using NUnit.Framework;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace NicEmu.Tests.Unit.Driver.Crypto;

/// <summary>Whole records against another library's algorithms, with nonce and additional data spelled out here.</summary>
[TestFixture]
public sealed class RecordCipherTests
{
    [Test, Combinatorial]
    public void Seal_AnyVersionAndCipher_EqualsOtherLibrary(
        [Values] TlsVersion version, [Values] TlsCipher cipher, [Values(0, 1, 15, 16, 17, 1000, 16384)] int length)
    {
        TlsCryptoInfo info = KtlsFixture.Info(version, cipher, 5);
        byte[] payload = KtlsFixture.Pattern(length, 3);
        byte[] record = KtlsFixture.Frame(info, TlsContentType.ApplicationData, 5, payload);
        byte[] expected = SealElsewhere(info, 5, record, payload);
        using var sealer = new RecordCipher(info);

        sealer.Seal(5, record);

        Assert.That(record, Is.EqualTo(expected));
    }

    [Test, Combinatorial]
    public void TryOpen_SealedRecord_GivesPlaintext([Values] TlsVersion version, [Values] TlsCipher cipher)
    {
        TlsCryptoInfo info = KtlsFixture.Info(version, cipher, 9);
        byte[] framed = KtlsFixture.Frame(info, TlsContentType.Alert, 9, [1, 0]);
        byte[] record = [.. framed];
        using var sealer = new RecordCipher(info);
        sealer.Seal(9, record);

        bool right = sealer.TryOpen(9, record);

        Assert.That(right, Is.True);
        Assert.That(record[..^16], Is.EqualTo(framed[..^16]));
    }

    [Test, Combinatorial]
    public void TryOpen_OneBitChanged_Refused([Values] TlsVersion version, [Values] TlsCipher cipher)
    {
        TlsCryptoInfo info = KtlsFixture.Info(version, cipher, 1);
        using var sealer = new RecordCipher(info);
        byte[] good = KtlsFixture.Frame(info, TlsContentType.ApplicationData, 1, KtlsFixture.Pattern(40, 1));
        sealer.Seal(1, good);

        // All but the length field, whose change would make it another record, and the version, which is checked elsewhere.
        for (int i = info.Layout.PrefixLength; i < good.Length; i++)
        {
            byte[] bad = [.. good];
            bad[i] ^= 0x10;
            Assert.That(sealer.TryOpen(1, bad), Is.False, $"byte {i}");
        }

        Assert.That(sealer.TryOpen(2, [.. good]), Is.False, "another number");
    }

    private static byte[] SealElsewhere(TlsCryptoInfo info, ulong number, byte[] framed, byte[] payload)
    {
        bool tls13 = info.Version == TlsVersion.Tls13;
        byte[] plaintext = tls13 ? [.. payload, 23] : payload;
        byte[] nonce = info.Iv.ToArray();
        if (info.Layout.ExplicitNonceLength > 0) framed.AsSpan(5, 8).CopyTo(nonce.AsSpan(4));
        else nonce[11] ^= (byte)number;
        byte[] aad = tls13 ? framed[..5] : [0, 0, 0, 0, 0, 0, 0, (byte)number, 23, 3, 3, (byte)(payload.Length >> 8), (byte)payload.Length];
        IAeadCipher aead = info.Cipher == TlsCipher.ChaCha20Poly1305 ? new Org.BouncyCastle.Crypto.Modes.ChaCha20Poly1305() : new GcmBlockCipher(new AesEngine());
        aead.Init(true, new AeadParameters(new KeyParameter(info.Key.ToArray()), 128, nonce, aad));
        var body = new byte[aead.GetOutputSize(plaintext.Length)];
        int written = aead.ProcessBytes(plaintext, 0, plaintext.Length, body, 0);
        aead.DoFinal(body, written);
        return [.. framed[..info.Layout.PrefixLength], .. body];
    }
}
