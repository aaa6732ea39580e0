using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace NicEmu.DeviceModel.Crypto;

/// <summary>GCM with 128-bit AES and carry-less multiply instructions.</summary>
internal sealed unsafe class GcmVector128 : GcmKernel
{
    private const int GroupBlocks = 8;
    private const int GroupBytes = 16 * GroupBlocks;

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

    /// <summary>Counter mode and hash, a group of eight blocks at a time so that the hash finds its data in the nearest cache.</summary>
    public static UInt128 Process(
        byte* material, byte* nonce, uint counter, byte* input, byte* output, nuint blocks, UInt128 accumulator, bool seal)
    {
        var hash = ToVector(accumulator);
        while (blocks > 0)
        {
            // SAFETY: the pointers advance by the blocks handled and the caller promised 16 * blocks bytes behind each.
            var count = blocks < GroupBlocks ? blocks : GroupBlocks;
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
    public static void XorBlocks(byte* material, byte* nonce, uint counter, byte* input, byte* output, nuint blocks)
    {
        // SAFETY: nonce is 12 bytes long; the scratch holds a group; data pointers advance by what was handled, as promised by the caller.
        var prefix = Vector128.Create(*(ulong*)nonce, *(uint*)(nonce + 8)).AsByte();
        var keystream = stackalloc byte[GroupBytes];
        while (blocks > 0)
        {
            var count = blocks < GroupBlocks ? blocks : GroupBlocks;
            if (count == 1)
            {
                var block = prefix.AsUInt32().WithElement(3, System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(counter)).AsByte();
                (AesNi.Encrypt(material, block) ^ Vector128.Load(input)).Store(output);
                break;
            }

            AesNi.Keystream8(material, prefix, counter, keystream);
            for (nuint i = 0; i < 16 * count; i += 16)
            {
                (Vector128.Load(keystream + i) ^ Vector128.Load(input + i)).Store(output + i);
            }

            counter += (uint)count;
            input += 16 * count;
            output += 16 * count;
            blocks -= count;
        }

        CryptographicOperations.ZeroMemory(new Span<byte>(keystream, GroupBytes));
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
}
