using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace NicEmu.Conformance.Core;

/// <summary>One part of the long form of a case: its rounds are dealt out to the parts in turns.</summary>
/// <param name="Part">Number of the part, from 1.</param>
/// <param name="Parts">How many there are, at least 1.</param>
public readonly record struct CaseSweep(int Part, int Parts)
{
    /// <summary>The whole sweep.</summary>
    public static CaseSweep Whole { get; } = new(1, 1);

    /// <summary>Reads <c>I/N</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="sweep">The part; undefined when the text is none.</param>
    /// <returns>Whether I and N are numbers with I from 1 to N.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out CaseSweep sweep)
    {
        string[] words = text?.Split('/') ?? [];
        sweep = default;
        if (words.Length != 2 || !Number(words[0], out int part) || !Number(words[1], out int parts)) return false;
        sweep = new(part, parts);
        return part >= 1 && part <= parts;

        static bool Number(string word, out int number) => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Whether a round belongs to this part.</summary>
    /// <param name="round">Number of the round, from 0.</param>
    public bool Has(long round) => round % Parts == Part - 1;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Part}/{Parts}");
}
