using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

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
    public override UInt128 Hash(byte* material, UInt128 accumulator, byte* data, nuint blocks)
    {
        var hash = GcmVector128.ToVector(accumulator);
        for (; blocks >= GroupBlocks; blocks -= GroupBlocks, data += GroupBytes)
        {
            // SAFETY: the caller promises 16 * blocks bytes at data.
            hash = GhashWide.Update(
                material, hash, Vector512.Load(data), Vector512.Load(data + 64), Vector512.Load(data + 128), Vector512.Load(data + 192));
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

    // The work is a constant where this is inlined.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static UInt128 Groups(
        byte* material, byte* nonce, uint counter, byte* input, byte* output, nuint blocks, UInt128 accumulator, Work work)
    {
        // SAFETY: nonce is 12 bytes, material GcmMaterial.Size bytes; blocks is a multiple of the group and the caller promised 16 * blocks
        // bytes at input and output, which advance together by one group a turn; the scratch holds a group.
        var keystream = stackalloc byte[GroupBytes];
        var hash = GcmVector128.ToVector(accumulator);
        var prefix = Vector128.Create(*(ulong*)nonce, *(uint*)(nonce + 8)).AsUInt32().WithElement(3, counter);
        var counters = Broadcast(prefix.AsByte()).AsUInt32() + Vector512.Create(0u, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3);
        for (; blocks > 0; blocks -= GroupBlocks, input += GroupBytes, output += GroupBytes)
        {
            var bigEndian = Broadcast(AesNi.BigEndianCounter);
            var whitening = Broadcast(Vector128.Load(material));
            for (var i = 0; i < GroupBytes; i += 64)
            {
                (Avx512BW.Shuffle(counters.AsByte(), bigEndian) ^ whitening).Store(keystream + i);
                counters += Vector512.Create(0u, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 4);
            }

            AesNi.EncryptWhitened(material, keystream, GroupBytes / 128);
            var in0 = Vector512.Load(input);
            var in1 = Vector512.Load(input + 64);
            var in2 = Vector512.Load(input + 128);
            var in3 = Vector512.Load(input + 192);
            var out0 = in0 ^ Vector512.Load(keystream);
            var out1 = in1 ^ Vector512.Load(keystream + 64);
            var out2 = in2 ^ Vector512.Load(keystream + 128);
            var out3 = in3 ^ Vector512.Load(keystream + 192);
            out0.Store(output);
            out1.Store(output + 64);
            out2.Store(output + 128);
            out3.Store(output + 192);
            if (work == Work.HashOutput)
            {
                hash = GhashWide.Update(material, hash, out0, out1, out2, out3);
            }
            else if (work == Work.HashInput)
            {
                hash = GhashWide.Update(material, hash, in0, in1, in2, in3);
            }
        }

        CryptographicOperations.ZeroMemory(new Span<byte>(keystream, GroupBytes));
        return GcmVector128.ToNumber(hash);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Broadcast(Vector128<byte> lane) =>
        Vector512.Create(Vector256.Create(lane, lane), Vector256.Create(lane, lane));
}
