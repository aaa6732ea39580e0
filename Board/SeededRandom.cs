namespace NicEmu.Board;

/// <summary>
/// The source of randomness of a run (SplitMix64): the same seed gives the same numbers on every machine and in every version. Not for
/// secrets that matter.
/// </summary>
/// <param name="seed">Any number.</param>
public sealed class SeededRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>The next 64 bits.</summary>
    public ulong NextUInt64()
    {
        ulong z = _state += 0x9E37_79B9_7F4A_7C15;
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 up to but not including a bound.</summary>
    /// <param name="bound">At least 1.</param>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        return (int)(((UInt128)NextUInt64() * (uint)bound) >> 64);
    }

    /// <summary>True with a probability.</summary>
    /// <param name="probability">0 never, 1 always.</param>
    public bool Chance(double probability) => (NextUInt64() >> 11) * (1.0 / (1UL << 53)) < probability;

    /// <summary>Fills a span.</summary>
    /// <param name="data">Receives the bytes.</param>
    public void Fill(Span<byte> data)
    {
        for (int i = 0; i < data.Length; i += 8)
        {
            ulong word = NextUInt64();
            for (int j = i; j < Math.Min(i + 8, data.Length); j++)
            {
                data[j] = (byte)word;
                word >>= 8;
            }
        }
    }

    /// <summary>A source of its own for one part, so that what one part draws does not change what another gets.</summary>
    /// <param name="name">Name of the part.</param>
    public SeededRandom Fork(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        ulong hash = 0xCBF2_9CE4_8422_2325;
        foreach (char c in name)
        {
            hash = (hash ^ c) * 0x100_0000_01B3;
        }

        return new SeededRandom(new SeededRandom(_state ^ hash).NextUInt64());
    }
}
