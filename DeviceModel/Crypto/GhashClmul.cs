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
        var reverse = ReverseMask;
        while (blocks > 0)
        {
            var count = blocks < BlocksPerReduction ? blocks : BlocksPerReduction;
            var power = (ulong*)(material + GcmMaterial.Powers) + (2 * (GcmMaterial.PowerCount - count));
            var low = Vector128<ulong>.Zero;
            var middle = Vector128<ulong>.Zero;
            var high = Vector128<ulong>.Zero;
            for (nuint i = 0; i < count; i++, data += 16, power += 2)
            {
                var block = accumulator ^ Ssse3.Shuffle(Vector128.Load(data), reverse).AsUInt64();
                var key = Vector128.Load(power);
                accumulator = Vector128<ulong>.Zero;
                low ^= Pclmulqdq.CarrylessMultiply(block, key, 0x00);
                middle ^= Pclmulqdq.CarrylessMultiply(block, key, 0x01) ^ Pclmulqdq.CarrylessMultiply(block, key, 0x10);
                high ^= Pclmulqdq.CarrylessMultiply(block, key, 0x11);
            }

            accumulator = Reduce(low, middle, high);
            blocks -= count;
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
    private static Vector128<ulong> Swap(Vector128<ulong> value) => Sse2.Shuffle(value.AsUInt32(), 0x4E).AsUInt64();
}
