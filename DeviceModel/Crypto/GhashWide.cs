using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NicEmu.DeviceModel.Crypto;

/// <summary>GHASH of sixteen blocks at a time, four 128-bit products to an instruction and one reduction for all.</summary>
internal static unsafe class GhashWide
{
    /// <summary>Absorbs sixteen blocks: (accumulator + block0) * H^16 + block1 * H^15 ... + block15 * H.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Update(byte* material, Vector128<ulong> accumulator, byte* data)
    {
        // SAFETY: material is the pinned memory of a live AeadKey with sixteen powers, highest first; 256 bytes lie behind data.
        var powers = material + GcmMaterial.Powers;
        var mask = GhashClmul.ReverseMask;
        var reverse = Vector512.Create(Vector256.Create(mask, mask), Vector256.Create(mask, mask));
        var low = Vector512<ulong>.Zero;
        var middle = Vector512<ulong>.Zero;
        var high = Vector512<ulong>.Zero;
        Add(Avx512BW.Shuffle(Vector512.Load(data + 192), reverse).AsUInt64(), Vector512.Load(powers + 192).AsUInt64(), ref low, ref middle, ref high);
        Add(Avx512BW.Shuffle(Vector512.Load(data + 128), reverse).AsUInt64(), Vector512.Load(powers + 128).AsUInt64(), ref low, ref middle, ref high);
        Add(Avx512BW.Shuffle(Vector512.Load(data + 64), reverse).AsUInt64(), Vector512.Load(powers + 64).AsUInt64(), ref low, ref middle, ref high);

        // The accumulator comes last: it is the only operand that waits for the group before.
        var first = Avx512BW.Shuffle(Vector512.Load(data), reverse).AsUInt64() ^ accumulator.ToVector256().ToVector512();
        Add(first, Vector512.Load(powers).AsUInt64(), ref low, ref middle, ref high);
        return GhashClmul.Reduce(Sum(low), Sum(middle), Sum(high));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        Vector512<ulong> block, Vector512<ulong> power, ref Vector512<ulong> low, ref Vector512<ulong> middle, ref Vector512<ulong> high)
    {
        low ^= Pclmulqdq.V512.CarrylessMultiply(block, power, 0x00);
        middle ^= Pclmulqdq.V512.CarrylessMultiply(block, power, 0x01) ^ Pclmulqdq.V512.CarrylessMultiply(block, power, 0x10);
        high ^= Pclmulqdq.V512.CarrylessMultiply(block, power, 0x11);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Sum(Vector512<ulong> lanes)
    {
        var half = lanes.GetLower() ^ lanes.GetUpper();
        return half.GetLower() ^ half.GetUpper();
    }
}
