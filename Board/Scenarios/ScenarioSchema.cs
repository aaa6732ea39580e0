using System.Text;
using System.Text.Json;
using NicEmu.Board.Scenarios.Text;

namespace NicEmu.Board.Scenarios;

/// <summary>The published schema of scenario files (JSON Schema, draft 2020-12), made from the shape that the reader checks against.</summary>
public static class ScenarioSchema
{
    /// <summary>The schema as text.</summary>
    public static string Text()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
            json.WriteString("title", "NicEmu scenario");
            json.WriteString("type", "object");
            // Not oneOf: a mistake is then told against the form that was meant.
            json.WriteStartObject("if");
            json.WriteStartArray("required");
            json.WriteStringValue("case");
            json.WriteEndArray();
            json.WriteEndObject();
            Form(json, "then", CaseShapes.Root);
            Form(json, "else", ScenarioShapes.Root);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static void Form(Utf8JsonWriter json, string name, ObjectShape shape)
    {
        json.WriteStartObject(name);
        shape.WriteSchema(json);
        json.WriteEndObject();
    }
}
