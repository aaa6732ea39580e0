using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace NicEmu.DeviceModel.Crypto;

/// <summary>GCM with 128-bit AES and carry-less multiply instructions.</summary>
internal sealed unsafe class GcmVector128 : GcmKernel
{
    private const int GroupBlocks = 8;
    private const int GroupBytes = 16 * GroupBlocks;

    // Counter mode and hash take turns at this distance: long enough to be worth the calls, short enough for the nearest cache.
    private const int StrideBlocks = 64;

    /// <inheritdoc/>
    public override void EncryptBlock(byte* material, byte* input, byte* output) =>
        AesNi.Encrypt(material, Vector128.Load(input)).Store(output);

    /// <inheritdoc/>
    public override UInt128 Hash(byte* material, UInt128 accumulator, byte* data, nuint blocks) =>
        ToNumber(GhashClmul.Update(material, ToVector(accumulator), data, blocks));

    /// <inheritdoc/>
    public override void Xor(byte* material, byte* nonce, uint counter, byte* input, byte* output, nuint blocks) =>
        XorBlocks(material, nonce, counter, input, output, blocks);

    /// <inheritdoc/>
    public override UInt128 Seal(byte* material, byte* nonce, uint counter, byte* input, byte* output, nuint blocks, UInt128 accumulator) =>
        Process(material, nonce, counter, input, output, blocks, accumulator, seal: true);

    /// <inheritdoc/>
    public override UInt128 Open(byte* material, byte* nonce, uint counter, byte* input, byte* output, nuint blocks, UInt128 accumulator) =>
        Process(material, nonce, counter, input, output, blocks, accumulator, seal: false);

    /// <summary>Counter mode and hash over any number of whole blocks.</summary>
    public static UInt128 Process(
        byte* material, byte* nonce, uint counter, byte* input, byte* output, nuint blocks, UInt128 accumulator, bool seal)
    {
        var hash = ToVector(accumulator);
        while (blocks > 0)
        {
            // SAFETY: the pointers advance by the blocks handled and the caller promised 16 * blocks bytes behind each.
            var count = nuint.Min(blocks, StrideBlocks);
            if (!seal)
            {
                hash = GhashClmul.Update(material, hash, input, count);
            }

            XorBlocks(material, nonce, counter, input, output, count);
            if (seal)
            {
                hash = GhashClmul.Update(material, hash, output, count);
            }

            counter += (uint)count;
            input += 16 * count;
            output += 16 * count;
            blocks -= count;
        }

        return ToNumber(hash);
    }

    /// <summary>Counter mode over any number of whole blocks.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void XorBlocks(byte* material, byte* nonce, uint counter, byte* input, byte* output, nuint blocks)
    {
        // SAFETY: nonce is 12 bytes long; each scratch holds a group; the data pointers advance by what was handled, as promised by the caller.
        // A short group is worked on in scratch.
        var counters = stackalloc byte[GroupBytes];
        var scratch = stackalloc byte[GroupBytes];
        var bigEndian = AesNi.BigEndianCounter;
        var whitening = Vector128.Load(material);
        var next = Vector128.Create(*(ulong*)nonce, *(uint*)(nonce + 8)).AsUInt32().WithElement(3, counter);
        for (; blocks > 0; input += GroupBytes, output += GroupBytes)
        {
            if (blocks == 1)
            {
                var block = Ssse3.Shuffle(next.AsByte(), bigEndian);
                (AesNi.Encrypt(material, block) ^ Vector128.Load(input)).Store(output);
                break;
            }

            (Ssse3.Shuffle(next.AsByte(), bigEndian) ^ whitening).Store(counters);
            (Ssse3.Shuffle((next + Vector128.Create(0u, 0, 0, 1)).AsByte(), bigEndian) ^ whitening).Store(counters + 16);
            (Ssse3.Shuffle((next + Vector128.Create(0u, 0, 0, 2)).AsByte(), bigEndian) ^ whitening).Store(counters + 32);
            (Ssse3.Shuffle((next + Vector128.Create(0u, 0, 0, 3)).AsByte(), bigEndian) ^ whitening).Store(counters + 48);
            (Ssse3.Shuffle((next + Vector128.Create(0u, 0, 0, 4)).AsByte(), bigEndian) ^ whitening).Store(counters + 64);
            (Ssse3.Shuffle((next + Vector128.Create(0u, 0, 0, 5)).AsByte(), bigEndian) ^ whitening).Store(counters + 80);
            (Ssse3.Shuffle((next + Vector128.Create(0u, 0, 0, 6)).AsByte(), bigEndian) ^ whitening).Store(counters + 96);
            (Ssse3.Shuffle((next + Vector128.Create(0u, 0, 0, 7)).AsByte(), bigEndian) ^ whitening).Store(counters + 112);
            next += Vector128.Create(0u, 0, 0, GroupBlocks);

            if (blocks < GroupBlocks)
            {
                Copy(input, scratch, blocks);
                AesNi.XorWhitened(material, counters, scratch, scratch, 1);
                Copy(scratch, output, blocks);
                CryptographicOperations.ZeroMemory(new Span<byte>(scratch, GroupBytes));
                break;
            }

            AesNi.XorWhitened(material, counters, input, output, 1);
            blocks -= GroupBlocks;
        }
    }

    /// <summary>The accumulator as a vector of low and high word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> ToVector(UInt128 number) => Vector128.Create((ulong)number, (ulong)(number >> 64));

    /// <summary>The vector of low and high word as the accumulator.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UInt128 ToNumber(Vector128<ulong> vector) => new(vector.GetElement(1), vector.GetElement(0));

    /// <inheritdoc/>
    protected override UInt128 Multiply(UInt128 element, UInt128 preparedKey) =>
        ToNumber(GhashClmul.Multiply(ToVector(element), ToVector(preparedKey)));

    private static void Copy(byte* source, byte* target, nuint blocks)
    {
        // SAFETY: 16 * blocks bytes lie behind both pointers.
        for (; blocks > 0; blocks--, source += 16, target += 16)
        {
            Vector128.Load(source).Store(target);
        }
    }
}
