using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NicEmu.DeviceModel.Crypto;

/// <summary>AES rounds with the processor's AES instructions, eight blocks interleaved to hide their latency.</summary>
internal static unsafe class AesNi
{
    /// <summary>True when AES, carry-less multiply and byte shuffle instructions exist.</summary>
    public static bool IsSupported => Aes.IsSupported && Pclmulqdq.IsSupported && Sse41.IsSupported;

    /// <summary>The S-box on each of the four bytes of a word.</summary>
    /// <remarks>ShiftRows moves bytes between equal columns only and the round key is zero, so SubBytes is all that remains.</remarks>
    public static uint SubWord(uint word) =>
        Aes.EncryptLast(Vector128.Create(word).AsByte(), Vector128<byte>.Zero).AsUInt32().ToScalar();

    /// <summary>Encrypts one block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Encrypt(byte* material, Vector128<byte> block)
    {
        // SAFETY: material is the pinned memory of a live AeadKey, GcmMaterial.Size bytes with a round count of 10 or 14.
        var rounds = *(int*)(material + GcmMaterial.RoundCount);
        block ^= Vector128.Load(material);
        var key = material + 16;
        for (var i = 1; i < rounds; i++, key += 16)
        {
            block = Aes.Encrypt(block, Vector128.Load(key));
        }

        return Aes.EncryptLast(block, Vector128.Load(key));
    }

    /// <summary>Runs the rounds over groups of eight blocks that already carry the first round key.</summary>
    /// <remarks>A method of its own, so that the eight blocks and the round key have the registers for themselves.</remarks>
    /// <param name="material">Expanded key.</param>
    /// <param name="blocks">128 * groups bytes, replaced by the result.</param>
    /// <param name="groups">How many eights, at least 1.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void EncryptWhitened(byte* material, byte* blocks, int groups)
    {
        // SAFETY: material is the pinned memory of a live AeadKey, which holds rounds + 1 round keys from its start; the caller promises the
        // length of blocks.
        var last = material + (16 * *(int*)(material + GcmMaterial.RoundCount));
        do
        {
            var b0 = Vector128.Load(blocks);
            var b1 = Vector128.Load(blocks + 16);
            var b2 = Vector128.Load(blocks + 32);
            var b3 = Vector128.Load(blocks + 48);
            var b4 = Vector128.Load(blocks + 64);
            var b5 = Vector128.Load(blocks + 80);
            var b6 = Vector128.Load(blocks + 96);
            var b7 = Vector128.Load(blocks + 112);
            var key = material + 16;
            Vector128<byte> k;
            do
            {
                k = Vector128.Load(key);
                b0 = Aes.Encrypt(b0, k);
                b1 = Aes.Encrypt(b1, k);
                b2 = Aes.Encrypt(b2, k);
                b3 = Aes.Encrypt(b3, k);
                b4 = Aes.Encrypt(b4, k);
                b5 = Aes.Encrypt(b5, k);
                b6 = Aes.Encrypt(b6, k);
                b7 = Aes.Encrypt(b7, k);
                key += 16;
            }
            while (key != last);

            k = Vector128.Load(key);
            Aes.EncryptLast(b0, k).Store(blocks);
            Aes.EncryptLast(b1, k).Store(blocks + 16);
            Aes.EncryptLast(b2, k).Store(blocks + 32);
            Aes.EncryptLast(b3, k).Store(blocks + 48);
            Aes.EncryptLast(b4, k).Store(blocks + 64);
            Aes.EncryptLast(b5, k).Store(blocks + 80);
            Aes.EncryptLast(b6, k).Store(blocks + 96);
            Aes.EncryptLast(b7, k).Store(blocks + 112);
            blocks += 128;
        }
        while (--groups > 0);
    }

    /// <summary>Writes eight blocks of keystream.</summary>
    /// <param name="material">Expanded key.</param>
    /// <param name="prefix">Counter block; its last word is replaced.</param>
    /// <param name="counter">The 32-bit counter of the first block; wraps to 0 (SP 800-38D §6.2, inc32).</param>
    /// <param name="keystream">128 bytes.</param>
    public static void Keystream8(byte* material, Vector128<byte> prefix, uint counter, byte* keystream)
    {
        // SAFETY: material as above; keystream has 128 writable bytes, promised by the caller.
        var bigEndian = BigEndianCounter;
        var whitening = Vector128.Load(material);
        var counters = prefix.AsUInt32().WithElement(3, counter);
        for (var i = 0; i < 128; i += 16)
        {
            (Ssse3.Shuffle(counters.AsByte(), bigEndian) ^ whitening).Store(keystream + i);
            counters += Vector128.Create(0u, 0, 0, 1);
        }

        EncryptWhitened(material, keystream, 1);
    }

    /// <summary>Turns a counter block whose last word is a native integer into one whose last word is big-endian.</summary>
    public static Vector128<byte> BigEndianCounter => Vector128.Create((byte)0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 14, 13, 12);
}
