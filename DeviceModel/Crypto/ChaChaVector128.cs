using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace NicEmu.DeviceModel.Crypto;

/// <summary>ChaCha20 with a row of the state in each 128-bit vector and two blocks interleaved.</summary>
internal sealed unsafe class ChaChaVector128 : ChaChaKernel
{
    /// <inheritdoc/>
    public override void Block(byte* key, byte* nonce, uint counter, byte* keystream)
    {
        var other = stackalloc byte[BlockBytes];

        // SAFETY: 32 bytes of key, 12 of nonce, 64 of keystream, promised by the caller; the second block goes to scratch.
        Blocks2(key, nonce, counter, keystream, other);
        CryptographicOperations.ZeroMemory(new Span<byte>(other, BlockBytes));
    }

    /// <inheritdoc/>
    [SkipLocalsInit]
    public override void Xor(byte* key, byte* nonce, uint counter, uint skip, byte* input, byte* output, nuint length)
    {
        // SAFETY: the scratch holds two blocks; the pointers advance by what was handled, at most length, as promised by the caller.
        var keystream = stackalloc byte[2 * BlockBytes];
        for (; length > 0; counter += 2)
        {
            Blocks2(key, nonce, counter, keystream, keystream + BlockBytes);
            var count = nuint.Min(length, (2 * BlockBytes) - skip);
            XorBytes(input, keystream + skip, output, count);
            skip = 0;
            input += count;
            output += count;
            length -= count;
        }

        CryptographicOperations.ZeroMemory(new Span<byte>(keystream, 2 * BlockBytes));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Blocks2(byte* key, byte* nonce, uint counter, byte* first, byte* second)
    {
        // SAFETY: reads 32 bytes of key and 12 of nonce, writes 64 bytes to each result.
        var constants = Vector128.Create("expand 32-byte k"u8).AsUInt32();
        var keyLow = Vector128.Load(key).AsUInt32();
        var keyHigh = Vector128.Load(key + 16).AsUInt32();
        var tail0 = Vector128.Create(counter, *(uint*)nonce, *(uint*)(nonce + 4), *(uint*)(nonce + 8));
        var tail1 = tail0.WithElement(0, counter + 1);
        Vector128<uint> a0 = constants, b0 = keyLow, c0 = keyHigh, d0 = tail0;
        Vector128<uint> a1 = constants, b1 = keyLow, c1 = keyHigh, d1 = tail1;
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

        (a0 + constants).AsByte().Store(first);
        (b0 + keyLow).AsByte().Store(first + 16);
        (c0 + keyHigh).AsByte().Store(first + 32);
        (d0 + tail0).AsByte().Store(first + 48);
        (a1 + constants).AsByte().Store(second);
        (b1 + keyLow).AsByte().Store(second + 16);
        (c1 + keyHigh).AsByte().Store(second + 32);
        (d1 + tail1).AsByte().Store(second + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void QuarterRounds(ref Vector128<uint> a, ref Vector128<uint> b, ref Vector128<uint> c, ref Vector128<uint> d)
    {
        a += b;
        d = Rotate(d ^ a, 16);
        c += d;
        b = Rotate(b ^ c, 12);
        a += b;
        d = Rotate(d ^ a, 8);
        c += d;
        b = Rotate(b ^ c, 7);
    }

    // Columns to diagonals; with the outer two exchanged, back again.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(ref Vector128<uint> byOne, ref Vector128<uint> byTwo, ref Vector128<uint> byThree)
    {
        byOne = Vector128.Shuffle(byOne, Vector128.Create(1u, 2, 3, 0));
        byTwo = Vector128.Shuffle(byTwo, Vector128.Create(2u, 3, 0, 1));
        byThree = Vector128.Shuffle(byThree, Vector128.Create(3u, 0, 1, 2));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Rotate(Vector128<uint> value, int bits) => (value << bits) | (value >>> (32 - bits));
}
