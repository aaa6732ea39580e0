using System.Text.Json;

namespace NicEmu.Board.Scenarios.Text;

/// <summary>An object whose member names are free.</summary>
internal sealed class MapShape(string about, Shape value) : Shape(about)
{
    public override void Check(JsoncValue map, string file)
    {
        if (map.Kind != JsoncKind.Object)
        {
            throw Unfit(map, file, "an object");
        }

        foreach (JsoncMember member in map.Members)
        {
            value.Check(member.Value, file);
        }
    }

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "object");
        json.WriteStartObject("additionalProperties");
        value.WriteSchema(json);
        json.WriteEndObject();
        base.WriteSchema(json);
    }
}
