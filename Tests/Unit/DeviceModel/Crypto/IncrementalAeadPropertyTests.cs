using CsCheck;
using NicEmu.DeviceModel.Crypto;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Crypto;

[TestFixtureSource(typeof(CipherCases), nameof(CipherCases.Fixtures))]
internal sealed class IncrementalAeadPropertyTests(AeadAlgorithm algorithm, CipherKernel kernel)
{
    // Lengths around the groups of the kernels, and anything up to more than the longest record (RFC 8446 §5.2: 2^14 + 256).
    private static readonly Gen<int> s_length = Gen.OneOf(Gen.Int[0, 300], Gen.Int[1000, 1500], Gen.Int[0, 17000]);
    private static readonly Gen<int[]> s_cuts = Gen.OneOf(Gen.Int[0, 40], Gen.Int[100, 300], Gen.Int[1000, 4000]).Array[0, 24];
    private static readonly Gen<(uint Seed, int Length, int AadLength, int[] Cuts)> s_cutRecord =
        Gen.Select(Gen.UInt, s_length, Gen.Int[0, 64], s_cuts);

    [Test]
    public void Encrypt_AnyCut_EqualsBothOracles() => s_cutRecord.Sample(
        r =>
        {
            var oracle = AeadOracle.Create(algorithm, r.Seed, r.Length, r.AadLength);
            using var key = new AeadKey(algorithm, oracle.Key, kernel);
            var output = new byte[r.Length];
            var tag = new byte[16];

            var state = IncrementalAead.Begin(key, oracle.Nonce, oracle.Aad);
            foreach (var (start, count) in Pieces(r.Length, r.Cuts))
            {
                IncrementalAead.Encrypt(key, ref state, oracle.Plaintext.AsSpan(start, count), output.AsSpan(start, count));
            }

            IncrementalAead.Finish(key, ref state, tag);

            var library = oracle.ClassLibrary();
            var bouncyCastle = oracle.BouncyCastle();
            return output.AsSpan().SequenceEqual(library.Ciphertext) && tag.AsSpan().SequenceEqual(library.Tag)
                && output.AsSpan().SequenceEqual(bouncyCastle.Ciphertext) && tag.AsSpan().SequenceEqual(bouncyCastle.Tag);
        },
        iter: 150);

    [Test]
    public void Decrypt_AnyCutInPlace_GivesPlaintextAndVerifies() => s_cutRecord.Sample(
        r =>
        {
            var oracle = AeadOracle.Create(algorithm, r.Seed, r.Length, r.AadLength);
            using var key = new AeadKey(algorithm, oracle.Key, kernel);
            var (data, tag) = oracle.ClassLibrary();

            var state = IncrementalAead.Begin(key, oracle.Nonce, oracle.Aad);
            foreach (var (start, count) in Pieces(r.Length, r.Cuts))
            {
                IncrementalAead.Decrypt(key, ref state, data.AsSpan(start, count), data.AsSpan(start, count));
            }

            return IncrementalAead.FinishAndVerify(key, ref state, tag) && data.AsSpan().SequenceEqual(oracle.Plaintext);
        },
        iter: 100);

    [Test]
    public void Encrypt_InPlaceAndSavedAndRestoredAtEveryCut_EqualsOracle() => s_cutRecord.Sample(
        r =>
        {
            var oracle = AeadOracle.Create(algorithm, r.Seed, r.Length, r.AadLength);
            using var key = new AeadKey(algorithm, oracle.Key, kernel);
            using var other = new AeadKey(algorithm, oracle.Key, CipherKernel.Portable);
            var data = oracle.Plaintext.ToArray();
            var saved = new byte[AeadState.SavedBytes];
            var tag = new byte[16];
            var usePortable = false;

            var state = IncrementalAead.Begin(key, oracle.Nonce, oracle.Aad);
            foreach (var (start, count) in Pieces(r.Length, r.Cuts))
            {
                IncrementalAead.Encrypt(usePortable ? other : key, ref state, data.AsSpan(start, count), data.AsSpan(start, count));
                state.Save(saved);
                state = AeadState.Restore(saved);
                usePortable = !usePortable;
            }

            IncrementalAead.Finish(usePortable ? other : key, ref state, tag);

            var library = oracle.ClassLibrary();
            return data.AsSpan().SequenceEqual(library.Ciphertext) && tag.AsSpan().SequenceEqual(library.Tag);
        },
        iter: 60);

