using System.Text;
using System.Text.Json;

namespace NicEmu.Cli.Output;

/// <summary>Writes the one document that <c>--json</c> promises.</summary>
internal static class JsonDocumentWriter
{
    /// <summary>Writes an object whose first member names its schema.</summary>
    /// <param name="output">Receives the document and a line end.</param>
    /// <param name="schema">Name and version of the schema, for example <c>nicemu.demo/1</c>.</param>
    /// <param name="members">Writes the other members.</param>
    public static void Write(TextWriter output, string schema, Action<Utf8JsonWriter> members)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("schema", schema);
            members(json);
            json.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(stream.ToArray()));
    }
}
