using System.Globalization;
using NicEmu.Board.Time;

namespace NicEmu.Board.Faults;

/// <summary>A parameter that a fault takes as <c>name=value</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Default">Value when it is not given.</param>
/// <param name="Description">Meaning.</param>
/// <param name="Words">The words that are allowed; none: a number, or a time when <paramref name="IsTime"/>.</param>
/// <param name="IsTime">Whether the value is a span of virtual time.</param>
public sealed record FaultParameter(string Name, string Default, string Description, IReadOnlyList<string> Words, bool IsTime = false)
{
    /// <summary>What a value may be, in words.</summary>
    public string Form => Words.Count > 0 ? string.Join(" | ", Words) : IsTime ? "time" : "number";

    /// <summary>A parameter that is one of some words.</summary>
    internal static FaultParameter Choice(string name, string byDefault, string description, params string[] words) => new(name, byDefault, description, words);

    /// <summary>A parameter that is a number, 0 to 2^32 - 1.</summary>
    internal static FaultParameter Number(string name, long byDefault, string description) => new(name, byDefault.ToString(CultureInfo.InvariantCulture), description, []);

    /// <summary>A parameter that is a span of time.</summary>
    internal static FaultParameter Time(string name, string byDefault, string description) => new(name, byDefault, description, [], IsTime: true);

    internal string? MistakeIn(string value)
    {
        bool good = Words.Count > 0 ? Words.Contains(value) : IsTime ? DurationText.TryParse(value, out _) : uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _);
        return good ? null : $"{Name}={value}: expected {(Words.Count > 0 ? "one of " + string.Join(", ", Words) : IsTime ? DurationText.Form : "a number")}.";
    }
}
