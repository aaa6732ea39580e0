using System.Globalization;

namespace NicEmu.Board.Scenarios;

/// <summary>Bounds for one counter at the end of a run.</summary>
/// <param name="Name">Name of the counter, with <c>peer.</c> before it for the second machine's.</param>
/// <param name="Least">Least value.</param>
/// <param name="Greatest">Greatest value.</param>
public sealed record CounterExpectation(string Name, long Least, long Greatest)
{
    /// <summary>Reads the bounds.</summary>
    /// <param name="name">Name of the counter.</param>
    /// <param name="text"><c>5</c>, <c>=5</c>, <c>!=0</c> (which is <c>&gt;0</c>), <c>&gt;=1</c>, <c>&gt;1</c>, <c>&lt;=9</c>, <c>&lt;9</c> or <c>1..9</c>.</param>
    /// <param name="expectation">The result.</param>
    public static bool TryParse(string name, string text, out CounterExpectation expectation)
    {
        expectation = new CounterExpectation(name, 0, long.MaxValue);
        string[] range = text.Split("..", 2);
        if (range.Length == 2 && Number(range[0], out long least) && Number(range[1], out long greatest) && least <= greatest)
        {
            expectation = new CounterExpectation(name, least, greatest);
            return true;
        }

        string sign = text[..(text.Length - text.TrimStart('<', '>', '=', '!').Length)];
        if (!Number(text[sign.Length..], out long number))
        {
            return false;
        }

        (long From, long To)? bounds = sign switch
        {
            "" or "=" or "==" => (number, number),
            ">=" => (number, long.MaxValue),
            ">" => (number + 1, long.MaxValue),
            "<=" => (0, number),
            "<" when number > 0 => (0, number - 1),
            "!=" when number == 0 => (1, long.MaxValue),
            _ => null,
        };
        if (bounds is { } found)
        {
            expectation = new CounterExpectation(name, found.From, found.To);
        }

        return bounds is not null;
    }

    /// <summary>The bounds as <see cref="TryParse"/> reads them.</summary>
    public string Bounds => Least == Greatest ? Text(Least) : Greatest == long.MaxValue ? ">=" + Text(Least) : Least == 0 ? "<=" + Text(Greatest) : $"{Text(Least)}..{Text(Greatest)}";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static bool Number(string text, out long number) => long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < long.MaxValue;
}
