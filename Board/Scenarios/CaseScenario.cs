using System.Globalization;
using System.Text;
using System.Text.Json;
using NicEmu.Board.Scenarios.Text;
using NicEmu.Conformance.Core;

namespace NicEmu.Board.Scenarios;

/// <summary>A scenario file that names a case of the conformance matrix instead of describing flows: the case is the scenario, and judges.</summary>
public sealed record CaseScenario
{
    /// <summary>Short name.</summary>
    public required string Name { get; init; }

    /// <summary>Why the file was written.</summary>
    public string About { get; init; } = string.Empty;

    /// <summary>The case.</summary>
    public required ConformanceCase Case { get; init; }

    /// <summary>Decides about everything that is drawn.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The part of its long form that the case runs; null for its usual form.</summary>
    public CaseSweep? Sweep { get; init; }

    /// <summary>Reads a file that names a case.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="file">Its name, for messages; the scenario's name when it gives none.</param>
    /// <returns>The case, or null: the file names none and is for <see cref="ScenarioReader"/>.</returns>
    /// <exception cref="ScenarioFormatException">It names one wrongly: the message begins with file, line and column.</exception>
    public static CaseScenario? Read(string text, string file)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(file);
        JsoncValue root = JsoncParser.Parse(text, file);
        if (root.Kind != JsoncKind.Object || root["case"] is null) return null;
        CaseShapes.Root.Check(root, file);
        ConformanceCase test = CaseCatalogue.Find(root["case"]!.Text)!;
        if (root["sweep"] is { } part && test.Sweep.Length == 0)
        {
            throw new ScenarioFormatException(file, part.Place, $"{test.Id} has no sweep; docs/conformance.md lists those that have one.");
        }

        return new CaseScenario
        {
            Name = root["name"]?.Text ?? Path.GetFileNameWithoutExtension(file),
            About = root["about"]?.Text ?? string.Empty,
            Case = test,
            Seed = root["seed"] is { } seed ? ulong.Parse(seed.Text, CultureInfo.InvariantCulture) : 1,
            Sweep = CaseSweep.TryParse(root["sweep"]?.Text, out CaseSweep sweep) ? sweep : null,
        };
    }

    /// <summary>Writes a file that <see cref="Read"/> reads back equal.</summary>
    /// <param name="comment">Comment at the top.</param>
    public string Write(string comment)
    {
        ArgumentNullException.ThrowIfNull(comment);
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("name", Name);
            if (About.Length > 0) json.WriteString("about", About);
            json.WriteString("case", Case.Id);
            json.WriteNumber("seed", Seed);
            if (Sweep is { } sweep) json.WriteString("sweep", sweep.ToString());
            json.WriteEndObject();
        }

        return "// " + comment.ReplaceLineEndings("\n// ") + "\n" + Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }
}
