using NicEmu.DeviceModel.Crypto;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Crypto;

[TestFixture]
internal sealed class IncrementalAeadRuleTests
{
    [TestCaseSource(typeof(CipherCases), nameof(CipherCases.All))]
    public void EveryOperation_OnceWarm_AllocatesNothing(AeadAlgorithm algorithm, CipherKernel kernel)
    {
        using var key = new AeadKey(algorithm, CipherCases.Bytes(3, AeadKey.KeyBytes(algorithm)), kernel);
        var nonce = new byte[12];
        var aad = new byte[13];
        var data = new byte[5000];
        var saved = new byte[AeadState.SavedBytes];
        var tag = new byte[16];
        WholeLife(key, nonce, aad, data, saved, tag);
        var before = GC.GetAllocatedBytesForCurrentThread();

        WholeLife(key, nonce, aad, data, saved, tag);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void AnyOperation_AfterFinish_Throws()
    {
        using var key = new AeadKey(AeadAlgorithm.Aes128Gcm, new byte[16]);
        var state = IncrementalAead.Begin(key, new byte[12], []);
        IncrementalAead.Finish(key, ref state, new byte[16]);
        var data = new byte[1];

        Assert.That(() => IncrementalAead.Encrypt(key, ref state, data, data), Throws.InvalidOperationException);
        Assert.That(() => IncrementalAead.Absorb(key, ref state, data), Throws.InvalidOperationException);
        Assert.That(() => IncrementalAead.Finish(key, ref state, new byte[16]), Throws.InvalidOperationException);
    }

    [Test]
    public void Encrypt_StateNeverBegunOrOfAnotherAlgorithm_Throws()
    {
        using var aes = new AeadKey(AeadAlgorithm.Aes256Gcm, new byte[32]);
        using var chaCha = new AeadKey(AeadAlgorithm.ChaCha20Poly1305, new byte[32]);
        var fresh = default(AeadState);
        var foreign = IncrementalAead.Begin(chaCha, new byte[12], []);
        var data = new byte[1];

        Assert.That(() => IncrementalAead.Encrypt(aes, ref fresh, data, data), Throws.InvalidOperationException);
        Assert.That(() => IncrementalAead.Encrypt(aes, ref foreign, data, data), Throws.InvalidOperationException);
    }

    [Test]
    public void Encrypt_OutputShortOrPartlyOverlapping_Throws()
    {
        using var key = new AeadKey(AeadAlgorithm.Aes128Gcm, new byte[16]);
        var state = IncrementalAead.Begin(key, new byte[12], []);
        var data = new byte[64];

        Assert.That(() => IncrementalAead.Encrypt(key, ref state, data, data.AsSpan(0, 63)), Throws.ArgumentException);
        Assert.That(() => IncrementalAead.Encrypt(key, ref state, data.AsSpan(0, 32), data.AsSpan(1, 32)), Throws.ArgumentException);
        Assert.That(() => IncrementalAead.Encrypt(key, ref state, data.AsSpan(1, 32), data.AsSpan(0, 32)), Throws.ArgumentException);
        Assert.That(state.Position, Is.Zero, "a refused call moves nothing");
    }

    [Test]
    public void Encrypt_NeighbouringSpansOfOneArray_AreAccepted()
    {
        using var key = new AeadKey(AeadAlgorithm.Aes128Gcm, new byte[16]);
        var state = IncrementalAead.Begin(key, new byte[12], []);
        var data = new byte[64];

        IncrementalAead.Encrypt(key, ref state, data.AsSpan(0, 32), data.AsSpan(32));

        // GCM specification, test case 2: a zero block under the zero key and IV.
        Assert.That(data[32..48], Is.EqualTo(CipherCases.Hex("0388dace60b6a392f328c2b971b2fe78")));
    }

    [TestCase(11)]
    [TestCase(13)]
    public void Begin_NonceOfAnotherLength_Throws(int length)
    {
        using var key = new AeadKey(AeadAlgorithm.Aes128Gcm, new byte[16]);

        Assert.That(() => IncrementalAead.Begin(key, new byte[length], []), Throws.ArgumentException);
        Assert.That(() => IncrementalAead.XorKeystreamAt(key, new byte[length], 0, [], []), Throws.ArgumentException);
    }

    // SP 800-38D §5.2.1.1: at most 2^39 - 256 bits of plaintext; RFC 8439 §2.8: 2^38 - 64 bytes.
    [TestCase((byte)1, (1UL << 36) - 32)]
    [TestCase((byte)3, (1UL << 38) - 64)]
    public void XorKeystreamAt_LastByteAndOnePast_OnlyTheFirstIsAllowed(byte algorithm, ulong limit)
    {
        using var key = new AeadKey((AeadAlgorithm)algorithm, new byte[AeadKey.KeyBytes((AeadAlgorithm)algorithm)]);
        var data = new byte[2];

        Assert.That(() => IncrementalAead.XorKeystreamAt(key, new byte[12], limit - 1, data.AsSpan(0, 1), data), Throws.Nothing);
        Assert.That(() => IncrementalAead.XorKeystreamAt(key, new byte[12], limit - 1, data, data), Throws.ArgumentException);
        Assert.That(() => IncrementalAead.XorKeystreamAt(key, new byte[12], ulong.MaxValue, data, data), Throws.ArgumentException);
    }

    [Test]
    public void FinishAndVerify_TagOfAnotherLength_IsFalse()
    {
        using var key = new AeadKey(AeadAlgorithm.Aes128Gcm, new byte[16]);
        var state = IncrementalAead.Begin(key, new byte[12], []);

        var verified = IncrementalAead.FinishAndVerify(key, ref state, CipherCases.Hex("58e2fccefa7e3061367f1d57a4e745"));

        Assert.That(verified, Is.False, "15 right bytes are not a tag");
    }

    [Test]
    public void Restore_ShortOrForeignBytes_Throws()
    {
        using var key = new AeadKey(AeadAlgorithm.Aes128Gcm, new byte[16]);
        var good = new byte[AeadState.SavedBytes];
        IncrementalAead.Begin(key, new byte[12], []).Save(good);
        var otherVersion = good.ToArray();
        otherVersion[103]++;
        var noSuchAlgorithm = good.ToArray();
        noSuchAlgorithm[100] = 4;
        var sumTooLarge = good.ToArray();
        sumTooLarge[24] = 8;

        Assert.That(() => AeadState.Restore(good), Throws.Nothing);
        Assert.That(() => AeadState.Restore(good.AsSpan(1)), Throws.ArgumentException);
        Assert.That(() => AeadState.Restore(otherVersion), Throws.ArgumentException);
        Assert.That(() => AeadState.Restore(noSuchAlgorithm), Throws.ArgumentException);
        Assert.That(() => AeadState.Restore(sumTooLarge), Throws.ArgumentException);
    }

    private static void WholeLife(AeadKey key, byte[] nonce, byte[] aad, byte[] data, byte[] saved, byte[] tag)
    {
        var state = IncrementalAead.Begin(key, nonce, aad);
        IncrementalAead.Encrypt(key, ref state, data.AsSpan(0, 3001), data.AsSpan(0, 3001));
        state.Save(saved);
        state = AeadState.Restore(saved);
        IncrementalAead.Decrypt(key, ref state, data.AsSpan(3001, 999), data.AsSpan(3001, 999));
        IncrementalAead.Absorb(key, ref state, data.AsSpan(4000));
        IncrementalAead.EncryptDiscard(key, ref state, data);
        var copy = state;
        IncrementalAead.Finish(key, ref state, tag);
        IncrementalAead.FinishAndVerify(key, ref copy, tag);
        IncrementalAead.XorKeystreamAt(key, nonce, 77, data, data);
    }
}
