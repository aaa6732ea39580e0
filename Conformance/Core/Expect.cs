using System.Diagnostics.CodeAnalysis;

namespace NicEmu.Conformance.Core;

/// <summary>What cases demand. Each text completes "expected that …".</summary>
public static class Expect
{
    /// <summary>Demands that a condition holds.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="what">What it means.</param>
    /// <exception cref="CaseFailedException">It does not.</exception>
    public static void That([DoesNotReturnIf(false)] bool condition, string what)
    {
        if (!condition) throw new CaseFailedException("expected that " + what);
    }

    /// <summary>Demands that a value is another.</summary>
    /// <param name="actual">What was seen.</param>
    /// <param name="expected">What is required.</param>
    /// <param name="what">What the value is.</param>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <exception cref="CaseFailedException">It is not.</exception>
    public static void Equal<T>(T actual, T expected, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(actual, expected)) throw new CaseFailedException($"expected that {what} is {expected}; it is {actual}");
    }

    /// <summary>Demands that a number is at least another.</summary>
    /// <param name="actual">What was seen.</param>
    /// <param name="least">Least value allowed.</param>
    /// <param name="what">What the number is.</param>
    /// <exception cref="CaseFailedException">It is less.</exception>
    public static void AtLeast(long actual, long least, string what)
    {
        if (actual < least) throw new CaseFailedException($"expected that {what} is at least {least}; it is {actual}");
    }

    /// <summary>Demands that bytes are others.</summary>
    /// <param name="actual">What was seen.</param>
    /// <param name="expected">What is required.</param>
    /// <param name="what">What the bytes are.</param>
    /// <exception cref="CaseFailedException">They are not; the text names the first difference.</exception>
    public static void Bytes(ReadOnlySpan<byte> actual, ReadOnlySpan<byte> expected, string what)
    {
        int common = actual.CommonPrefixLength(expected);
        if (common == actual.Length && common == expected.Length) return;
        string at = common < actual.Length && common < expected.Length
            ? $"byte {common} is 0x{actual[common]:X2}, not 0x{expected[common]:X2}"
            : "the first " + common + " are equal";
        throw new CaseFailedException($"expected that {what} are the {expected.Length} bytes required; of {actual.Length} seen, {at}");
    }

    /// <summary>Ends the case without a verdict.</summary>
    /// <param name="condition">Whether the case can go on.</param>
    /// <param name="reason">What is missing when it cannot.</param>
    /// <exception cref="CaseSkippedException">It cannot.</exception>
    public static void Can([DoesNotReturnIf(false)] bool condition, string reason)
    {
        if (!condition) throw new CaseSkippedException(reason);
    }
}
