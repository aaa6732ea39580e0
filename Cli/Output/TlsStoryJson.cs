using System.Text.Json;
using NicEmu.Traces.Tls;

namespace NicEmu.Cli.Output;

/// <summary>A capture's TLS connections as one JSON document: schema <c>nicemu.tls/1</c>, every record, secrets by label only.</summary>
internal static class TlsStoryJson
{
    /// <summary>Writes the document.</summary>
    /// <param name="output">Receives it.</param>
    /// <param name="story">The story.</param>
    public static void Write(TextWriter output, TlsStory story) => JsonDocumentWriter.Write(output, "nicemu.tls/1", json =>
    {
        json.WriteNumber("packets", story.Packets);
        json.WriteNumber("segments", story.Segments);
        json.WriteString("damage", story.Damage);
        Strings(json, "notes", story.Notes);
        json.WriteStartArray("connections");
        foreach (TlsConnectionStory connection in story.Connections)
        {
            Write(json, connection);
        }

        json.WriteEndArray();
    });

    private static void Write(Utf8JsonWriter json, TlsConnectionStory connection)
    {
        json.WriteStartObject();
        json.WriteNumber("index", connection.Index);
        json.WriteString("flow", connection.Flow.ToString());
        json.WriteString("interface", connection.Interface);
        json.WriteString("version", connection.Version);
        json.WriteString("cipherSuite", connection.CipherSuite);
        json.WriteString("serverName", connection.ServerName);
        Strings(json, "secrets", connection.Secrets);
        Strings(json, "notes", connection.Notes);
        json.WriteStartArray("records");
        foreach (TlsRecordStory record in connection.Records)
        {
            Write(json, record);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TlsRecordStory record)
    {
        json.WriteStartObject();
        json.WriteString("side", record.Side == TlsSide.Client ? "client" : "server");
        json.WriteNumber("outerType", record.OuterType);
        json.WriteNumber("contentType", record.ContentType);
        json.WriteNumber("offset", record.Offset);
        json.WriteNumber("tcpSequence", record.TcpSequence);
        json.WriteNumber("wireLength", record.WireLength);
        json.WriteString("key", record.Key);
        if (record.Number is { } number)
        {
            json.WriteNumber("number", number);
        }

        json.WriteBoolean("readable", record.IsReadable);
        json.WriteString("failure", record.Failure);
        json.WriteNumber("contentLength", record.ContentLength);
        json.WriteNumber("padding", record.Padding);
        json.WriteString("nonce", Convert.ToHexStringLower(record.Nonce.Span));
        json.WriteString("aad", Convert.ToHexStringLower(record.Aad.Span));
        json.WriteString("preview", Convert.ToHexStringLower(record.Preview.Span));
        json.WriteStartArray("frames");
        foreach (int frame in record.Frames)
        {
            json.WriteNumberValue(frame);
        }

        json.WriteEndArray();
        Repeats(json, record);
        Strings(json, "card", record.Card);
        json.WriteStartArray("messages");
        foreach (TlsMessageStory message in record.Messages)
        {
            json.WriteStartObject();
            json.WriteNumber("type", message.Type);
            json.WriteString("name", message.Name);
            json.WriteNumber("length", message.Length);
            Strings(json, "facts", message.Facts);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Repeats(Utf8JsonWriter json, TlsRecordStory record)
    {
        json.WriteStartArray("repeats");
        foreach ((int frame, int start, int end) in record.Repeats)
        {
            json.WriteStartObject();
            json.WriteNumber("frame", frame);
            json.WriteNumber("start", start);
            json.WriteNumber("end", end);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Strings(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
