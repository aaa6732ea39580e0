using System.Globalization;

namespace NicEmu.Board.Compare.Sweeps;

/// <summary>
/// Sweeps as tables of comma-separated values, the same bytes in every culture: a head line, then a line for each point. The first columns name sweep, effort
/// and seed and give the place of the setting; then come those of the sweep. No field needs quotes.
/// </summary>
public static class SweepCsv
{
    private const int Leading = 4;
    private const string Quick = "quick";
    private const string Full = "full";

    /// <summary>Writes the head line.</summary>
    /// <param name="writer">Receives it.</param>
    /// <param name="definition">The sweep.</param>
    public static void WriteHead(TextWriter writer, SweepDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(definition);
        writer.Write(Head(definition) + "\n");
    }

    /// <summary>Writes the line of one point.</summary>
    /// <param name="writer">Receives it.</param>
    /// <param name="point">The point.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="isFull">Whether the run was a full one.</param>
    public static void WritePoint(TextWriter writer, SweepPoint point, ulong seed, bool isFull)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(point);
        SweepDefinition definition = point.Definition;
        IEnumerable<string> fields = point.Values.Select((value, i) => SweepText.Of(definition.Columns[i], value));
        writer.Write(string.Create(CultureInfo.InvariantCulture, $"{definition.Name},{(isFull ? Full : Quick)},{seed},{point.Index},{string.Join(',', fields)}\n"));
    }

    /// <summary>Writes a whole table.</summary>
    /// <param name="writer">Receives it.</param>
    /// <param name="result">What came of a sweep.</param>
    public static void Write(TextWriter writer, SweepResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        WriteHead(writer, result.Definition);
        foreach (SweepPoint point in result.Points) WritePoint(writer, point, result.Seed, result.IsFull);
    }

    /// <summary>Reads a table back.</summary>
    /// <param name="reader">The table.</param>
    /// <param name="definition">The sweep that it is of.</param>
    /// <returns>Its points; null for a table without any, which names no seed.</returns>
    /// <exception cref="SweepFormatException">It is no table of this sweep, or damaged.</exception>
    public static SweepResult? Read(TextReader reader, SweepDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(definition);
        if (reader.ReadLine() != Head(definition)) throw new SweepFormatException(1, $"This is not the head of a table of the sweep {definition.Name}.");
        List<SweepPoint> points = [];
        HashSet<int> seen = [];
        (ulong Seed, bool IsFull)? run = null;
        int line = 1;
        while (reader.ReadLine() is { } text)
        {
            line++;
            (SweepPoint point, ulong seed, bool isFull) = ReadPoint(text.Split(','), line, definition);
            run ??= (seed, isFull);
            if (run != (seed, isFull)) throw new SweepFormatException(line, "The point is of another run than those before.");
            if (!seen.Add(point.Index)) throw new SweepFormatException(line, $"The setting {point.Index} is there twice.");
            points.Add(point);
        }

        return run is var (s, f) ? new SweepResult(definition, [.. points.OrderBy(static p => p.Index)], s, f) : null;
    }

    private static string Head(SweepDefinition definition) => "sweep,effort,seed,setting," + string.Join(',', definition.Columns.Select(static c => c.Name));

    private static (SweepPoint Point, ulong Seed, bool IsFull) ReadPoint(string[] fields, int line, SweepDefinition definition)
    {
        if (fields.Length != Leading + definition.Columns.Count) throw new SweepFormatException(line, $"There are {fields.Length} fields instead of {Leading + definition.Columns.Count}.");
        if (fields[0] != definition.Name) throw new SweepFormatException(line, "The point is of another sweep.");
        if (fields[1] is not (Quick or Full)) throw new SweepFormatException(line, "The effort is neither quick nor full.");
        if (!ulong.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)) throw new SweepFormatException(line, "The seed is no number.");
        if (!int.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out int index) || index >= definition.Settings.Count) throw new SweepFormatException(line, "There is no such setting.");
        var values = new double[definition.Columns.Count];
        for (int i = 0; i < values.Length; i++)
        {
            if (!SweepText.TryParse(definition.Columns[i], fields[Leading + i], out values[i])) throw new SweepFormatException(line, $"The {definition.Columns[i].Name} is not one.");
        }

        if (!values.AsSpan(0, definition.Axes.Count).SequenceEqual(definition.Settings[index].Values.ToArray())) throw new SweepFormatException(line, $"The setting {index} is another.");
        return (new SweepPoint(definition, index, values), seed, fields[1] == Full);
    }
}
