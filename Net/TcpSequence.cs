namespace NicEmu.Net;

/// <summary>Comparison of 32-bit TCP sequence numbers modulo 2^32 (RFC 9293 §3.4).</summary>
/// <remarks>An order exists only between numbers less than 2^31 apart; every window is smaller than that (RFC 7323 §2.3).</remarks>
public static class TcpSequence
{
    /// <summary>Signed distance from <paramref name="right"/> to <paramref name="left"/>, −2^31 to 2^31−1.</summary>
    public static int Difference(uint left, uint right) => unchecked((int)(left - right));

    /// <summary>True if <paramref name="left"/> lies strictly before <paramref name="right"/>.</summary>
    public static bool IsBefore(uint left, uint right) => Difference(left, right) < 0;

    /// <summary>True if <paramref name="left"/> lies before <paramref name="right"/> or equals it.</summary>
    public static bool IsBeforeOrAt(uint left, uint right) => Difference(left, right) <= 0;

    /// <summary>True if <paramref name="left"/> lies strictly after <paramref name="right"/>.</summary>
    public static bool IsAfter(uint left, uint right) => Difference(left, right) > 0;

    /// <summary>True if <paramref name="left"/> lies after <paramref name="right"/> or equals it.</summary>
    public static bool IsAfterOrAt(uint left, uint right) => Difference(left, right) >= 0;

    /// <summary>True if <paramref name="sequence"/> lies in the half-open range [<paramref name="start"/>, <paramref name="start"/> + <paramref name="length"/>).</summary>
    public static bool IsInRange(uint sequence, uint start, uint length) => unchecked(sequence - start) < length;

    /// <summary>The later of two numbers.</summary>
    public static uint Max(uint left, uint right) => IsAfter(left, right) ? left : right;

    /// <summary>The earlier of two numbers.</summary>
    public static uint Min(uint left, uint right) => IsBefore(left, right) ? left : right;
}
