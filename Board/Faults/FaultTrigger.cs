using System.Globalization;
using NicEmu.Board.Time;

namespace NicEmu.Board.Faults;

/// <summary>When a fault strikes: the part of its text behind the <c>@</c>.</summary>
/// <param name="Moment">What is counted.</param>
/// <param name="Number">The number, or for <see cref="FaultMoment.Time"/> picoseconds; 0 for a rate.</param>
/// <param name="Probability">For <see cref="FaultMoment.Rate"/>: above 0, at most 1.</param>
public sealed record FaultTrigger(FaultMoment Moment, long Number, double Probability = 0)
{
    /// <summary>The word of a moment, as it stands before the equals sign.</summary>
    /// <param name="moment">The moment.</param>
    public static string NameOf(FaultMoment moment) => moment.ToString().ToLowerInvariant();

    /// <summary>Reads a trigger.</summary>
    /// <param name="text">For example <c>frame=12</c>, <c>time=1.5ms</c> or <c>rate=0.01</c>.</param>
    /// <param name="trigger">The trigger.</param>
    /// <param name="mistake">What is wrong, when the result is false.</param>
    public static bool TryParse(string text, out FaultTrigger trigger, out string mistake)
    {
        ArgumentNullException.ThrowIfNull(text);
        trigger = new FaultTrigger(FaultMoment.Nth, 0);
        mistake = string.Empty;
        string[] parts = text.Split('=', 2);
        string[] names = [.. Enum.GetValues<FaultMoment>().Select(NameOf)];
        int index = Array.IndexOf(names, parts[0]);
        if (index < 0 || parts.Length != 2)
        {
            mistake = $"'{text}' is no moment: it is WORD=VALUE with one of {string.Join(", ", names)}.";
            return false;
        }

        var moment = (FaultMoment)index;
        switch (moment)
        {
            case FaultMoment.Time when DurationText.TryParse(parts[1], out long ps):
                trigger = new FaultTrigger(moment, ps);
                return true;
            case FaultMoment.Rate when double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double rate) && rate is > 0 and <= 1:
                trigger = new FaultTrigger(moment, 0, rate);
                return true;
            case FaultMoment.Time:
                mistake = $"'{parts[1]}' is no time: it is {DurationText.Form}.";
                return false;
            case FaultMoment.Rate:
                mistake = $"'{parts[1]}' is no rate: it is above 0 and at most 1.";
                return false;
            default:
                bool isNumber = long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number <= uint.MaxValue;
                mistake = isNumber ? string.Empty : $"'{parts[1]}' is no number from 0 to {uint.MaxValue}.";
                trigger = new FaultTrigger(moment, number);
                return isNumber;
        }
    }

    /// <summary>The text that <see cref="TryParse"/> reads.</summary>
    public override string ToString() => NameOf(Moment) + "=" + Moment switch
    {
        FaultMoment.Time => DurationText.Of(Number),
        FaultMoment.Rate => Probability.ToString(CultureInfo.InvariantCulture),
        _ => Number.ToString(CultureInfo.InvariantCulture),
    };
}
