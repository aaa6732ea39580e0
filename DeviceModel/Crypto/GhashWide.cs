using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NicEmu.DeviceModel.Crypto;

/// <summary>GHASH of eight blocks at a time, four 128-bit products to an instruction.</summary>
internal static unsafe class GhashWide
{
    /// <summary>Absorbs eight blocks: accumulator * H^8 + block0 * H^8 + block1 * H^7 ... + block7 * H.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Update(in Keys keys, Vector128<ulong> accumulator, Vector512<byte> first, Vector512<byte> second)
    {
        var a = Avx512BW.Shuffle(first, keys.Reverse).AsUInt64() ^ Vector512.Create(Vector256.Create(accumulator, default), default);
        var b = Avx512BW.Shuffle(second, keys.Reverse).AsUInt64();
        var low = Pclmulqdq.V512.CarrylessMultiply(a, keys.First, 0x00) ^ Pclmulqdq.V512.CarrylessMultiply(b, keys.Second, 0x00);
        var high = Pclmulqdq.V512.CarrylessMultiply(a, keys.First, 0x11) ^ Pclmulqdq.V512.CarrylessMultiply(b, keys.Second, 0x11);
        var middle = Pclmulqdq.V512.CarrylessMultiply(a, keys.First, 0x01) ^ Pclmulqdq.V512.CarrylessMultiply(a, keys.First, 0x10)
            ^ Pclmulqdq.V512.CarrylessMultiply(b, keys.Second, 0x01) ^ Pclmulqdq.V512.CarrylessMultiply(b, keys.Second, 0x10);
        return GhashClmul.Reduce(Sum(low), Sum(middle), Sum(high));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Sum(Vector512<ulong> lanes)
    {
        var half = lanes.GetLower() ^ lanes.GetUpper();
        return half.GetLower() ^ half.GetUpper();
    }

    /// <summary>What every call needs, loaded once per run.</summary>
    public readonly ref struct Keys
    {
        /// <summary>H^8 to H^5.</summary>
        public readonly Vector512<ulong> First;

        /// <summary>H^4 to H.</summary>
        public readonly Vector512<ulong> Second;

        /// <summary>Reverses the bytes of each lane.</summary>
        public readonly Vector512<byte> Reverse;

        /// <summary>Loads the powers from an expanded key.</summary>
        public Keys(byte* material)
        {
            // SAFETY: material is the pinned memory of a live AeadKey; its last 128 bytes are the powers 8 to 1.
            First = Vector512.Load(material + GcmMaterial.Size - 128).AsUInt64();
            Second = Vector512.Load(material + GcmMaterial.Size - 64).AsUInt64();
            var reverse = GhashClmul.ReverseMask;
            Reverse = Vector512.Create(Vector256.Create(reverse, reverse), Vector256.Create(reverse, reverse));
        }
    }
}
