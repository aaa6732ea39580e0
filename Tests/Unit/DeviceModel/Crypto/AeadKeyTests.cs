using NicEmu.DeviceModel.Crypto;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Crypto;

[TestFixture]
internal sealed class AeadKeyTests
{
    [TestCaseSource(typeof(CipherCases), nameof(CipherCases.All))]
    public void Dispose_ExpandedKey_LeavesOnlyZeroes(AeadAlgorithm algorithm, CipherKernel kernel)
    {
        var key = new AeadKey(algorithm, CipherCases.Bytes(1, AeadKey.KeyBytes(algorithm)), kernel);
        Assert.That(key.Memory.IndexOfAnyExcept((byte)0), Is.GreaterThanOrEqualTo(0), "the key is there before");

        key.Dispose();

        Assert.That(key.Memory.IndexOfAnyExcept((byte)0), Is.EqualTo(-1));
    }

    [TestCaseSource(typeof(CipherCases), nameof(CipherCases.All))]
    public void AnyUse_AfterDispose_Throws(AeadAlgorithm algorithm, CipherKernel kernel)
    {
        var key = new AeadKey(algorithm, CipherCases.Bytes(1, AeadKey.KeyBytes(algorithm)), kernel);
        var data = new byte[40];
        var state = IncrementalAead.Begin(key, new byte[12], new byte[5]);

        key.Dispose();

        Assert.That(() => IncrementalAead.Begin(key, new byte[12], new byte[5]), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => IncrementalAead.Encrypt(key, ref state, data, data), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => IncrementalAead.Decrypt(key, ref state, data, data), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => IncrementalAead.Absorb(key, ref state, data), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => IncrementalAead.EncryptDiscard(key, ref state, data), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => IncrementalAead.Finish(key, ref state, new byte[16]), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => IncrementalAead.XorKeystreamAt(key, new byte[12], 0, data, data), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => key.FixedTimeEquals(data), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void Fingerprint_OfSixteenZeroes_IsStartOfSha256()
    {
        using var key = new AeadKey(AeadAlgorithm.Aes128Gcm, new byte[16]);

        // sha256sum of 16 zero bytes: 374708fff7719dd5979ec875d56cd228 6f6d3cf7ec317a3b25632aab28ec37bb
        Assert.That(key.Fingerprint, Is.EqualTo(0x374708FFu));
    }

    [Test]
    public void FixedTimeEquals_SameOtherAndForeignKeys_TellsThemApart()
    {
        var raw = CipherCases.Bytes(9, 32);
        var near = raw.ToArray();
        near[31] ^= 1;
        using var aes = new AeadKey(AeadAlgorithm.Aes256Gcm, raw);
        using var same = new AeadKey(AeadAlgorithm.Aes256Gcm, raw, CipherKernel.Portable);
        using var other = new AeadKey(AeadAlgorithm.Aes256Gcm, near);
        using var chaCha = new AeadKey(AeadAlgorithm.ChaCha20Poly1305, raw);

        Assert.That(aes.FixedTimeEquals(same), Is.True);
        Assert.That(aes.FixedTimeEquals(raw), Is.True);
        Assert.That(aes.FixedTimeEquals(other), Is.False);
        Assert.That(aes.FixedTimeEquals(near), Is.False);
        Assert.That(aes.FixedTimeEquals(raw.AsSpan(0, 16)), Is.False);
        Assert.That(aes.FixedTimeEquals(chaCha), Is.False, "another algorithm with the same bytes is another key");
    }

    [TestCase(1, 32)]
    [TestCase(2, 16)]
    [TestCase(3, 16)]
    [TestCase(3, 33)]
    [TestCase(1, 0)]
    public void Constructor_LengthOfAnotherAlgorithm_Throws(byte algorithm, int length) =>
        Assert.That(() => new AeadKey((AeadAlgorithm)algorithm, new byte[length]), Throws.ArgumentException);
}
