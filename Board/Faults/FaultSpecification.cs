using System.Globalization;
using NicEmu.Board.Time;

namespace NicEmu.Board.Faults;

/// <summary>A fault as asked for: <c>NAME[:key=value,…][@WHEN]</c>.</summary>
/// <param name="Definition">Which.</param>
/// <param name="Given">The parameters that were given.</param>
/// <param name="When">The moment.</param>
public sealed record FaultSpecification(FaultDefinition Definition, IReadOnlyDictionary<string, string> Given, FaultTrigger When)
{
    /// <summary>Reads a fault.</summary>
    /// <param name="text">The text, for example <c>frame-drop:direction=received,count=2@record=3</c>.</param>
    /// <param name="specification">The fault; null when the result is false.</param>
    /// <param name="mistake">What is wrong and what is expected instead, when the result is false.</param>
    public static bool TryParse(string text, out FaultSpecification? specification, out string mistake)
    {
        ArgumentNullException.ThrowIfNull(text);
        specification = null;
        string[] halves = text.Split('@', 2);
        string[] head = halves[0].Split(':', 2);
        if (FaultCatalogue.Find(head[0]) is not { } definition)
        {
            mistake = $"there is no fault '{head[0]}'{Suggestion.For(head[0], FaultCatalogue.All.Select(static d => d.Name))}; `nicemu fault list` shows all.";
            return false;
        }

        Dictionary<string, string> given = [];
        foreach (string pair in head.Length > 1 ? head[1].Split(',') : [])
        {
            string[] sides = pair.Split('=', 2);
            FaultParameter? parameter = definition.Parameters.FirstOrDefault(p => p.Name == sides[0]);
            if (parameter is null || sides.Length != 2)
            {
                mistake = $"{definition.Name} takes no '{pair}'{Suggestion.For(sides[0], definition.Parameters.Select(static p => p.Name))}; it takes {Names(definition)}.";
                return false;
            }

            if (parameter.MistakeIn(sides[1]) is { } wrong)
            {
                mistake = $"{definition.Name}: {wrong}";
                return false;
            }

            given[parameter.Name] = sides[1];
        }

        var when = new FaultTrigger(definition.Moments[0], 0, definition.Moments[0] == FaultMoment.Rate ? 1 : 0);
        if (halves.Length > 1 && !FaultTrigger.TryParse(halves[1], out when, out mistake))
        {
            return false;
        }

        if (!definition.Moments.Contains(when.Moment))
        {
            mistake = $"{definition.Name} cannot strike at {FaultTrigger.NameOf(when.Moment)}=; it can at {string.Join(", ", definition.Moments.Select(FaultTrigger.NameOf))}.";
            return false;
        }

        mistake = string.Empty;
        specification = new FaultSpecification(definition, given, when);
        return true;
    }

    /// <summary>A parameter's value as a word.</summary>
    /// <param name="name">A parameter of the definition.</param>
    public string Word(string name) => Given.GetValueOrDefault(name) ?? ParameterOf(name).Default;

    /// <summary>A parameter's value as a number.</summary>
    /// <param name="name">A parameter of the definition.</param>
    public long Number(string name) => long.Parse(Word(name), CultureInfo.InvariantCulture);

    /// <summary>A parameter's value in picoseconds.</summary>
    /// <param name="name">A parameter of the definition.</param>
    public long TimePs(string name) => DurationText.TryParse(Word(name), out long ps) ? ps : 0;

    /// <summary>The text that <see cref="TryParse"/> reads.</summary>
    public override string ToString() =>
        Definition.Name + (Given.Count == 0 ? string.Empty : ":" + string.Join(',', Given.Select(static g => g.Key + "=" + g.Value))) + "@" + When;

    private FaultParameter ParameterOf(string name) => Definition.Parameters.First(p => p.Name == name);

    private static string Names(FaultDefinition definition) =>
        definition.Parameters.Count == 0 ? "no parameters" : string.Join(", ", definition.Parameters.Select(static p => p.Name));
}
