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

    /// <summary>Encrypts eight blocks that already carry the first round key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Rounds8(
        byte* material,
        int rounds,
        ref Vector128<byte> b0,
        ref Vector128<byte> b1,
        ref Vector128<byte> b2,
        ref Vector128<byte> b3,
        ref Vector128<byte> b4,
        ref Vector128<byte> b5,
        ref Vector128<byte> b6,
        ref Vector128<byte> b7)
    {
        // SAFETY: material is the pinned memory of a live AeadKey, which holds rounds + 1 round keys from its start.
        var key = material + 16;
        var last = material + (16 * rounds);
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
        b0 = Aes.EncryptLast(b0, k);
        b1 = Aes.EncryptLast(b1, k);
        b2 = Aes.EncryptLast(b2, k);
        b3 = Aes.EncryptLast(b3, k);
        b4 = Aes.EncryptLast(b4, k);
        b5 = Aes.EncryptLast(b5, k);
        b6 = Aes.EncryptLast(b6, k);
        b7 = Aes.EncryptLast(b7, k);
    }

    /// <summary>Writes eight blocks of keystream, the first for the counter block given.</summary>
    /// <param name="material">Expanded key.</param>
    /// <param name="prefix">Counter block; its last word is replaced.</param>
    /// <param name="counter">The 32-bit counter of the first block; wraps to 0 (SP 800-38D §6.2, inc32).</param>
    /// <param name="keystream">128 bytes.</param>
    public static void Keystream8(byte* material, Vector128<byte> prefix, uint counter, byte* keystream)
    {
        // SAFETY: material as above; keystream has 128 writable bytes, promised by the caller.
        var rounds = *(int*)(material + GcmMaterial.RoundCount);
        prefix ^= Vector128.Load(material);
        var whitening = prefix.AsUInt32();
        var mask = whitening.GetElement(3);
        var b0 = CounterBlock(whitening, mask, counter);
        var b1 = CounterBlock(whitening, mask, counter + 1);
        var b2 = CounterBlock(whitening, mask, counter + 2);
        var b3 = CounterBlock(whitening, mask, counter + 3);
        var b4 = CounterBlock(whitening, mask, counter + 4);
        var b5 = CounterBlock(whitening, mask, counter + 5);
        var b6 = CounterBlock(whitening, mask, counter + 6);
        var b7 = CounterBlock(whitening, mask, counter + 7);
        Rounds8(material, rounds, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        b0.Store(keystream);
        b1.Store(keystream + 16);
        b2.Store(keystream + 32);
        b3.Store(keystream + 48);
        b4.Store(keystream + 64);
        b5.Store(keystream + 80);
        b6.Store(keystream + 96);
        b7.Store(keystream + 112);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> CounterBlock(Vector128<uint> whitening, uint mask, uint counter) =>
        whitening.WithElement(3, mask ^ System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(counter)).AsByte();
}
