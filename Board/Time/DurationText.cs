using System.Buffers;
using System.Globalization;

namespace NicEmu.Board.Time;

/// <summary>Spans of virtual time as people write them: a number and a unit, such as <c>1.5ms</c>.</summary>
public static class DurationText
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    private static readonly (string Unit, decimal Picoseconds)[] Units =
        [("ps", 1), ("ns", 1_000), ("us", 1_000_000), ("ms", 1_000_000_000), ("s", 1_000_000_000_000)];

    /// <summary>What is accepted, for messages.</summary>
    public static string Form => "a number and one of ps, ns, us, ms, s, such as 1.5ms";

    /// <summary>Reads a span.</summary>
    /// <param name="text">A number without sign and a unit; a bare 0 needs none.</param>
    /// <param name="picoseconds">The span in picoseconds, rounded down.</param>
    /// <returns>False when the text is no span, or one of more than 2^62 picoseconds (53 days).</returns>
    public static bool TryParse(string text, out long picoseconds)
    {
        ArgumentNullException.ThrowIfNull(text);
        picoseconds = 0;
        if (text == "0")
        {
            return true;
        }

        int digits = text.AsSpan().IndexOfAnyExcept(NumberCharacters);
        if (digits <= 0 || !decimal.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number))
        {
            return false;
        }

        foreach ((string unit, decimal scale) in Units)
        {
            if (text.AsSpan(digits).SequenceEqual(unit) && number <= (1L << 62) / scale)
            {
                picoseconds = (long)(number * scale);
                return true;
            }
        }

        return false;
    }

    /// <summary>Writes a span with the greatest unit that leaves no fraction beyond three digits; <see cref="TryParse"/> reads it back exactly.</summary>
    /// <param name="picoseconds">The span, 0 or more.</param>
    public static string Of(long picoseconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(picoseconds);
        for (int i = Units.Length - 1; i > 0; i--)
        {
            decimal number = picoseconds / Units[i].Picoseconds;
            if (number >= 1 && decimal.Round(number, 3) == number)
            {
                return number.ToString("0.###", CultureInfo.InvariantCulture) + Units[i].Unit;
            }
        }

        return picoseconds == 0 ? "0" : picoseconds.ToString(CultureInfo.InvariantCulture) + "ps";
    }
}
