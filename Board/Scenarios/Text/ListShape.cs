using System.Text.Json;

namespace NicEmu.Board.Scenarios.Text;

/// <summary>A list.</summary>
internal sealed class ListShape(string about, Shape item, int least = 0, int greatest = 10_000) : Shape(about)
{
    public override void Check(JsoncValue value, string file)
    {
        if (value.Kind != JsoncKind.Array)
        {
            throw Unfit(value, file, "an array");
        }

        if (value.Items.Count < least || value.Items.Count > greatest)
        {
            throw new ScenarioFormatException(file, value.Place, $"expected {least} to {greatest} entries, found {value.Items.Count}.");
        }

        foreach (JsoncValue entry in value.Items)
        {
            item.Check(entry, file);
        }
    }

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "array");
        json.WriteNumber("minItems", least);
        json.WriteNumber("maxItems", greatest);
        json.WriteStartObject("items");
        item.WriteSchema(json);
        json.WriteEndObject();
        base.WriteSchema(json);
    }
}
