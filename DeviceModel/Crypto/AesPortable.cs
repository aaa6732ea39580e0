using System.Buffers.Binary;

namespace NicEmu.DeviceModel.Crypto;

/// <summary>
/// AES encryption (FIPS-197 §5.1) without tables: four blocks at once, cut into eight bit planes of 64 bits. Bit 16 b + i of plane p is bit p
/// of byte i of block b, so that a byte operation is logic on whole planes and takes the same time for every key and input.
/// </summary>
internal static class AesPortable
{
    /// <summary>Bytes that one call of <see cref="EncryptBlocks"/> handles: four blocks.</summary>
    public const int GroupBytes = 64;

    private const ulong Row0 = 0x1111_1111_1111_1111;

    /// <summary>Encrypts four blocks in place.</summary>
    /// <param name="roundKeys">16 * (rounds + 1) bytes.</param>
    /// <param name="blocks">64 bytes.</param>
    public static void EncryptBlocks(ReadOnlySpan<byte> roundKeys, Span<byte> blocks)
    {
        Span<ulong> state = stackalloc ulong[8];
        Span<ulong> scratch = stackalloc ulong[8];
        ToPlanes(blocks, state);
        AddRoundKey(state, roundKeys);
        for (var offset = 16; offset < roundKeys.Length; offset += 16)
        {
            AesPortableSubBytes.Apply(state);
            ShiftRows(state);
            if (offset + 16 < roundKeys.Length)
            {
                MixColumns(state, scratch);
            }

            AddRoundKey(state, roundKeys[offset..]);
        }

        FromPlanes(state, blocks);
    }

    /// <summary>The S-box on each of the four bytes of a word (FIPS-197 §5.2).</summary>
    public static uint SubWord(uint word)
    {
        Span<byte> block = stackalloc byte[GroupBytes];
        Span<ulong> planes = stackalloc ulong[8];
        block.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(block, word);
        ToPlanes(block, planes);
        AesPortableSubBytes.Apply(planes);
        FromPlanes(planes, block);
        return BinaryPrimitives.ReadUInt32LittleEndian(block);
    }

    private static void ToPlanes(ReadOnlySpan<byte> blocks, Span<ulong> planes)
    {
        planes.Clear();
        for (var group = 0; group < 8; group++)
        {
            var bits = TransposeBits(BinaryPrimitives.ReadUInt64LittleEndian(blocks[(8 * group)..]));
            for (var plane = 0; plane < 8; plane++)
            {
                planes[plane] |= ((bits >> (8 * plane)) & 0xFF) << (8 * group);
            }
        }
    }

    private static void FromPlanes(ReadOnlySpan<ulong> planes, Span<byte> blocks)
    {
        for (var group = 0; group < 8; group++)
        {
            ulong bits = 0;
            for (var plane = 0; plane < 8; plane++)
            {
                bits |= ((planes[plane] >> (8 * group)) & 0xFF) << (8 * plane);
            }

            BinaryPrimitives.WriteUInt64LittleEndian(blocks[(8 * group)..], TransposeBits(bits));
        }
    }

    // An 8 by 8 bit matrix: squares of 1, 2 and 4 bits change places across the diagonal.
    private static ulong TransposeBits(ulong x)
    {
        var t = (x ^ (x >> 7)) & 0x00AA_00AA_00AA_00AA;
        x ^= t ^ (t << 7);
        t = (x ^ (x >> 14)) & 0x0000_CCCC_0000_CCCC;
        x ^= t ^ (t << 14);
        t = (x ^ (x >> 28)) & 0x0000_0000_F0F0_F0F0;
        return x ^ t ^ (t << 28);
    }

    private static void AddRoundKey(Span<ulong> state, ReadOnlySpan<byte> roundKey)
    {
        var first = TransposeBits(BinaryPrimitives.ReadUInt64LittleEndian(roundKey));
        var second = TransposeBits(BinaryPrimitives.ReadUInt64LittleEndian(roundKey[8..]));
        for (var plane = 0; plane < 8; plane++)
        {
            var bits = ((first >> (8 * plane)) & 0xFF) | (((second >> (8 * plane)) & 0xFF) << 8);
            state[plane] ^= bits * 0x0001_0001_0001_0001;
        }
    }

    // Byte i stands in row i mod 4 and column i / 4 (FIPS-197 §3.4): row r of a plane turns by r columns of 4 bits within its 16.
    private static void ShiftRows(Span<ulong> state)
    {
        for (var plane = 0; plane < 8; plane++)
        {
            var x = state[plane];
            state[plane] = (x & Row0)
                | ((x >> 4) & 0x0222_0222_0222_0222) | ((x << 12) & 0x2000_2000_2000_2000)
                | ((x >> 8) & 0x0044_0044_0044_0044) | ((x << 8) & 0x4400_4400_4400_4400)
                | ((x >> 12) & 0x0008_0008_0008_0008) | ((x << 4) & 0x8880_8880_8880_8880);
        }
    }

    // With a' the column turned by one row: result = {02}(a + a') + a' + (a + a') turned by two rows.
    private static void MixColumns(Span<ulong> state, Span<ulong> sum)
    {
        for (var plane = 0; plane < 8; plane++)
        {
            var next = NextRow(state[plane]);
            sum[plane] = state[plane] ^ next;
            state[plane] = next;
        }

        for (var plane = 0; plane < 8; plane++)
        {
            var doubled = plane == 0 ? sum[7] : sum[plane - 1];
            if (plane is 1 or 3 or 4)
            {
                doubled ^= sum[7];
            }

            var x = sum[plane];
            state[plane] ^= doubled ^ ((x >> 2) & (Row0 * 3)) ^ ((x << 2) & (Row0 * 12));
        }
    }

    private static ulong NextRow(ulong x) => ((x >> 1) & (Row0 * 7)) | ((x << 3) & (Row0 * 8));
}
