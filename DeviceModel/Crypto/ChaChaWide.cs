using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace NicEmu.DeviceModel.Crypto;

/// <summary>ChaCha20 with the same row of four blocks in each 512-bit vector, sixteen blocks interleaved.</summary>
internal sealed unsafe class ChaChaWide : ChaChaKernel
{
    private const int QuadBytes = 4 * BlockBytes;

    /// <inheritdoc/>
    public override void Hash(ref MacState mac, byte* data, nuint blocks) => Poly1305Wide.Update(ref mac, data, blocks);

    /// <inheritdoc/>
    [SkipLocalsInit]
    public override void Block(byte* key, byte* nonce, uint counter, byte* keystream)
    {
        // SAFETY: the scratch holds eight blocks; one is handed out.
        var blocks = stackalloc byte[2 * QuadBytes];
        Eight(key, nonce, counter, blocks);
        Vector512.Load(blocks).Store(keystream);
        CryptographicOperations.ZeroMemory(new Span<byte>(blocks, 2 * QuadBytes));
    }

    /// <inheritdoc/>
    public override void Xor(byte* key, byte* nonce, uint counter, uint skip, byte* input, byte* output, nuint length)
    {
        if (skip != 0 && length > 0)
        {
            // SAFETY: the data pointers advance by what was handled and never past length, here and below.
            var count = nuint.Min(length, (2 * QuadBytes) - skip);
            XorEight(key, nonce, counter, skip, input, output, count);
            counter += 8;
            input += count;
            output += count;
            length -= count;
        }

        var sixteens = length / (4 * QuadBytes);
        if (sixteens > 0)
        {
            XorSixteens(key, nonce, counter, input, output, sixteens);
            counter += 16 * (uint)sixteens;
            input += sixteens * 4 * QuadBytes;
            output += sixteens * 4 * QuadBytes;
            length -= sixteens * 4 * QuadBytes;
        }

        while (length > 0)
        {
            var count = nuint.Min(length, 2 * QuadBytes);
            XorEight(key, nonce, counter, 0, input, output, count);
            counter += 8;
            input += count;
            output += count;
            length -= count;
        }
    }

