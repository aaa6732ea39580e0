using System.Buffers.Binary;
using System.Numerics;

namespace NicEmu.DeviceModel.Crypto;

/// <summary>ChaCha20 on 32-bit integers.</summary>
internal sealed unsafe class ChaChaPortable : ChaChaKernel
{
    /// <inheritdoc/>
    public override void Block(byte* key, byte* nonce, uint counter, byte* keystream)
    {
        Span<uint> initial = stackalloc uint[16];
        Span<uint> x = stackalloc uint[16];

        // SAFETY: 32 bytes of key, 12 of nonce, 64 of keystream, promised by the caller.
        var keyBytes = new ReadOnlySpan<byte>(key, 32);
        var nonceBytes = new ReadOnlySpan<byte>(nonce, 12);
        var result = new Span<byte>(keystream, BlockBytes);
        "expand 32-byte k"u8.CopyTo(result);
        keyBytes.CopyTo(result[16..]);
        BinaryPrimitives.WriteUInt32LittleEndian(result[48..], counter);
        nonceBytes.CopyTo(result[52..]);
        for (var i = 0; i < 16; i++)
        {
            initial[i] = BinaryPrimitives.ReadUInt32LittleEndian(result[(4 * i)..]);
        }

        initial.CopyTo(x);
        for (var round = 0; round < 10; round++)
        {
            QuarterRound(ref x[0], ref x[4], ref x[8], ref x[12]);
            QuarterRound(ref x[1], ref x[5], ref x[9], ref x[13]);
            QuarterRound(ref x[2], ref x[6], ref x[10], ref x[14]);
            QuarterRound(ref x[3], ref x[7], ref x[11], ref x[15]);
            QuarterRound(ref x[0], ref x[5], ref x[10], ref x[15]);
            QuarterRound(ref x[1], ref x[6], ref x[11], ref x[12]);
            QuarterRound(ref x[2], ref x[7], ref x[8], ref x[13]);
            QuarterRound(ref x[3], ref x[4], ref x[9], ref x[14]);
        }

        for (var i = 0; i < 16; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(result[(4 * i)..], x[i] + initial[i]);
        }

        initial.Clear();
        x.Clear();
    }

    /// <inheritdoc/>
    public override void Xor(byte* key, byte* nonce, uint counter, uint skip, byte* input, byte* output, nuint length) =>
        XorByBlocks(key, nonce, counter, skip, input, output, length);

    // RFC 8439 §2.1.
    private static void QuarterRound(ref uint a, ref uint b, ref uint c, ref uint d)
    {
        a += b;
        d = BitOperations.RotateLeft(d ^ a, 16);
        c += d;
        b = BitOperations.RotateLeft(b ^ c, 12);
        a += b;
        d = BitOperations.RotateLeft(d ^ a, 8);
        c += d;
        b = BitOperations.RotateLeft(b ^ c, 7);
    }
}
