using System.Buffers.Binary;

namespace NicEmu.DeviceModel.Crypto;

/// <summary>
/// GHASH (SP 800-38D §6.4) with integer multiplications only. A field element is held byte-reversed in two words, the form that carry-less
/// multiply instructions use too; hash keys are multiplied by x beforehand.
/// </summary>
internal static class GhashPortable
{
    private const ulong EveryFourthBit = 0x1111_1111_1111_1111;

    /// <summary>Multiplies a hash key by x: the form in which every power is stored.</summary>
    public static UInt128 PrepareKey(UInt128 hashKey)
    {
        var carry = 0UL - (ulong)(hashKey >> 127);
        return (hashKey << 1) ^ new UInt128(0xC200_0000_0000_0000 & carry, 1 & carry);
    }

    /// <summary>The field product of an element and a prepared key.</summary>
    public static UInt128 Multiply(UInt128 element, UInt128 preparedKey)
    {
        ulong a0 = (ulong)element, a1 = (ulong)(element >> 64);
        ulong b0 = (ulong)preparedKey, b1 = (ulong)(preparedKey >> 64);
        var low = CarrylessMultiply(a0, b0);
        var high = CarrylessMultiply(a1, b1);
        var middle = CarrylessMultiply(a0 ^ a1, b0 ^ b1) ^ low ^ high;

        // x^128 + x^127 + x^126 + x^121 + 1, reflected: two foldings of 64 bits each.
        middle ^= Swap(low) ^ Fold((ulong)low);
        return high ^ Swap(middle) ^ Fold((ulong)middle);
    }

    /// <summary>Absorbs whole 16-byte blocks.</summary>
    public static UInt128 Update(UInt128 accumulator, UInt128 preparedKey, ReadOnlySpan<byte> blocks)
    {
        for (; blocks.Length >= 16; blocks = blocks[16..])
        {
            accumulator = Multiply(accumulator ^ BinaryPrimitives.ReadUInt128BigEndian(blocks), preparedKey);
        }

        return accumulator;
    }

    private static UInt128 Swap(UInt128 value) => new((ulong)value, (ulong)(value >> 64));

    private static UInt128 Fold(ulong word) =>
        new((word >> 1) ^ (word >> 2) ^ (word >> 7), (word << 63) ^ (word << 62) ^ (word << 57));

    private static UInt128 CarrylessMultiply(ulong x, ulong y)
    {
        var low = MultiplyLow(x, y);
        var high = ReverseBits(MultiplyLow(ReverseBits(x), ReverseBits(y))) >> 1;
        return new UInt128(high, low);
    }

    // Ordinary products of operands with three empty bits between two used ones: at most 15 ones meet below bit 60, so no carry reaches the
    // next used bit, and the parity of each sum is the carry-less product.
    private static ulong MultiplyLow(ulong x, ulong y)
    {
        ulong x0 = x & EveryFourthBit, x1 = x & (EveryFourthBit << 1), x2 = x & (EveryFourthBit << 2), x3 = x & (EveryFourthBit << 3);
        ulong y0 = y & EveryFourthBit, y1 = y & (EveryFourthBit << 1), y2 = y & (EveryFourthBit << 2), y3 = y & (EveryFourthBit << 3);
        var z0 = (x0 * y0) ^ (x1 * y3) ^ (x2 * y2) ^ (x3 * y1);
        var z1 = (x0 * y1) ^ (x1 * y0) ^ (x2 * y3) ^ (x3 * y2);
        var z2 = (x0 * y2) ^ (x1 * y1) ^ (x2 * y0) ^ (x3 * y3);
        var z3 = (x0 * y3) ^ (x1 * y2) ^ (x2 * y1) ^ (x3 * y0);
        return (z0 & EveryFourthBit) | (z1 & (EveryFourthBit << 1)) | (z2 & (EveryFourthBit << 2)) | (z3 & (EveryFourthBit << 3));
    }

    private static ulong ReverseBits(ulong x)
    {
        x = ((x >> 1) & 0x5555_5555_5555_5555) | ((x & 0x5555_5555_5555_5555) << 1);
        x = ((x >> 2) & 0x3333_3333_3333_3333) | ((x & 0x3333_3333_3333_3333) << 2);
        x = ((x >> 4) & 0x0F0F_0F0F_0F0F_0F0F) | ((x & 0x0F0F_0F0F_0F0F_0F0F) << 4);
        return BinaryPrimitives.ReverseEndianness(x);
    }
}