    [Test]
    public void Absorb_AndEncryptDiscard_MixedWithOutput_KeepTheTag() => s_cutRecord.Sample(
        r =>
        {
            var oracle = AeadOracle.Create(algorithm, r.Seed, r.Length, r.AadLength);
            using var key = new AeadKey(algorithm, oracle.Key, kernel);
            var library = oracle.ClassLibrary();
            var output = new byte[r.Length];
            var intact = true;
            var turn = 0;

            var state = IncrementalAead.Begin(key, oracle.Nonce, oracle.Aad);
            foreach (var (start, count) in Pieces(r.Length, r.Cuts))
            {
                switch (turn++ % 4)
                {
                    case 0:
                        IncrementalAead.Absorb(key, ref state, library.Ciphertext.AsSpan(start, count));
                        break;
                    case 1:
                        IncrementalAead.EncryptDiscard(key, ref state, oracle.Plaintext.AsSpan(start, count));
                        break;
                    case 2:
                        IncrementalAead.Encrypt(key, ref state, oracle.Plaintext.AsSpan(start, count), output.AsSpan(start, count));
                        intact &= output.AsSpan(start, count).SequenceEqual(library.Ciphertext.AsSpan(start, count));
                        break;
                    default:
                        IncrementalAead.Decrypt(key, ref state, library.Ciphertext.AsSpan(start, count), output.AsSpan(start, count));
                        intact &= output.AsSpan(start, count).SequenceEqual(oracle.Plaintext.AsSpan(start, count));
                        break;
                }
            }

            return intact && IncrementalAead.FinishAndVerify(key, ref state, library.Tag);
        },
        iter: 80);

    [Test]
    public void XorKeystreamAt_AnyOffset_EqualsThatPartOfTheOracle() => Gen.Select(Gen.UInt, s_length, Gen.Double[0, 1], Gen.Double[0, 1]).Sample(
        r =>
        {
            var (seed, length, from, part) = r;
            var oracle = AeadOracle.Create(algorithm, seed, length, 5);
            using var key = new AeadKey(algorithm, oracle.Key, kernel);
            var start = (int)(from * length);
            var count = (int)(part * (length - start));
            var apart = new byte[count];
            var inPlace = oracle.Plaintext.AsSpan(start, count).ToArray();

            IncrementalAead.XorKeystreamAt(key, oracle.Nonce, (ulong)start, oracle.Plaintext.AsSpan(start, count), apart);
            IncrementalAead.XorKeystreamAt(key, oracle.Nonce, (ulong)start, inPlace, inPlace);

            var expected = oracle.ClassLibrary().Ciphertext.AsSpan(start, count);
            return apart.AsSpan().SequenceEqual(expected) && inPlace.AsSpan().SequenceEqual(expected);
        },
        iter: 150);

    [Test]
    public void Open_OneFlippedBitAnywhere_Fails() => Gen.Select(Gen.UInt, Gen.Int[0, 600], Gen.Int[1, 20], Gen.UInt).Sample(
        r =>
        {
            var (seed, length, aadLength, bit) = r;
            var oracle = AeadOracle.Create(algorithm, seed, length, aadLength);
            using var key = new AeadKey(algorithm, oracle.Key, kernel);
            var (ciphertext, tag) = oracle.ClassLibrary();
            var whole = (byte[])[.. oracle.Aad, .. ciphertext, .. tag];
            var plaintext = new byte[length];
            var authentic = Open(key, oracle.Nonce, whole, aadLength, plaintext);
            bit %= (uint)whole.Length * 8;

            whole[bit / 8] ^= (byte)(1 << (int)(bit % 8));
            var tampered = Open(key, oracle.Nonce, whole, aadLength, plaintext);

            return authentic && !tampered && plaintext.AsSpan().IndexOfAnyExcept((byte)0) < 0;
        },
        iter: 300);

    private static bool Open(AeadKey key, byte[] nonce, byte[] whole, int aadLength, byte[] plaintext) => IncrementalAead.Open(
        key, nonce, whole.AsSpan(0, aadLength), whole.AsSpan(aadLength, plaintext.Length), whole.AsSpan(whole.Length - 16), plaintext);

    // Cut lengths in turn, the last piece takes the rest.
    private static IEnumerable<(int Start, int Count)> Pieces(int length, int[] cuts)
    {
        var start = 0;
        foreach (var cut in cuts)
        {
            var count = Math.Min(cut, length - start);
            yield return (start, count);
            start += count;
        }

        yield return (start, length - start);
    }
}
