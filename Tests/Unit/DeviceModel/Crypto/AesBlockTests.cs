using System.Buffers.Binary;
using NicEmu.DeviceModel.Crypto;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Crypto;

[TestFixture]
internal sealed unsafe class AesBlockTests
{
    // FIPS-197 Appendix A.1 and A.3: cipher key and the last round key.
    [TestCase("2b7e151628aed2a6abf7158809cf4f3c", "d014f9a8c9ee2589e13f0cc8b6630ca6")]
    [TestCase("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", "fe4890d1e6188d0b046df344706c631e")]
    public void Expand_KeyOfAppendixA_GivesItsLastRoundKey(string key, string lastRoundKey)
    {
        var raw = CipherCases.Hex(key);
        var roundKeys = new byte[16 * (AesKeySchedule.Rounds(raw.Length) + 1)];

        AesKeySchedule.Expand(raw, roundKeys, useAesInstructions: false);

        Assert.That(roundKeys[^16..], Is.EqualTo(CipherCases.Hex(lastRoundKey)));
    }

    [Test]
    public void Expand_WithAesInstructions_GivesTheSameSchedule()
    {
        if (!AesNi.IsSupported)
        {
            Assert.Ignore("no AES instructions on this processor");
        }

        var key = CipherCases.Bytes(4, 32);
        var portable = new byte[AesKeySchedule.MaxBytes];
        var accelerated = new byte[AesKeySchedule.MaxBytes];

        AesKeySchedule.Expand(key, portable, useAesInstructions: false);
        AesKeySchedule.Expand(key, accelerated, useAesInstructions: true);

        Assert.That(accelerated, Is.EqualTo(portable));
    }

    // FIPS-197 Appendix C.1 and C.3.
    [TestCaseSource(typeof(CipherCases), nameof(CipherCases.AesKernels))]
    public void EncryptBlock_ExamplesOfAppendixC_GiveTheirOutput(CipherKernel kernel)
    {
        using var aes128 = new AeadKey(AeadAlgorithm.Aes128Gcm, CipherCases.Hex("000102030405060708090a0b0c0d0e0f"), kernel);
        using var aes256 = new AeadKey(
            AeadAlgorithm.Aes256Gcm, CipherCases.Hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"), kernel);

        var output128 = Encrypt(aes128, "00112233445566778899aabbccddeeff");
        var output256 = Encrypt(aes256, "00112233445566778899aabbccddeeff");

        Assert.That(output128, Is.EqualTo(CipherCases.Hex("69c4e0d86a7b0430d8cdb78070b4c55a")));
        Assert.That(output256, Is.EqualTo(CipherCases.Hex("8ea2b7ca516745bfeafc49904b496089")));
    }

    // SP 800-38A F.1.1: four blocks under one key, so that no block of a bit-sliced group leaks into its neighbour.
    [Test]
    public void EncryptBlocks_FourBlocksOfEcbExample_GiveTheirOutput()
    {
        var roundKeys = new byte[11 * 16];
        AesKeySchedule.Expand(CipherCases.Hex("2b7e151628aed2a6abf7158809cf4f3c"), roundKeys, useAesInstructions: false);
        var blocks = CipherCases.Hex(
            "6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51 30c81c46a35ce411e5fbc1191a0a52ef f69f2445df4f9b17ad2b417be66c3710");

        AesPortable.EncryptBlocks(roundKeys, blocks);

        Assert.That(blocks, Is.EqualTo(CipherCases.Hex(
            "3ad77bb40d7a3660a89ecaf32466ef97 f5d3d58503b9699de785895a96fdbaaf 43b1cd7f598ece23881b00e3ed030688 7b0c785e27e8ad3f8223207104725dd4")));
    }

    [Test]
    public void SubWord_EveryByte_IsAPermutationWithTheKnownCorners()
    {
        var seen = new HashSet<uint>();

        for (var value = 0u; value < 256; value++)
        {
            seen.Add(AesPortable.SubWord(value) & 0xFF);
        }

        // FIPS-197 figure 7: S(00) = 63, S(53) = ed, S(ff) = 16.
        Assert.That(seen, Has.Count.EqualTo(256));
        Assert.That(AesPortable.SubWord(0xFF53_0053), Is.EqualTo(0x16ED_63EDu));
    }

    // SP 800-38D §6.2: inc32 wraps within the last four bytes. Wherever the wrap falls in a group of blocks, the rest of the block stays.
    [TestCaseSource(typeof(CipherCases), nameof(CipherCases.AesKernels))]
    public void Encrypt_CounterPassesThirtyTwoBits_KeepsTheNonce(CipherKernel kernel)
    {
        var raw = CipherCases.Bytes(8, 16);
        var nonce = CipherCases.Bytes(9, 12);
        using var key = new AeadKey(AeadAlgorithm.Aes128Gcm, raw, kernel);
        using var oracle = System.Security.Cryptography.Aes.Create();
        oracle.Key = raw;
        for (var before = 1u; before < 36; before++)
        {
            var counters = new byte[40 * 16];
            for (var i = 0u; i < 40; i++)
            {
                nonce.CopyTo(counters, 16 * i);
                BinaryPrimitives.WriteUInt32BigEndian(counters.AsSpan((16 * (int)i) + 12), i - before);
            }

            var output = new byte[counters.Length];

            var state = IncrementalAead.Begin(key, nonce, uint.MaxValue - before, []);
            IncrementalAead.Encrypt(key, ref state, output, output);

            Assert.That(output, Is.EqualTo(oracle.EncryptEcb(counters, System.Security.Cryptography.PaddingMode.None)), $"{before} blocks before");
        }
    }

    private static byte[] Encrypt(AeadKey key, string block)
    {
        var bytes = CipherCases.Hex(block);
        fixed (byte* p = bytes)
        {
            key.Gcm.EncryptBlock(key.Material, p, p);
        }

        return bytes;
    }
}
