using System.Text.Json;

namespace NicEmu.Board.Compare.Sweeps;

/// <summary>Sweeps as JSON.</summary>
public static class SweepJson
{
    /// <summary>Writes one sweep as an object: name, title, run, columns, and the points with a member for each column; null where there is no value.</summary>
    /// <param name="json">Receives it.</param>
    /// <param name="result">What came of the sweep.</param>
    public static void Write(Utf8JsonWriter json, SweepResult result)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(result);
        SweepDefinition definition = result.Definition;
        json.WriteStartObject();
        json.WriteString("name", definition.Name);
        json.WriteString("title", definition.Title);
        json.WriteString("effort", result.IsFull ? "full" : "quick");
        json.WriteNumber("seed", result.Seed);
        json.WriteStartArray("columns");
        foreach (SweepColumn column in definition.Columns)
        {
            json.WriteStartObject();
            json.WriteString("name", column.Name);
            json.WriteString("role", JsonNamingPolicy.CamelCase.ConvertName(column.Role.ToString()));
            json.WriteString("unit", column.Unit);
            json.WriteString("meaning", column.Meaning);
            if (column.Of.Length > 0) json.WriteString("of", column.Of);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("points");
        foreach (SweepPoint point in result.Points) Write(json, point);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, SweepPoint point)
    {
        json.WriteStartObject();
        json.WriteNumber("setting", point.Index);
        for (int i = 0; i < point.Values.Count; i++)
        {
            SweepColumn column = point.Definition.Columns[i];
            if (double.IsNaN(point.Values[i])) json.WriteNull(column.Name);
            else if (column.Labels.Count > 0) json.WriteString(column.Name, SweepText.Of(column, point.Values[i]));
            else json.WriteNumber(column.Name, point.Values[i]);
        }

        json.WriteEndObject();
    }
}
