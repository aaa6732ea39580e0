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

    /// <summary>Combines groups of eight blocks with the encryption of counter blocks that already carry the first round key.</summary>
    /// <remarks>A method of its own, so that the eight blocks and the round key have the registers for themselves.</remarks>
    /// <param name="material">Expanded key.</param>
    /// <param name="counters">128 * groups bytes: counter blocks combined with the first round key.</param>
    /// <param name="input">128 * groups bytes.</param>
    /// <param name="output">128 * groups bytes: the input itself or memory apart from it.</param>
    /// <param name="groups">How many eights, at least 1.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void XorWhitened(byte* material, byte* counters, byte* input, byte* output, int groups)
    {
        // SAFETY: material is the pinned memory of a live AeadKey, which holds rounds + 1 round keys from its start; the caller promises the
        // lengths of the other three, which advance together.
        var last = material + (16 * *(int*)(material + GcmMaterial.RoundCount));
        do
        {
            var b0 = Vector128.Load(counters);
            var b1 = Vector128.Load(counters + 16);
            var b2 = Vector128.Load(counters + 32);
            var b3 = Vector128.Load(counters + 48);
            var b4 = Vector128.Load(counters + 64);
            var b5 = Vector128.Load(counters + 80);
            var b6 = Vector128.Load(counters + 96);
            var b7 = Vector128.Load(counters + 112);
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
            (Aes.EncryptLast(b0, k) ^ Vector128.Load(input)).Store(output);
            (Aes.EncryptLast(b1, k) ^ Vector128.Load(input + 16)).Store(output + 16);
            (Aes.EncryptLast(b2, k) ^ Vector128.Load(input + 32)).Store(output + 32);
            (Aes.EncryptLast(b3, k) ^ Vector128.Load(input + 48)).Store(output + 48);
            (Aes.EncryptLast(b4, k) ^ Vector128.Load(input + 64)).Store(output + 64);
            (Aes.EncryptLast(b5, k) ^ Vector128.Load(input + 80)).Store(output + 80);
            (Aes.EncryptLast(b6, k) ^ Vector128.Load(input + 96)).Store(output + 96);
            (Aes.EncryptLast(b7, k) ^ Vector128.Load(input + 112)).Store(output + 112);
            counters += 128;
            input += 128;
            output += 128;
        }
        while (--groups > 0);
    }

    /// <summary>Turns a counter block whose last word is a native integer into one whose last word is big-endian.</summary>
    public static Vector128<byte> BigEndianCounter => Vector128.Create((byte)0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 14, 13, 12);
}
