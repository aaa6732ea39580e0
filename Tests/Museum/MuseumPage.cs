using System.Text;

namespace NicEmu.Tests.Museum;

/// <summary>Writes docs/museum.md from what the killers said.</summary>
internal static class MuseumPage
{
    private const int MaxWords = 12;

    public static string Path { get; } = System.IO.Path.Combine(SourceTree.Root, "docs", "museum.md");

    /// <summary>The page.</summary>
    /// <param name="mutants">The mutants, in order.</param>
    /// <param name="judge">Tells what the killers of one said.</param>
    public static string Of(IReadOnlyList<Mutant> mutants, Func<Mutant, IReadOnlyList<Judgement>> judge)
    {
        var page = new StringBuilder();
        page.Append("# Bug museum\n\n")
            .Append("Bugs that drivers of other cards had, each planted anew in our own sources (`Tests/Museum/Mutants`), compiled in memory and run. Each must be noticed by the conformance\n")
            .Append("case, or by the sanitizer rule within a case, that the last column names: a verdict in words about what was seen from outside, not a crash. Without a bug all of them\n")
            .Append("are silent. Rows whose identifier begins with D are defects of a card.\n\n")
            .Append("Written by `scripts/museum`, which runs every mutant; `./test --all` compares.\n\n");
        int bugs = mutants.Where(m => m.Id[0] == 'B').Select(m => m.Id[..4]).Distinct().Count();
        page.Append($"{bugs} bugs of drivers in {mutants.Count(m => m.Id[0] == 'B')} forms, {mutants.Count(m => m.Id[0] == 'D')} of cards.\n\n");
        page.Append("| Id | Upstream | What went wrong | Planted in | Killed by |\n|---|---|---|---|---|\n");
        foreach (Mutant mutant in mutants)
        {
            string killers = string.Join("<br>", judge(mutant).Select(j => $"{j.Killer}: {Cell(FirstWords(j.Said))}"));
            page.Append($"| {mutant.Id} | {Cell(mutant.Upstream)} | {Cell(mutant.Wrong)} | {mutant.Project} | {killers} |\n");
        }

        page.Append("\n## What is not planted\n\nOf the bugs B001 to B125 these have no mutant:\n\n");
        foreach ((IReadOnlyList<int> numbers, string why) in NotPlanted.All) page.Append($"- {string.Join(", ", numbers.Select(n => $"B{n:D3}"))}: {why}\n");

        return page.ToString();
    }

    private static string FirstWords(string said)
    {
        string[] words = said.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Length <= MaxWords ? string.Join(' ', words) : string.Join(' ', words[..MaxWords]) + " …";
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}
