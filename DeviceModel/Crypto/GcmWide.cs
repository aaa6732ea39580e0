using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NicEmu.DeviceModel.Crypto;

/// <summary>
/// GCM with interleaved AES blocks and 512-bit carry-less multiplications in one loop, short enough that the processor overlaps the hash of
/// one group with the keystream of the next. What is left after the last whole group goes through <see cref="GcmVector128"/>.
/// </summary>
internal sealed unsafe class GcmWide : GcmKernel
{
    private const int GroupBlocks = 16;
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override UInt128 Hash(byte* material, UInt128 accumulator, byte* data, nuint blocks)
    {
        var hash = GcmVector128.ToVector(accumulator);
        for (; blocks >= GroupBlocks; blocks -= GroupBlocks, data += GroupBytes)
        {
            // SAFETY: the caller promises 16 * blocks bytes at data.
            hash = GhashWide.Update(material, hash, data);
        }

        return GcmVector128.ToNumber(GhashClmul.Update(material, hash, data, blocks));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Xor(byte* material, byte* nonce, uint counter, byte* input, byte* output, nuint blocks)
    {
        var whole = blocks & ~(nuint)(GroupBlocks - 1);
        Groups(material, nonce, counter, input, output, whole, default, Work.KeystreamOnly);

        // SAFETY: whole is at most blocks, so both pointers stay within what the caller promised.
        GcmVector128.XorBlocks(material, nonce, counter + (uint)whole, input + (16 * whole), output + (16 * whole), blocks - whole);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override UInt128 Seal(byte* material, byte* nonce, uint counter, byte* input, byte* output, nuint blocks, UInt128 accumulator)
    {
        var whole = blocks & ~(nuint)(GroupBlocks - 1);
        accumulator = Groups(material, nonce, counter, input, output, whole, accumulator, Work.HashOutput);
        return GcmVector128.Process(
            material, nonce, counter + (uint)whole, input + (16 * whole), output + (16 * whole), blocks - whole, accumulator, seal: true);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

    // The work is a constant where this is inlined.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static UInt128 Groups(
        byte* material, byte* nonce, uint counter, byte* input, byte* output, nuint blocks, UInt128 accumulator, Work work)
    {
        // SAFETY: nonce is 12 bytes, material GcmMaterial.Size bytes; blocks is a multiple of the group and the caller promised 16 * blocks
        // bytes at input and output, which advance together by one group a turn; the scratch holds a group.
        var scratch = stackalloc byte[GroupBytes];
        var hash = GcmVector128.ToVector(accumulator);
        var prefix = Vector128.Create(*(ulong*)nonce, *(uint*)(nonce + 8)).AsUInt32().WithElement(3, counter);
        var counters = Broadcast(prefix.AsByte()).AsUInt32() + Vector512.Create(0u, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3);
        byte* previous = null;
        for (; blocks > 0; blocks -= GroupBlocks, input += GroupBytes, output += GroupBytes)
        {
            var bigEndian = Broadcast(AesNi.BigEndianCounter);
            var whitening = Broadcast(Vector128.Load(material));
            (Avx512BW.Shuffle(counters.AsByte(), bigEndian) ^ whitening).Store(scratch);
            (Avx512BW.Shuffle((counters + Advance(4)).AsByte(), bigEndian) ^ whitening).Store(scratch + 64);
            (Avx512BW.Shuffle((counters + Advance(8)).AsByte(), bigEndian) ^ whitening).Store(scratch + 128);
            (Avx512BW.Shuffle((counters + Advance(12)).AsByte(), bigEndian) ^ whitening).Store(scratch + 192);
            counters += Advance(GroupBlocks);

            if (work == Work.HashInput)
            {
                hash = GhashWide.Update(material, hash, input);
            }

            AesNi.XorWhitened(material, scratch, input, output, GroupBytes / 128);

            // One group behind, because a wide load of what was just stored in pieces would wait for the stores to leave the core.
            if (work == Work.HashOutput)
            {
                if (previous != null)
                {
                    hash = GhashWide.Update(material, hash, previous);
                }

                previous = output;
            }
        }

        if (previous != null)
        {
            hash = GhashWide.Update(material, hash, previous);
        }

        return GcmVector128.ToNumber(hash);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Broadcast(Vector128<byte> lane) =>
        Vector512.Create(Vector256.Create(lane, lane), Vector256.Create(lane, lane));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Advance(uint blocks) => Vector512.Create(0, 0, 0, blocks, 0, 0, 0, blocks, 0, 0, 0, blocks, 0, 0, 0, blocks);
}
