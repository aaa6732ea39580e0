namespace NicEmu.Traces;

/// <summary>One interface of a pcapng file.</summary>
/// <param name="Name">Name, empty when the file gives none.</param>
/// <param name="LinkType">Link type number.</param>
/// <param name="Resolution">Byte if_tsresol: time unit as a negative power of ten, or of two when bit 7 is set.</param>
/// <param name="OffsetSeconds">Seconds to add to every time stamp.</param>
public sealed record PcapngInterface(string Name, int LinkType, byte Resolution, long OffsetSeconds)
{
    /// <summary>Converts a time stamp of this interface to nanoseconds; fractions are cut off.</summary>
    /// <param name="ticks">Time stamp in units of the interface.</param>
    /// <param name="timeNs">The time in nanoseconds.</param>
    /// <returns>False when the time lies outside 64 bits.</returns>
    public bool TryToNanoseconds(ulong ticks, out long timeNs)
    {
        const long PerSecond = 1_000_000_000;
        int exponent = Resolution & 0x7F;
        Int128 ns;
        if ((Resolution & 0x80) != 0)
        {
            ns = exponent > 63 ? 0 : ((Int128)ticks * PerSecond) >> exponent;
        }
        else
        {
            ns = exponent <= 9 ? (Int128)ticks * Power(9 - exponent) : exponent > 28 ? 0 : ticks / (Int128)Power(exponent - 9);
        }

        ns += (Int128)OffsetSeconds * PerSecond;
        timeNs = unchecked((long)ns);
        return ns >= long.MinValue && ns <= long.MaxValue;
    }

    private static Int128 Power(int exponent)
    {
        Int128 power = 1;
        for (int i = 0; i < exponent; i++)
        {
            power *= 10;
        }

        return power;
    }
}
