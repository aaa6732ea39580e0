using System.Text.Json;

namespace NicEmu.Board.Scenarios.Text;

/// <summary>True or false.</summary>
internal sealed class FlagShape(string about) : Shape(about)
{
    public override void Check(JsoncValue value, string file)
    {
        if (value.Kind != JsoncKind.Boolean)
        {
            throw Unfit(value, file, "true or false");
        }
    }

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "boolean");
        base.WriteSchema(json);
    }
}
