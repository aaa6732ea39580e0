using System.Text.Json;

namespace NicEmu.Board.Scenarios.Text;

/// <summary>An object with known members.</summary>
internal sealed class ObjectShape(string about, params (string Name, Shape Shape)[] members) : Shape(about)
{
    /// <summary>Members that must be there.</summary>
    public string[] Required { get; init; } = [];

    /// <summary>Members of which exactly one must be there.</summary>
    public string[] OneOf { get; init; } = [];

    public override void Check(JsoncValue value, string file)
    {
        if (value.Kind != JsoncKind.Object)
        {
            throw Unfit(value, file, "an object");
        }

        foreach (JsoncMember member in value.Members)
        {
            Shape? shape = members.FirstOrDefault(m => m.Name == member.Name).Shape;
            if (shape is null)
            {
                string names = string.Join(", ", members.Select(static m => m.Name));
                throw new ScenarioFormatException(file, member.Place, $"unknown key \"{member.Name}\"{Suggestion.For(member.Name, members.Select(static m => m.Name))}; here stand {names}.");
            }

            shape.Check(member.Value, file);
        }

        foreach (string name in Required)
        {
            if (value[name] is null)
            {
                throw new ScenarioFormatException(file, value.Place, $"\"{name}\" is missing here.");
            }
        }

        int chosen = OneOf.Count(name => value[name] is not null);
        if (OneOf.Length > 0 && chosen != 1)
        {
            throw new ScenarioFormatException(file, value.Place, $"expected exactly one of {string.Join(", ", OneOf)} here, found {(chosen == 0 ? "none" : chosen)}.");
        }
    }

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "object");
        json.WriteBoolean("additionalProperties", false);
        base.WriteSchema(json);
        json.WriteStartObject("properties");
        foreach ((string name, Shape shape) in members)
        {
            json.WriteStartObject(name);
            shape.WriteSchema(json);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        WriteNames(json, "required", Required);
        if (OneOf.Length > 0)
        {
            json.WriteStartArray("oneOf");
            foreach (string name in OneOf)
            {
                json.WriteStartObject();
                WriteNames(json, "required", [name]);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    }

    private static void WriteNames(Utf8JsonWriter json, string member, string[] names)
    {
        if (names.Length > 0)
        {
            json.WriteStartArray(member);
            foreach (string name in names)
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
        }
    }
}
