using System.Buffers.Binary;

namespace NicEmu.DeviceModel.Crypto;

/// <summary>AES key expansion (FIPS-197 §5.2) for encryption; GCM never runs the inverse cipher.</summary>
internal static class AesKeySchedule
{
    /// <summary>Bytes of round keys of the longest schedule: 15 keys of 16 bytes (AES-256).</summary>
    public const int MaxBytes = 15 * 16;

    /// <summary>Rounds for a key of 16 or 32 bytes: 10 or 14.</summary>
    public static int Rounds(int keyBytes) => (keyBytes / 4) + 6;

    /// <summary>Expands a 16- or 32-byte key; the raw key is the first bytes of the result.</summary>
    /// <param name="key">16 or 32 bytes.</param>
    /// <param name="roundKeys">16 * (rounds + 1) bytes.</param>
    /// <param name="useAesInstructions">Takes SubWord from the AES unit instead of the bit-sliced S-box.</param>
    public static void Expand(ReadOnlySpan<byte> key, Span<byte> roundKeys, bool useAesInstructions)
    {
        var keyWords = key.Length / 4;
        var words = 4 * (Rounds(key.Length) + 1);
        uint roundConstant = 1;
        key.CopyTo(roundKeys);
        for (var i = keyWords; i < words; i++)
        {
            var word = BinaryPrimitives.ReadUInt32LittleEndian(roundKeys[(4 * (i - 1))..]);
            if (i % keyWords == 0)
            {
                // Bytes lie least significant first here, so RotWord is a rotation to the right and Rcon meets the low byte.
                word = SubWord(uint.RotateRight(word, 8), useAesInstructions) ^ roundConstant;
                roundConstant = (roundConstant << 1) ^ ((roundConstant >> 7) * 0x11B);
            }
            else if (keyWords > 6 && i % keyWords == 4)
            {
                word = SubWord(word, useAesInstructions);
            }

            word ^= BinaryPrimitives.ReadUInt32LittleEndian(roundKeys[(4 * (i - keyWords))..]);
            BinaryPrimitives.WriteUInt32LittleEndian(roundKeys[(4 * i)..], word);
        }
    }

    private static uint SubWord(uint word, bool useAesInstructions) =>
        useAesInstructions ? AesNi.SubWord(word) : AesPortable.SubWord(word);
}
