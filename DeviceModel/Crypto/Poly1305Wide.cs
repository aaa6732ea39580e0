using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NicEmu.DeviceModel.Crypto;

/// <summary>
/// Poly1305 with eight sums side by side, each in five limbs of 26 bits: lane sums advance by r^8 a turn, and at the end the lane that met
/// block b of its eight is multiplied by r^(8 - b).
/// </summary>
internal static unsafe class Poly1305Wide
{
    private const int LaneBlocks = 8;
    private const int LaneBytes = 16 * LaneBlocks;

    // The powers of r cost about as much as sixteen blocks.
    private const int WorthwhileBlocks = 32;

    private const int LimbBits = 26;
    private const ulong LimbMask = (1UL << LimbBits) - 1;

    /// <summary>Absorbs whole 16-byte blocks, each with bit 128 set.</summary>
    public static void Update(ref MacState mac, byte* data, nuint blocks)
    {
        if (blocks >= WorthwhileBlocks)
        {
            // SAFETY: the caller promises 16 * blocks readable bytes, of which the turns take the first.
            var turns = blocks / LaneBlocks;
            UpdateLanes(ref mac, data, turns);
            data += turns * LaneBytes;
            blocks -= turns * LaneBlocks;
        }

        Poly1305.Update(ref mac, data, blocks);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void UpdateLanes(ref MacState mac, byte* data, nuint turns)
    {
        // SAFETY: two tables of five vectors of eight words; data has 128 * turns bytes.
        var lanePowers = stackalloc ulong[5 * LaneBlocks];
        FillPowers(in mac, lanePowers);

        // Lane 0 holds r^8.
        Multiplier step = new(
            Vector512.Create(lanePowers[0]),
            Vector512.Create(lanePowers[8]),
            Vector512.Create(lanePowers[16]),
            Vector512.Create(lanePowers[24]),
            Vector512.Create(lanePowers[32]));
        Split(mac.Sum0, mac.Sum1, mac.Sum2, out var s0, out var s1, out var s2, out var s3, out var s4);
        var h0 = Vector512.CreateScalar(s0);
        var h1 = Vector512.CreateScalar(s1);
        var h2 = Vector512.CreateScalar(s2);
        var h3 = Vector512.CreateScalar(s3);
        var h4 = Vector512.CreateScalar(s4);
        AddBlocks(data, ref h0, ref h1, ref h2, ref h3, ref h4);
        while (--turns > 0)
        {
            data += LaneBytes;
            Multiply(in step, ref h0, ref h1, ref h2, ref h3, ref h4);
            AddBlocks(data, ref h0, ref h1, ref h2, ref h3, ref h4);
        }

        Multiplier last = new(
            Vector512.Load(lanePowers),
            Vector512.Load(lanePowers + 8),
            Vector512.Load(lanePowers + 16),
            Vector512.Load(lanePowers + 24),
            Vector512.Load(lanePowers + 32));
        Multiply(in last, ref h0, ref h1, ref h2, ref h3, ref h4);
        Join(ref mac, Vector512.Sum(h0), Vector512.Sum(h1), Vector512.Sum(h2), Vector512.Sum(h3), Vector512.Sum(h4));
        new Span<ulong>(lanePowers, 5 * LaneBlocks).Clear();
    }

    // Unpacking interleaves the two halves of a turn, so the lanes meet blocks 0, 4, 1, 5, 2, 6, 3, 7.
    private static void FillPowers(in MacState mac, ulong* table)
    {
        ulong p0 = mac.Multiplier0, p1 = mac.Multiplier1, p2 = 0;
        for (var power = 1; ; power++)
        {
            // SAFETY: the lane is below 8 and the table holds five rows of eight words.
            var block = LaneBlocks - power;
            var lane = ((block & 3) << 1) | (block >> 2);
            Split(p0, p1, p2, out table[lane], out table[8 + lane], out table[16 + lane], out table[24 + lane], out table[32 + lane]);
            if (power == LaneBlocks)
            {
                return;
            }

            Poly1305.Multiply(ref p0, ref p1, ref p2, mac.Multiplier0, mac.Multiplier1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddBlocks(
        byte* data, ref Vector512<ulong> h0, ref Vector512<ulong> h1, ref Vector512<ulong> h2, ref Vector512<ulong> h3, ref Vector512<ulong> h4)
    {
        // SAFETY: 128 bytes lie behind data.
        var first = Vector512.Load((ulong*)data);
        var second = Vector512.Load((ulong*)(data + 64));
        var low = Avx512F.UnpackLow(first, second);
        var high = Avx512F.UnpackHigh(first, second);
        var mask = Vector512.Create(LimbMask);
        h0 += low & mask;
        h1 += (low >>> 26) & mask;
        h2 += ((low >>> 52) | (high << 12)) & mask;
        h3 += (high >>> 14) & mask;
        h4 += (high >>> 40) | Vector512.Create(1UL << 24);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(
        in Multiplier r,
        ref Vector512<ulong> h0,
        ref Vector512<ulong> h1,
        ref Vector512<ulong> h2,
        ref Vector512<ulong> h3,
        ref Vector512<ulong> h4)
    {
        var d0 = Product(h0, r.R0) + Product(h1, r.S4) + Product(h2, r.S3) + Product(h3, r.S2) + Product(h4, r.S1);
        var d1 = Product(h0, r.R1) + Product(h1, r.R0) + Product(h2, r.S4) + Product(h3, r.S3) + Product(h4, r.S2);
        var d2 = Product(h0, r.R2) + Product(h1, r.R1) + Product(h2, r.R0) + Product(h3, r.S4) + Product(h4, r.S3);
        var d3 = Product(h0, r.R3) + Product(h1, r.R2) + Product(h2, r.R1) + Product(h3, r.R0) + Product(h4, r.S4);
        var d4 = Product(h0, r.R4) + Product(h1, r.R3) + Product(h2, r.R2) + Product(h3, r.R1) + Product(h4, r.R0);

        // Two carry chains run side by side; limb 4 returns to limb 0 times 5. Every limb ends below 2^26 plus a small carry.
        var mask = Vector512.Create(LimbMask);
        d1 += d0 >>> LimbBits;
        d4 += d3 >>> LimbBits;
        d0 &= mask;
        d3 &= mask;
        d2 += d1 >>> LimbBits;
        var over = d4 >>> LimbBits;
        d0 += over + (over << 2);
        h1 = d1 & mask;
        h4 = d4 & mask;
        d3 += d2 >>> LimbBits;
        h1 += d0 >>> LimbBits;
        h2 = d2 & mask;
        h0 = d0 & mask;
        h4 += d3 >>> LimbBits;
        h3 = d3 & mask;
    }

    // Low halves of the lanes only: every limb and multiplier stays below 2^32.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Product(Vector512<ulong> a, Vector512<ulong> b) => Avx512F.Multiply(a.AsUInt32(), b.AsUInt32());

    private static void Split(ulong w0, ulong w1, ulong w2, out ulong l0, out ulong l1, out ulong l2, out ulong l3, out ulong l4)
    {
        l0 = w0 & LimbMask;
        l1 = (w0 >> 26) & LimbMask;
        l2 = ((w0 >> 52) | (w1 << 12)) & LimbMask;
        l3 = (w1 >> 14) & LimbMask;
        l4 = (w1 >> 40) | (w2 << 24);
    }

    // After the second walk every limb but the last is below 2^26, so that the limbs tile the words without carries.
    private static void Join(ref MacState mac, ulong l0, ulong l1, ulong l2, ulong l3, ulong l4)
    {
        for (var walk = 0; walk < 2; walk++)
        {
            l1 += l0 >> LimbBits;
            l2 += l1 >> LimbBits;
            l3 += l2 >> LimbBits;
            l4 += l3 >> LimbBits;
            l0 = (l0 & LimbMask) + (5 * (l4 >> LimbBits));
            l1 &= LimbMask;
            l2 &= LimbMask;
            l3 &= LimbMask;
            l4 &= LimbMask;
        }

        l1 += l0 >> LimbBits;
        l0 &= LimbMask;
        l2 += l1 >> LimbBits;
        l1 &= LimbMask;
        l3 += l2 >> LimbBits;
        l2 &= LimbMask;
        l4 += l3 >> LimbBits;
        l3 &= LimbMask;
        mac.Sum0 = l0 | (l1 << 26) | (l2 << 52);
        mac.Sum1 = (l2 >> 12) | (l3 << 14) | (l4 << 40);
        mac.Sum2 = l4 >> 24;
    }

    private readonly struct Multiplier(
        Vector512<ulong> r0, Vector512<ulong> r1, Vector512<ulong> r2, Vector512<ulong> r3, Vector512<ulong> r4)
    {
        public readonly Vector512<ulong> R0 = r0;
        public readonly Vector512<ulong> R1 = r1;
        public readonly Vector512<ulong> R2 = r2;
        public readonly Vector512<ulong> R3 = r3;
        public readonly Vector512<ulong> R4 = r4;
        public readonly Vector512<ulong> S1 = r1 + (r1 << 2);
        public readonly Vector512<ulong> S2 = r2 + (r2 << 2);
        public readonly Vector512<ulong> S3 = r3 + (r3 << 2);
        public readonly Vector512<ulong> S4 = r4 + (r4 << 2);
    }
}
