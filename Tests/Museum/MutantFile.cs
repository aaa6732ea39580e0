namespace NicEmu.Tests.Museum;

/// <summary>
/// Reads the files of <c>Tests/Museum/Mutants</c>: lines <c>id:</c>, <c>upstream:</c>, <c>wrong:</c>, <c>killed-by:</c> (with commas between), then for each edit
/// a line <c>file:</c>, and old and new text between lines <c>&lt;&lt;&lt;&lt;</c>, <c>====</c> and <c>&gt;&gt;&gt;&gt;</c>.
/// </summary>
internal static class MutantFile
{
    public static IReadOnlyList<Mutant> All { get; } =
        [.. Directory.GetFiles(Path.Combine(SourceTree.Root, "Tests", "Museum", "Mutants"), "*.mutant").Order(StringComparer.Ordinal).Select(Read)];

    /// <summary>Reads one file.</summary>
    /// <param name="path">Its path.</param>
    public static Mutant Read(string path)
    {
        var head = new Dictionary<string, string>(StringComparer.Ordinal);
        var edits = new List<MutantEdit>();
        string[] lines = File.ReadAllLines(path);
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length == 0) continue;
            int colon = lines[i].IndexOf(':', StringComparison.Ordinal);
            if (colon < 0) throw new FormatException($"{path}({i + 1}): expected 'name: value'");
            string name = lines[i][..colon];
            string value = lines[i][(colon + 1)..].Trim();
            if (name != "file")
            {
                head[name] = value;
                continue;
            }

            string old = Block(path, lines, ref i, "<<<<", "====");
            string now = Block(path, lines, ref i, "====", ">>>>");
            edits.Add(new MutantEdit(value, old, now));
        }

        if (edits.Count == 0) throw new FormatException($"{path}: no edit");
        return new Mutant(head["id"], head["upstream"], head["wrong"], head["killed-by"].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), edits);
    }

    private static string Block(string path, string[] lines, ref int at, string begin, string end)
    {
        if (lines[at] != begin) at++;
        if (at >= lines.Length || lines[at] != begin) throw new FormatException($"{path}({at + 1}): expected {begin}");
        int first = ++at;
        while (at < lines.Length && lines[at] != end) at++;
        if (at >= lines.Length) throw new FormatException($"{path}: {begin} without {end}");
        return string.Join('\n', lines[first..at]);
    }
}
