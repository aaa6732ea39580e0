using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace NicEmu.DeviceModel.Crypto;

/// <summary>Poly1305 (RFC 8439 §2.5) on 64-bit words. The running sum is kept below 2^131, not fully reduced.</summary>
internal static unsafe class Poly1305
{
    /// <summary>Bits that clamping leaves in the low word of r.</summary>
    public const ulong ClampLow = 0x0FFF_FFFC_0FFF_FFFF;

    /// <summary>Bits that clamping leaves in the high word of r.</summary>
    public const ulong ClampHigh = 0x0FFF_FFFC_0FFF_FFFC;

    /// <summary>The largest top word that a running sum can have.</summary>
    public const ulong MaxTopWord = 7;

    /// <summary>Starts with a 32-byte one-time key.</summary>
    public static void Begin(ref MacState mac, ReadOnlySpan<byte> oneTimeKey)
    {
        mac = new MacState
        {
            Multiplier0 = BinaryPrimitives.ReadUInt64LittleEndian(oneTimeKey) & ClampLow,
            Multiplier1 = BinaryPrimitives.ReadUInt64LittleEndian(oneTimeKey[8..]) & ClampHigh,
            Addend0 = BinaryPrimitives.ReadUInt64LittleEndian(oneTimeKey[16..]),
            Addend1 = BinaryPrimitives.ReadUInt64LittleEndian(oneTimeKey[24..]),
        };
    }

    /// <summary>Absorbs whole 16-byte blocks, each with bit 128 set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Update(ref MacState mac, byte* data, nuint blocks)
    {
        ulong h0 = mac.Sum0, h1 = mac.Sum1, h2 = mac.Sum2;
        for (; blocks > 0; blocks--, data += 16)
        {
            // SAFETY: the caller promises 16 * blocks readable bytes. Words are read little-endian; every .NET 10 target is.
            Add(ref h0, ref h1, ref h2, *(ulong*)data, *(ulong*)(data + 8), 1);
            Multiply(ref h0, ref h1, ref h2, mac.Multiplier0, mac.Multiplier1);
        }

        mac.Sum0 = h0;
        mac.Sum1 = h1;
        mac.Sum2 = h2;
    }

    /// <summary>Absorbs a message end of 1 to 15 bytes: a one follows its last byte (RFC 8439 §2.5.1).</summary>
    public static void UpdateShort(ref MacState mac, ReadOnlySpan<byte> end)
    {
        Span<byte> block = stackalloc byte[16];
        block.Clear();
        end.CopyTo(block);
        block[end.Length] = 1;
        var low = BinaryPrimitives.ReadUInt64LittleEndian(block);
        var high = BinaryPrimitives.ReadUInt64LittleEndian(block[8..]);
        Add(ref mac.Sum0, ref mac.Sum1, ref mac.Sum2, low, high, 0);
        Multiply(ref mac.Sum0, ref mac.Sum1, ref mac.Sum2, mac.Multiplier0, mac.Multiplier1);
    }

    /// <summary>Writes the 16-byte tag: the sum modulo 2^130 - 5, plus s, modulo 2^128.</summary>
    public static void Finish(in MacState mac, Span<byte> tag)
    {
        ulong h0 = mac.Sum0, h1 = mac.Sum1, h2 = mac.Sum2;
        Fold(ref h0, ref h1, ref h2);

        // Now below 2^130 + 5. Add 5: if that reaches 2^130, the sum was at least the modulus and the result is sum - modulus.
        ulong g0 = h0, g1 = h1, g2 = h2;
        Add(ref g0, ref g1, ref g2, 5, 0, 0);
        var take = 0UL - (ulong)((g2 >> 2) != 0 ? 1 : 0);
        h0 = (g0 & take) | (h0 & ~take);
        h1 = (g1 & take) | (h1 & ~take);
        Add(ref h0, ref h1, ref h2, mac.Addend0, mac.Addend1, 0);
        BinaryPrimitives.WriteUInt64LittleEndian(tag, h0);
        BinaryPrimitives.WriteUInt64LittleEndian(tag[8..], h1);
    }

    /// <summary>Multiplies a number below 2^131 by a clamped r, modulo 2^130 - 5, to a number below 2^131.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply(ref ulong h0, ref ulong h1, ref ulong h2, ulong r0, ulong r1)
    {
        // Clamping clears the low two bits of r1, so r1 * 2^128 = (r1 / 4) * 2^130 = 5 (r1 / 4) = r1 + r1 / 4.
        var s1 = r1 + (r1 >> 2);
        var d0 = Math.BigMul(h0, r0, out var d0Low);
        d0 += AddProduct(ref d0Low, h1, s1);
        var d1 = Math.BigMul(h0, r1, out var d1Low);
        d1 += AddProduct(ref d1Low, h1, r0);
        d1 += AddWord(ref d1Low, h2 * s1);
        d1 += AddWord(ref d1Low, d0);
        h0 = d0Low;
        h1 = d1Low;
        h2 = (h2 * r0) + d1;
        Fold(ref h0, ref h1, ref h2);
    }

    // Bits from 130 up come back multiplied by 5.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fold(ref ulong h0, ref ulong h1, ref ulong h2)
    {
        var above = (h2 & ~3UL) + (h2 >> 2);
        h2 &= 3;
        Add(ref h0, ref h1, ref h2, above, 0, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ref ulong h0, ref ulong h1, ref ulong h2, ulong a0, ulong a1, ulong a2)
    {
        var carry = AddWord(ref h0, a0);
        var carried = AddWord(ref h1, carry);
        h2 += a2 + carried + AddWord(ref h1, a1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong AddProduct(ref ulong low, ulong x, ulong y)
    {
        var high = Math.BigMul(x, y, out var productLow);
        return high + AddWord(ref low, productLow);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong AddWord(ref ulong word, ulong addend)
    {
        word += addend;
        return word < addend ? 1UL : 0UL;
    }
}
