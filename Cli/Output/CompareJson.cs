using System.Text.Json;
using NicEmu.Board.Compare;
using NicEmu.Driver.Memory;

namespace NicEmu.Cli.Output;

/// <summary>Says how data paths compare, as members of one JSON document.</summary>
internal static class CompareJson
{
    /// <summary>Writes the members.</summary>
    /// <param name="json">Receives them.</param>
    /// <param name="run">What the paths did.</param>
    public static void Write(Utf8JsonWriter json, CompareRun run)
    {
        json.WriteNumber("fileBytes", run.Options.Content.Length);
        json.WriteNumber("seed", run.Options.Seed);
        json.WriteNumber("recordPayload", run.Options.RecordPayload);
        json.WriteNumber("mss", run.Options.Mss);
        json.WriteNumber("loss", run.Options.Loss);
        json.WriteNumber("hitRatio", run.Options.HitRatio);
        json.WriteBoolean("passed", run.Passed);
        json.WriteString("failure", run.Failure);
        json.WriteStartArray("paths");
        foreach (PathResult row in run.Rows) Write(json, row);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, PathResult row)
    {
        json.WriteStartObject();
        json.WriteString("id", row.Path.Id);
        json.WriteString("title", row.Path.Title);
        json.WriteString("failure", row.Failure);
        json.WriteNumber("payloadBytes", row.PayloadBytes);
        json.WriteNumber("streamBytes", row.StreamBytes);
        json.WriteNumber("bytesAgain", row.BytesAgain);
        json.WriteNumber("records", row.Records);
        json.WriteNumber("k", row.K);
        json.WriteNumber("expectedK", row.ExpectedK);
        json.WriteNumber("kWithWriteAllocate", row.KWithWriteAllocate);
        json.WriteNumber("kWithMetadata", row.KWithMetadata);
        json.WriteNumber("pcieCrossings", row.PcieCrossings);
        json.WriteStartObject("bytes");
        foreach (MemoryTraffic kind in Enum.GetValues<MemoryTraffic>()) json.WriteNumber(JsonNamingPolicy.CamelCase.ConvertName(kind.ToString()), row.Counters[kind]);
        json.WriteEndObject();
        json.WriteStartObject("events");
        foreach (MemoryEvent what in Enum.GetValues<MemoryEvent>()) json.WriteNumber(JsonNamingPolicy.CamelCase.ConvertName(what.ToString()), row.Counters[what]);
        json.WriteEndObject();
        json.WriteString("cryptoBy", row.Path.CryptoBy);
        json.WriteString("retransmitSource", row.Path.RetransmitSource);
        json.WriteString("cardState", row.Path.CardState);
        json.WriteNumber("cardStateBytes", row.Path.CardStateBytes);
        json.WriteNumber("cardMemoryBytes", row.CardMemoryBytes);
        json.WriteNumber("cardRetransmitBytes", row.CardRetransmitBytes);
        json.WriteString("kernelSaw", row.KernelSaw.IsEmpty ? null : row.KernelSawPlaintext ? "plaintext" : "ciphertext");
        json.WriteString("sha256", row.Sha256);
        json.WriteString("wireSha256", row.WireSha256);
        json.WriteStartArray("notCounted");
        foreach (string note in row.Path.NotCounted) json.WriteStringValue(note);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
