using System.Text.Json;

namespace NicEmu.Board.Scenarios.Text;

/// <summary>A text of a form, or one of some words.</summary>
internal sealed class TextShape(string about, string expected = "a text", string? pattern = null, Func<string, string?>? mistake = null, params string[] words) : Shape(about)
{
    /// <summary>One of some words.</summary>
    public static TextShape OneOf(string about, params string[] words) => new(about, "one of " + string.Join(", ", words.Select(static w => $"\"{w}\"")), words: words);

    public override void Check(JsoncValue value, string file)
    {
        if (value.Kind != JsoncKind.String || (words.Length > 0 && !words.Contains(value.Text)))
        {
            throw Unfit(value, file, expected + (value.Kind == JsoncKind.String ? Suggestion.For(value.Text, words).Replace("; ", " (", StringComparison.Ordinal).Replace("?", "?)", StringComparison.Ordinal) : string.Empty));
        }

        if (mistake?.Invoke(value.Text) is { } wrong)
        {
            throw new ScenarioFormatException(file, value.Place, wrong);
        }
    }

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "string");
        if (pattern is not null)
        {
            json.WriteString("pattern", pattern);
        }

        if (words.Length > 0)
        {
            json.WriteStartArray("enum");
            foreach (string word in words)
            {
                json.WriteStringValue(word);
            }

            json.WriteEndArray();
        }

        base.WriteSchema(json);
    }
}
