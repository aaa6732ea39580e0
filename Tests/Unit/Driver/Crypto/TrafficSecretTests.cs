using NicEmu.Driver.Crypto;
using NicEmu.Spec.Tls;
using NUnit.Framework;
using Org.BouncyCastle.Tls.Crypto;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;
using TlsCipher = NicEmu.Spec.Tls.TlsCipher;

namespace NicEmu.Tests.Unit.Driver.Crypto;

/// <summary>Keys out of traffic secrets.</summary>
[TestFixture]
public sealed class TrafficSecretTests
{
    // RFC 8448 §3, "{server} derive write traffic keys for application data": secret, key, IV.
    [Test]
    public void Keys_Rfc8448_AreTheDocuments()
    {
        var secret = new TrafficSecret(TlsCipher.Aes128Gcm, Convert.FromHexString("a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643"));

        TlsCryptoInfo keys = secret.Keys();

        Assert.That(Convert.ToHexStringLower(keys.Key.Span), Is.EqualTo("9f02283b6c9c07efc26bb9f2ac92e356"));
        Assert.That(Convert.ToHexStringLower(keys.Iv.Span), Is.EqualTo("cf782b88dd83549aadf1e984"));
        Assert.That((keys.Version, keys.RecordSequence), Is.EqualTo((TlsVersion.Tls13, 0UL)));
    }

    [Test]
    public void Next_AnySecret_IsWhatBouncyCastleDerives([Values] TlsCipher cipher, [Range(1, 4)] int updates)
    {
        bool isLong = cipher == TlsCipher.Aes256Gcm;
        byte[] bytes = KtlsFixture.Pattern(isLong ? 48 : 32, 3);
        int hash = isLong ? CryptoHashAlgorithm.sha384 : CryptoHashAlgorithm.sha256;
        var crypto = new BcTlsCrypto();
        TlsSecret oracle = crypto.CreateSecret([.. bytes]);
        var secret = new TrafficSecret(cipher, bytes);

        for (int i = 0; i < updates; i++)
        {
            secret = secret.Next();
            oracle = TlsCryptoUtilities.HkdfExpandLabel(oracle, hash, "traffic upd", Array.Empty<byte>(), bytes.Length);
        }

        byte[] key = TlsCryptoUtilities.HkdfExpandLabel(crypto.AdoptSecret(oracle), hash, "key", Array.Empty<byte>(), isLong || cipher == TlsCipher.ChaCha20Poly1305 ? 32 : 16).Extract();
        Assert.That(secret.Keys().Key.ToArray(), Is.EqualTo(key));
        Assert.That(secret.Bytes.ToArray(), Is.EqualTo(oracle.Extract()));
    }

    [TestCase(TlsCipher.Aes128Gcm, 48)]
    [TestCase(TlsCipher.Aes256Gcm, 32)]
    [TestCase(TlsCipher.ChaCha20Poly1305, 0)]
    public void Create_WrongLength_IsRefused(TlsCipher cipher, int length)
    {
        Assert.That(() => new TrafficSecret(cipher, new byte[length]), Throws.ArgumentException);
    }
}
