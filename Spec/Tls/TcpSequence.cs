namespace NicEmu.Spec.Tls;

/// <summary>Comparison of 32-bit TCP sequence numbers, which wrap (RFC 9293 §3.4).</summary>
public static class TcpSequence
{
    /// <summary>Signed distance from <paramref name="from"/> to <paramref name="to"/> in bytes, -2^31 to 2^31 - 1.</summary>
    /// <param name="from">The origin.</param>
    /// <param name="to">The target.</param>
    public static int Distance(uint from, uint to) => unchecked((int)(to - from));

    /// <summary>Whether <paramref name="a"/> comes before <paramref name="b"/>.</summary>
    /// <param name="a">A sequence number.</param>
    /// <param name="b">A sequence number.</param>
    public static bool IsBefore(uint a, uint b) => Distance(a, b) > 0;

    /// <summary>Whether <paramref name="a"/> comes after <paramref name="b"/>.</summary>
    /// <param name="a">A sequence number.</param>
    /// <param name="b">A sequence number.</param>
    public static bool IsAfter(uint a, uint b) => Distance(a, b) < 0;

    /// <summary>Whether <paramref name="value"/> lies in the half-open range [start, end).</summary>
    /// <param name="value">The sequence number to place.</param>
    /// <param name="start">First sequence number of the range.</param>
    /// <param name="end">First sequence number after the range.</param>
    public static bool IsWithin(uint value, uint start, uint end) => unchecked(value - start) < unchecked(end - start);
}
