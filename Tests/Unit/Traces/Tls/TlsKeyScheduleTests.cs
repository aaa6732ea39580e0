using System.Security.Cryptography;
using NicEmu.Traces.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Traces.Tls;

/// <summary>Keys out of secrets, as a reader of captures makes them.</summary>
public sealed class TlsKeyScheduleTests
{
    // RFC 8448 §3, "{server} derive write traffic keys for application data": secret, key, IV.
    [TestCase("key", "9f02283b6c9c07efc26bb9f2ac92e356")]
    [TestCase("iv", "cf782b88dd83549aadf1e984")]
    public void ExpandLabel_Rfc8448_IsTheDocuments(string label, string expected)
    {
        byte[] secret = Convert.FromHexString("a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643");

        byte[] derived = TlsKeySchedule.ExpandLabel(HashAlgorithmName.SHA256, secret, label, expected.Length / 2);

        Assert.That(Convert.ToHexStringLower(derived), Is.EqualTo(expected));
    }

    [Test]
    public void Prf_AnyLength_IsWhatBouncyCastleDerives([Values(12, 40, 72, 88)] int length, [Values] bool isLong)
    {
        byte[] secret = [.. Enumerable.Range(0, 48).Select(i => (byte)(7 * i))];
        byte[] seed = [.. Enumerable.Range(0, 64).Select(i => (byte)(5 * i))];
        var crypto = new Org.BouncyCastle.Tls.Crypto.Impl.BC.BcTlsCrypto();
        int algorithm = isLong ? Org.BouncyCastle.Tls.PrfAlgorithm.tls_prf_sha384 : Org.BouncyCastle.Tls.PrfAlgorithm.tls_prf_sha256;
        byte[] expected = crypto.CreateSecret([.. secret]).DeriveUsingPrf(algorithm, "key expansion", seed, length).Extract();

        byte[] derived = TlsKeySchedule.Prf(isLong ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256, secret, "key expansion", seed, length);

        Assert.That(derived, Is.EqualTo(expected));
    }
}
