using System.Text.Json;

namespace NicEmu.Board.Scenarios.Text;

/// <summary>Either of two shapes, told apart by their kind: a number, or a text.</summary>
internal sealed class NumberOrTextShape(string about, Shape number, Shape text) : Shape(about)
{
    public override void Check(JsoncValue value, string file) => (value.Kind == JsoncKind.Number ? number : text).Check(value, file);

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteStartArray("anyOf");
        foreach (Shape shape in new[] { number, text })
        {
            json.WriteStartObject();
            shape.WriteSchema(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        base.WriteSchema(json);
    }
}
