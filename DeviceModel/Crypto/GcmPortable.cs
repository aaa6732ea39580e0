using System.Buffers.Binary;
using System.Security.Cryptography;

namespace NicEmu.DeviceModel.Crypto;

/// <summary>GCM with integer arithmetic only.</summary>
internal sealed unsafe class GcmPortable : GcmKernel
{
    private const int GroupBlocks = AesPortable.GroupBytes / 16;

    /// <inheritdoc/>
    public override void EncryptBlock(byte* material, byte* input, byte* output)
    {
        Span<byte> group = stackalloc byte[AesPortable.GroupBytes];
        group.Clear();

        // SAFETY: the caller promises 16 bytes at input and at output.
        new ReadOnlySpan<byte>(input, 16).CopyTo(group);
        AesPortable.EncryptBlocks(RoundKeys(material), group);
        group[..16].CopyTo(new Span<byte>(output, 16));
        CryptographicOperations.ZeroMemory(group);
    }

    /// <inheritdoc/>
    public override UInt128 Hash(byte* material, UInt128 accumulator, byte* data, nuint blocks)
    {
        // SAFETY: the caller promises 16 * blocks bytes; each call takes at most a group, whose length fits a span.
        var key = HashKey(material);
        for (; blocks > 0; data += 16, blocks--)
        {
            accumulator = GhashPortable.Update(accumulator, key, new ReadOnlySpan<byte>(data, 16));
        }

        return accumulator;
    }

    /// <inheritdoc/>
    public override void Xor(byte* material, byte* nonce, uint counter, byte* input, byte* output, nuint blocks)
    {
        Span<byte> keystream = stackalloc byte[AesPortable.GroupBytes];
        while (blocks > 0)
        {
            for (var i = 0; i < GroupBlocks; i++)
            {
                // SAFETY: nonce is 12 bytes long.
                new ReadOnlySpan<byte>(nonce, 12).CopyTo(keystream[(16 * i)..]);
                BinaryPrimitives.WriteUInt32BigEndian(keystream[((16 * i) + 12)..], counter++);
            }

            AesPortable.EncryptBlocks(RoundKeys(material), keystream);
            var count = blocks < GroupBlocks ? (int)blocks : GroupBlocks;
            for (var i = 0; i < 16 * count; i++)
            {
                // SAFETY: i stays below 16 * blocks, the length promised by the caller.
                output[i] = (byte)(input[i] ^ keystream[i]);
            }

            input += 16 * count;
            output += 16 * count;
            blocks -= (nuint)count;
        }

        CryptographicOperations.ZeroMemory(keystream);
    }

    /// <inheritdoc/>
    public override UInt128 Seal(byte* material, byte* nonce, uint counter, byte* input, byte* output, nuint blocks, UInt128 accumulator)
    {
        Xor(material, nonce, counter, input, output, blocks);
        return Hash(material, accumulator, output, blocks);
    }

    /// <inheritdoc/>
    public override UInt128 Open(byte* material, byte* nonce, uint counter, byte* input, byte* output, nuint blocks, UInt128 accumulator)
    {
        accumulator = Hash(material, accumulator, input, blocks);
        Xor(material, nonce, counter, input, output, blocks);
        return accumulator;
    }

    // SAFETY: material is the pinned memory of a live AeadKey, GcmMaterial.Size bytes.
    private static ReadOnlySpan<byte> RoundKeys(byte* material) => new(material, 16 * (1 + *(int*)(material + GcmMaterial.RoundCount)));

    // SAFETY: as above; the last power is H itself.
    private static UInt128 HashKey(byte* material) =>
        BinaryPrimitives.ReadUInt128LittleEndian(new ReadOnlySpan<byte>(material + GcmMaterial.Size - 16, 16));
}