    [SkipLocalsInit]
    private static void XorEight(byte* key, byte* nonce, uint counter, uint skip, byte* input, byte* output, nuint count)
    {
        // SAFETY: the scratch holds eight blocks, and skip + count is no more.
        var keystream = stackalloc byte[2 * QuadBytes];
        Eight(key, nonce, counter, keystream);
        XorBytes(input, keystream + skip, output, count);
        CryptographicOperations.ZeroMemory(new Span<byte>(keystream, 2 * QuadBytes));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void XorSixteens(byte* key, byte* nonce, uint counter, byte* input, byte* output, nuint turns)
    {
        // SAFETY: 1024 * turns bytes lie behind input and output, promised by the caller.
        var a = Broadcast(Vector128.Create("expand 32-byte k"u8));
        var b = Broadcast(Vector128.Load(key));
        var c = Broadcast(Vector128.Load(key + 16));
        var d = Counters(nonce, counter);
        var four = Vector512.Create(4u, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0);
        for (; turns > 0; turns--)
        {
            Vector512<uint> start0 = d, start1 = d + four, start2 = start1 + four, start3 = start2 + four;
            Vector512<uint> a0 = a, b0 = b, c0 = c, d0 = start0;
            Vector512<uint> a1 = a, b1 = b, c1 = c, d1 = start1;
            Vector512<uint> a2 = a, b2 = b, c2 = c, d2 = start2;
            Vector512<uint> a3 = a, b3 = b, c3 = c, d3 = start3;
            for (var round = 0; round < 10; round++)
            {
                QuarterRounds(ref a0, ref b0, ref c0, ref d0);
                QuarterRounds(ref a1, ref b1, ref c1, ref d1);
                QuarterRounds(ref a2, ref b2, ref c2, ref d2);
                QuarterRounds(ref a3, ref b3, ref c3, ref d3);
                Turn(ref b0, ref c0, ref d0);
                Turn(ref b1, ref c1, ref d1);
                Turn(ref b2, ref c2, ref d2);
                Turn(ref b3, ref c3, ref d3);
                QuarterRounds(ref a0, ref b0, ref c0, ref d0);
                QuarterRounds(ref a1, ref b1, ref c1, ref d1);
                QuarterRounds(ref a2, ref b2, ref c2, ref d2);
                QuarterRounds(ref a3, ref b3, ref c3, ref d3);
                Turn(ref d0, ref c0, ref b0);
                Turn(ref d1, ref c1, ref b1);
                Turn(ref d2, ref c2, ref b2);
                Turn(ref d3, ref c3, ref b3);
            }

            XorQuad(a0 + a, b0 + b, c0 + c, d0 + start0, input, output);
            XorQuad(a1 + a, b1 + b, c1 + c, d1 + start1, input + QuadBytes, output + QuadBytes);
            XorQuad(a2 + a, b2 + b, c2 + c, d2 + start2, input + (2 * QuadBytes), output + (2 * QuadBytes));
            XorQuad(a3 + a, b3 + b, c3 + c, d3 + start3, input + (3 * QuadBytes), output + (3 * QuadBytes));
            d = start3 + four;
            input += 4 * QuadBytes;
            output += 4 * QuadBytes;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Eight(byte* key, byte* nonce, uint counter, byte* keystream)
    {
        // SAFETY: 32 bytes of key, 12 of nonce, 512 of keystream.
        var a = Broadcast(Vector128.Create("expand 32-byte k"u8));
        var b = Broadcast(Vector128.Load(key));
        var c = Broadcast(Vector128.Load(key + 16));
        var start0 = Counters(nonce, counter);
        var start1 = start0 + Vector512.Create(4u, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0);
        Vector512<uint> a0 = a, b0 = b, c0 = c, d0 = start0;
        Vector512<uint> a1 = a, b1 = b, c1 = c, d1 = start1;
        for (var round = 0; round < 10; round++)
        {
            QuarterRounds(ref a0, ref b0, ref c0, ref d0);
            QuarterRounds(ref a1, ref b1, ref c1, ref d1);
            Turn(ref b0, ref c0, ref d0);
            Turn(ref b1, ref c1, ref d1);
            QuarterRounds(ref a0, ref b0, ref c0, ref d0);
            QuarterRounds(ref a1, ref b1, ref c1, ref d1);
            Turn(ref d0, ref c0, ref b0);
            Turn(ref d1, ref c1, ref b1);
        }

        Transpose(a0 + a, b0 + b, c0 + c, d0 + start0, out var k0, out var k1, out var k2, out var k3);
        k0.Store(keystream);
        k1.Store(keystream + 64);
        k2.Store(keystream + 128);
        k3.Store(keystream + 192);
        Transpose(a1 + a, b1 + b, c1 + c, d1 + start1, out k0, out k1, out k2, out k3);
        k0.Store(keystream + 256);
        k1.Store(keystream + 320);
        k2.Store(keystream + 384);
        k3.Store(keystream + 448);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void XorQuad(
        Vector512<uint> a, Vector512<uint> b, Vector512<uint> c, Vector512<uint> d, byte* input, byte* output)
    {
        // SAFETY: 256 bytes lie behind both pointers.
        Transpose(a, b, c, d, out var k0, out var k1, out var k2, out var k3);
        (Vector512.Load(input) ^ k0).Store(output);
        (Vector512.Load(input + 64) ^ k1).Store(output + 64);
        (Vector512.Load(input + 128) ^ k2).Store(output + 128);
        (Vector512.Load(input + 192) ^ k3).Store(output + 192);
    }

    // Rows of four blocks to blocks of four rows, in units of 128 bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(
        Vector512<uint> a,
        Vector512<uint> b,
        Vector512<uint> c,
        Vector512<uint> d,
        out Vector512<byte> k0,
        out Vector512<byte> k1,
        out Vector512<byte> k2,
        out Vector512<byte> k3)
    {
        var abLow = Avx512F.Shuffle4x128(a, b, 0x44);
        var abHigh = Avx512F.Shuffle4x128(a, b, 0xEE);
        var cdLow = Avx512F.Shuffle4x128(c, d, 0x44);
        var cdHigh = Avx512F.Shuffle4x128(c, d, 0xEE);
        k0 = Avx512F.Shuffle4x128(abLow, cdLow, 0x88).AsByte();
        k1 = Avx512F.Shuffle4x128(abLow, cdLow, 0xDD).AsByte();
        k2 = Avx512F.Shuffle4x128(abHigh, cdHigh, 0x88).AsByte();
        k3 = Avx512F.Shuffle4x128(abHigh, cdHigh, 0xDD).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void QuarterRounds(ref Vector512<uint> a, ref Vector512<uint> b, ref Vector512<uint> c, ref Vector512<uint> d)
    {
        a += b;
        d = Avx512F.RotateLeft(d ^ a, 16);
        c += d;
        b = Avx512F.RotateLeft(b ^ c, 12);
        a += b;
        d = Avx512F.RotateLeft(d ^ a, 8);
        c += d;
        b = Avx512F.RotateLeft(b ^ c, 7);
    }

    // Columns to diagonals; with the outer two exchanged, back again.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(ref Vector512<uint> byOne, ref Vector512<uint> byTwo, ref Vector512<uint> byThree)
    {
        byOne = Avx512F.Shuffle(byOne, 0x39);
        byTwo = Avx512F.Shuffle(byTwo, 0x4E);
        byThree = Avx512F.Shuffle(byThree, 0x93);
    }

    private static Vector512<uint> Counters(byte* nonce, uint counter)
    {
        // SAFETY: nonce is 12 bytes long.
        var row = Vector128.Create(counter, *(uint*)nonce, *(uint*)(nonce + 4), *(uint*)(nonce + 8));
        return Broadcast(row.AsByte()) + Vector512.Create(0u, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0);
    }

    private static Vector512<uint> Broadcast(Vector128<byte> row) =>
        Vector512.Create(Vector256.Create(row, row), Vector256.Create(row, row)).AsUInt32();
}
