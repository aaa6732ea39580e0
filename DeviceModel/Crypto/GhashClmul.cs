using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NicEmu.DeviceModel.Crypto;

/// <summary>GHASH with 128-bit carry-less multiplications; up to eight blocks share one reduction.</summary>
internal static unsafe class GhashClmul
{
    private const int BlocksPerReduction = 8;

    /// <summary>Reverses the bytes of a block.</summary>
    public static Vector128<byte> ReverseMask =>
        Vector128.Create((byte)15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);

    /// <summary>The reduction polynomial, reflected: its high word is x^127 + x^126 + x^121.</summary>
    public static Vector128<ulong> Polynomial => Vector128.Create(1UL, 0xC200_0000_0000_0000);

    /// <summary>Absorbs whole blocks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Vector128<ulong> Update(byte* material, Vector128<ulong> accumulator, byte* data, nuint blocks)
    {
        // SAFETY: material is the pinned memory of a live AeadKey with PowerCount powers; the caller promises 16 * blocks readable bytes.
        var end = material + GcmMaterial.Size;
        var powers = end - (16 * BlocksPerReduction);
        for (; blocks >= BlocksPerReduction; blocks -= BlocksPerReduction, data += 16 * BlocksPerReduction)
        {
            var low = Vector128<ulong>.Zero;
            var middle = Vector128<ulong>.Zero;
            var high = Vector128<ulong>.Zero;
            Add(default, data + 112, powers + 112, ref low, ref middle, ref high);
            Add(default, data + 96, powers + 96, ref low, ref middle, ref high);
            Add(default, data + 80, powers + 80, ref low, ref middle, ref high);
            Add(default, data + 64, powers + 64, ref low, ref middle, ref high);
            Add(default, data + 48, powers + 48, ref low, ref middle, ref high);
            Add(default, data + 32, powers + 32, ref low, ref middle, ref high);
            Add(default, data + 16, powers + 16, ref low, ref middle, ref high);

            // The accumulator comes last: it is the only operand that waits for the group before.
            Add(accumulator, data, powers, ref low, ref middle, ref high);
            accumulator = Reduce(low, middle, high);
        }

        if (blocks > 0)
        {
            var low = Vector128<ulong>.Zero;
            var middle = Vector128<ulong>.Zero;
            var high = Vector128<ulong>.Zero;
            for (var power = end - (16 * blocks); power != end; power += 16, data += 16)
            {
                Add(accumulator, data, power, ref low, ref middle, ref high);
                accumulator = Vector128<ulong>.Zero;
            }

            accumulator = Reduce(low, middle, high);
        }

        return accumulator;
    }

    /// <summary>The field product of an element and a prepared key.</summary>
    public static Vector128<ulong> Multiply(Vector128<ulong> element, Vector128<ulong> key) => Reduce(
        Pclmulqdq.CarrylessMultiply(element, key, 0x00),
        Pclmulqdq.CarrylessMultiply(element, key, 0x01) ^ Pclmulqdq.CarrylessMultiply(element, key, 0x10),
        Pclmulqdq.CarrylessMultiply(element, key, 0x11));

    /// <summary>Folds a 256-bit product, given as low, middle (at bit 64) and high half, to 128 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Reduce(Vector128<ulong> low, Vector128<ulong> middle, Vector128<ulong> high)
    {
        var polynomial = Polynomial;
        middle ^= Swap(low) ^ Pclmulqdq.CarrylessMultiply(low, polynomial, 0x10);
        return high ^ Swap(middle) ^ Pclmulqdq.CarrylessMultiply(middle, polynomial, 0x10);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        Vector128<ulong> accumulator, byte* data, byte* power, ref Vector128<ulong> low, ref Vector128<ulong> middle, ref Vector128<ulong> high)
    {
        // SAFETY: a block lies behind data and a prepared power behind power.
        var block = accumulator ^ Ssse3.Shuffle(Vector128.Load(data), ReverseMask).AsUInt64();
        var key = Vector128.Load((ulong*)power);
        low ^= Pclmulqdq.CarrylessMultiply(block, key, 0x00);
        middle ^= Pclmulqdq.CarrylessMultiply(block, key, 0x01) ^ Pclmulqdq.CarrylessMultiply(block, key, 0x10);
        high ^= Pclmulqdq.CarrylessMultiply(block, key, 0x11);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Swap(Vector128<ulong> value) => Sse2.Shuffle(value.AsUInt32(), 0x4E).AsUInt64();
}
