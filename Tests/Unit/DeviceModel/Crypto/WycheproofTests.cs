using System.Buffers.Binary;
using System.Text.Json;
using NicEmu.DeviceModel.Crypto;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Crypto;

/// <summary>Project Wycheproof's AEAD vectors, read from the folder named by the environment variable NICEMU_VECTORS.</summary>
[TestFixture]
internal sealed class WycheproofTests
{
    [TestCaseSource(typeof(CipherCases), nameof(CipherCases.All))]
    public void Open_VectorsInTlsShape_AcceptExactlyTheValidOnes(AeadAlgorithm algorithm, CipherKernel kernel)
    {
        var wrong = new List<int>();
        var ran = 0;

        foreach (var vector in Load(algorithm).Where(v => v.Iv.Length == 12 && v.Tag.Length == 16))
        {
            using var key = new AeadKey(algorithm, vector.Key, kernel);
            var plaintext = new byte[vector.Ciphertext.Length];
            var ciphertext = new byte[vector.Message.Length];
            var tag = new byte[16];
            ran++;

            var opened = IncrementalAead.Open(key, vector.Iv, vector.Aad, vector.Ciphertext, vector.Tag, plaintext);
            IncrementalAead.Seal(key, vector.Iv, vector.Aad, vector.Message, ciphertext, tag);

            var sealedRight = ciphertext.AsSpan().SequenceEqual(vector.Ciphertext) && tag.AsSpan().SequenceEqual(vector.Tag);
            var openedRight = opened && plaintext.AsSpan().SequenceEqual(vector.Message);
            if (vector.Valid ? !(openedRight && sealedRight) : opened)
            {
                wrong.Add(vector.Id);
            }
        }

        Assert.That(wrong, Is.Empty);
        Assert.That(ran, Is.GreaterThanOrEqualTo(60), "vectors in TLS shape");
    }

    // Long IVs give initial counters close to 2^32 (SP 800-38D §7.1 step 2): the only way to see inc32 wrap in a short message.
    [TestCaseSource(typeof(CipherCases), nameof(CipherCases.AesKernels))]
    public void Encrypt_CounterWrapVectors_WrapWithinThirtyTwoBits(CipherKernel kernel)
    {
        var wrong = new List<int>();
        var ran = 0;

        foreach (var algorithm in new[] { AeadAlgorithm.Aes128Gcm, AeadAlgorithm.Aes256Gcm })
        {
            foreach (var vector in Load(algorithm).Where(v => v.CounterWrap && v.Valid && v.Tag.Length == 16))
            {
                using var key = new AeadKey(algorithm, vector.Key, kernel);
                var initial = InitialCounterBlock(key, vector.Iv);
                var ciphertext = new byte[vector.Message.Length];
                var tag = new byte[16];
                ran++;

                var state = IncrementalAead.Begin(key, initial.AsSpan(0, 12), BinaryPrimitives.ReadUInt32BigEndian(initial.AsSpan(12)), vector.Aad);
                IncrementalAead.Encrypt(key, ref state, vector.Message, ciphertext);
                IncrementalAead.Finish(key, ref state, tag);

                if (!ciphertext.AsSpan().SequenceEqual(vector.Ciphertext) || !tag.AsSpan().SequenceEqual(vector.Tag))
                {
                    wrong.Add(vector.Id);
                }
            }
        }

        Assert.That(wrong, Is.Empty);
        Assert.That(ran, Is.GreaterThanOrEqualTo(20), "counter wrap vectors");
    }

    // SP 800-38D §7.1: GHASH of the IV, padded, and its length. The prepared hash key is the last power of the expanded key.
    private static unsafe byte[] InitialCounterBlock(AeadKey key, byte[] iv)
    {
        var padded = new byte[((iv.Length + 15) / 16 * 16) + 16];
        iv.CopyTo(padded, 0);
        BinaryPrimitives.WriteUInt64BigEndian(padded.AsSpan(padded.Length - 8), (ulong)iv.Length * 8);
        var hashKey = BinaryPrimitives.ReadUInt128LittleEndian(new ReadOnlySpan<byte>(key.Material + GcmMaterial.Size - 16, 16));
        var block = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(block, GhashPortable.Update(0, hashKey, padded));
        return block;
    }

    private static List<Vector> Load(AeadAlgorithm algorithm)
    {
        var folder = Environment.GetEnvironmentVariable("NICEMU_VECTORS");
        if (string.IsNullOrEmpty(folder))
        {
            Assert.Ignore("NICEMU_VECTORS names no folder with Wycheproof's files");
        }

        var name = algorithm == AeadAlgorithm.ChaCha20Poly1305 ? "chacha20_poly1305_test.json" : "aes_gcm_test.json";
        using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder!, name)));
        var keyBits = 8 * AeadKey.KeyBytes(algorithm);
        var vectors = new List<Vector>();
        foreach (var group in file.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            if (group.GetProperty("keySize").GetInt32() != keyBits)
            {
                continue;
            }

            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                vectors.Add(new Vector(
                    test.GetProperty("tcId").GetInt32(),
                    Field(test, "key"),
                    Field(test, "iv"),
                    Field(test, "aad"),
                    Field(test, "msg"),
                    Field(test, "ct"),
                    Field(test, "tag"),
                    test.GetProperty("result").GetString() == "valid",
                    test.GetProperty("flags").EnumerateArray().Any(f => f.GetString() == "CounterWrap")));
            }
        }

        return vectors;
    }

    private static byte[] Field(JsonElement test, string name) => Convert.FromHexString(test.GetProperty(name).GetString()!);

    private sealed record Vector(
        int Id, byte[] Key, byte[] Iv, byte[] Aad, byte[] Message, byte[] Ciphertext, byte[] Tag, bool Valid, bool CounterWrap);
}
