namespace NicEmu.Board.Scenarios.Text;

/// <summary>A value of a scenario file with its place.</summary>
internal sealed class JsoncValue
{
    public required JsoncKind Kind { get; init; }

    public required TextPlace Place { get; init; }

    /// <summary>The string, or the number as it is written.</summary>
    public string Text { get; init; } = string.Empty;

    public bool Flag { get; init; }

    public IReadOnlyList<JsoncValue> Items { get; init; } = [];

    public IReadOnlyList<JsoncMember> Members { get; init; } = [];

    /// <summary>A member's value; null when there is none.</summary>
    public JsoncValue? this[string name] => Members.FirstOrDefault(m => m.Name == name)?.Value;

    /// <summary>What it is, for messages.</summary>
    public string Describe() => Kind switch
    {
        JsoncKind.Null => "null",
        JsoncKind.Boolean => Flag ? "true" : "false",
        JsoncKind.Number => Text,
        JsoncKind.String => $"\"{Text}\"",
        JsoncKind.Array => "an array",
        _ => "an object",
    };
}
