using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NicEmu.DeviceModel.Crypto;

/// <summary>
/// GCM with eight interleaved AES blocks and 512-bit carry-less multiplications in one loop, so that both units work at the same time. What
/// is left after the last whole group goes through <see cref="GcmVector128"/>.
/// </summary>
internal sealed unsafe class GcmWide : GcmKernel
{
    private const int GroupBlocks = 8;
    private const int GroupBytes = 16 * GroupBlocks;

    private enum Work
    {
        KeystreamOnly,
        HashOutput,
        HashInput,
    }

    /// <inheritdoc/>
    public override void EncryptBlock(byte* material, byte* input, byte* output) =>
        AesNi.Encrypt(material, Vector128.Load(input)).Store(output);

    /// <inheritdoc/>
    public override UInt128 Hash(byte* material, UInt128 accumulator, byte* data, nuint blocks)
    {
        var hash = GcmVector128.ToVector(accumulator);
        var keys = new GhashWide.Keys(material);
        for (; blocks >= GroupBlocks; blocks -= GroupBlocks, data += GroupBytes)
        {
            // SAFETY: the caller promises 16 * blocks bytes at data.
            hash = GhashWide.Update(keys, hash, Vector512.Load(data), Vector512.Load(data + 64));
        }

        return GcmVector128.ToNumber(GhashClmul.Update(material, hash, data, blocks));
    }

    /// <inheritdoc/>
    public override void Xor(byte* material, byte* nonce, uint counter, byte* input, byte* output, nuint blocks)
    {
        var whole = blocks & ~(nuint)(GroupBlocks - 1);
        Groups(material, nonce, counter, input, output, whole, default, Work.KeystreamOnly);

        // SAFETY: whole is at most blocks, so both pointers stay within what the caller promised.
        GcmVector128.XorBlocks(material, nonce, counter + (uint)whole, input + (16 * whole), output + (16 * whole), blocks - whole);
    }

    /// <inheritdoc/>
    public override UInt128 Seal(byte* material, byte* nonce, uint counter, byte* input, byte* output, nuint blocks, UInt128 accumulator)
    {
        var whole = blocks & ~(nuint)(GroupBlocks - 1);
        accumulator = Groups(material, nonce, counter, input, output, whole, accumulator, Work.HashOutput);
        return GcmVector128.Process(
            material, nonce, counter + (uint)whole, input + (16 * whole), output + (16 * whole), blocks - whole, accumulator, seal: true);
    }

    /// <inheritdoc/>
    public override UInt128 Open(byte* material, byte* nonce, uint counter, byte* input, byte* output, nuint blocks, UInt128 accumulator)
    {
        var whole = blocks & ~(nuint)(GroupBlocks - 1);
        accumulator = Groups(material, nonce, counter, input, output, whole, accumulator, Work.HashInput);
        return GcmVector128.Process(
            material, nonce, counter + (uint)whole, input + (16 * whole), output + (16 * whole), blocks - whole, accumulator, seal: false);
    }

    /// <inheritdoc/>
    protected override UInt128 Multiply(UInt128 element, UInt128 preparedKey) =>
        GcmVector128.ToNumber(GhashClmul.Multiply(GcmVector128.ToVector(element), GcmVector128.ToVector(preparedKey)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static UInt128 Groups(
        byte* material, byte* nonce, uint counter, byte* input, byte* output, nuint blocks, UInt128 accumulator, Work work)
    {
        // SAFETY: nonce is 12 bytes, material GcmMaterial.Size bytes; blocks is a multiple of the group and the caller promised 16 * blocks
        // bytes at input and output, which advance together by one group a turn.
        var rounds = *(int*)(material + GcmMaterial.RoundCount);
        var hash = GcmVector128.ToVector(accumulator);
        var keys = new GhashWide.Keys(material);
        var prefix = Vector128.Create(*(ulong*)nonce, *(uint*)(nonce + 8)).AsUInt32().WithElement(3, counter);
        var counters = Vector512.Create(Vector256.Create(prefix, prefix), Vector256.Create(prefix, prefix))
            + Vector512.Create(0u, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3);
        var four = Vector512.Create(0u, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 4);
        var bigEndian = Broadcast(Vector128.Create((byte)0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 14, 13, 12));
        var whitening = Broadcast(Vector128.Load(material));
        for (; blocks > 0; blocks -= GroupBlocks, input += GroupBytes, output += GroupBytes)
        {
            var first = Avx512BW.Shuffle(counters.AsByte(), bigEndian) ^ whitening;
            counters += four;
            var second = Avx512BW.Shuffle(counters.AsByte(), bigEndian) ^ whitening;
            counters += four;
            var b0 = first.GetLower().GetLower();
            var b1 = first.GetLower().GetUpper();
            var b2 = Avx512F.ExtractVector128(first, 2);
            var b3 = Avx512F.ExtractVector128(first, 3);
            var b4 = second.GetLower().GetLower();
            var b5 = second.GetLower().GetUpper();
            var b6 = Avx512F.ExtractVector128(second, 2);
            var b7 = Avx512F.ExtractVector128(second, 3);
            AesNi.Rounds8(material, rounds, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);

            var in0 = Vector512.Load(input);
            var in1 = Vector512.Load(input + 64);
            var out0 = in0 ^ Vector512.Create(Vector256.Create(b0, b1), Vector256.Create(b2, b3));
            var out1 = in1 ^ Vector512.Create(Vector256.Create(b4, b5), Vector256.Create(b6, b7));
            out0.Store(output);
            out1.Store(output + 64);
            if (work == Work.HashOutput)
            {
                hash = GhashWide.Update(keys, hash, out0, out1);
            }
            else if (work == Work.HashInput)
            {
                hash = GhashWide.Update(keys, hash, in0, in1);
            }
        }

        return GcmVector128.ToNumber(hash);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Broadcast(Vector128<byte> lane) =>
        Vector512.Create(Vector256.Create(lane, lane), Vector256.Create(lane, lane));
}
