namespace NicEmu.DeviceModel.Crypto;

/// <summary>The AES S-box (FIPS-197 §5.1.1) computed, not looked up: x^254 in GF(2^8) on bit planes, then the affine map.</summary>
internal static class AesPortableSubBytes
{
    /// <summary>Substitutes every byte of eight bit planes.</summary>
    public static void Apply(Span<ulong> planes)
    {
        Span<ulong> x2 = stackalloc ulong[8];
        Span<ulong> x12 = stackalloc ulong[8];
        Span<ulong> power = stackalloc ulong[8];
        Square(planes, x2);
        Multiply(planes, x2, power); // x^3
        Square(power, x12);
        Square(x12, x12); // x^12
        Multiply(power, x12, power); // x^15
        for (var i = 0; i < 4; i++)
        {
            Square(power, power); // x^30, x^60, x^120, x^240
        }

        Multiply(power, x12, power); // x^252
        Multiply(power, x2, power); // x^254
        for (var i = 0; i < 8; i++)
        {
            var bit = power[i] ^ power[(i + 4) & 7] ^ power[(i + 5) & 7] ^ power[(i + 6) & 7] ^ power[(i + 7) & 7];
            planes[i] = ((0x63 >> i) & 1) != 0 ? ~bit : bit;
        }
    }

    private static void Multiply(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> result)
    {
        Span<ulong> product = stackalloc ulong[15];
        product.Clear();
        for (var i = 0; i < 8; i++)
        {
            for (var j = 0; j < 8; j++)
            {
                product[i + j] ^= a[i] & b[j];
            }
        }

        Reduce(product, result);
    }

    private static void Square(ReadOnlySpan<ulong> a, Span<ulong> result)
    {
        Span<ulong> product = stackalloc ulong[15];
        product.Clear();
        for (var i = 0; i < 8; i++)
        {
            product[2 * i] = a[i];
        }

        Reduce(product, result);
    }

    // FIPS-197 §4.2: x^8 = x^4 + x^3 + x + 1.
    private static void Reduce(Span<ulong> product, Span<ulong> result)
    {
        for (var k = 14; k >= 8; k--)
        {
            product[k - 4] ^= product[k];
            product[k - 5] ^= product[k];
            product[k - 7] ^= product[k];
            product[k - 8] ^= product[k];
        }

        product[..8].CopyTo(result);
    }
}
