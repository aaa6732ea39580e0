using System.Globalization;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace NicEmu.Tests.Museum;

/// <summary>What of the museum is quick enough for every run: its files, its page, and two mutants.</summary>
public sealed class MuseumSampleTests
{
    [Test]
    public void Mutants_AreWellFormedAndTheirPatchesApply()
    {
        string[] wrong = [.. MutantFile.All.SelectMany(Faults)];

        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Mutants_AreInThePageOnceEach()
    {
        string[] rows = [.. File.ReadLines(MuseumPage.Path).Where(l => Regex.IsMatch(l, @"^\| [BD]\d+[bc]? \|")).Select(l => l.Split('|')[1].Trim())];

        Assert.That(rows, Is.EqualTo(MutantFile.All.Select(m => m.Id)));
    }

    [Test]
    public void Bugs_EveryNumber_IsPlantedOrHasAReason()
    {
        IEnumerable<int> planted = MutantFile.All.Where(m => m.Id[0] == 'B').Select(m => int.Parse(m.Id.AsSpan(1, 3), CultureInfo.InvariantCulture)).Distinct();

        int[] numbers = [.. planted.Concat(NotPlanted.All.SelectMany(n => n.Numbers)).Order()];

        Assert.That(numbers, Is.EqualTo(Enumerable.Range(1, NotPlanted.LastNumber)));
    }

    [TestCase("B002")]
    [TestCase("D02")]
    public void Mutant_Planted_IsKilledByName(string id)
    {
        Mutant mutant = MutantFile.All.Single(m => m.Id == id);

        IReadOnlyList<Judgement> judgements = MuseumRun.Of(mutant);

        Assert.That(judgements.Where(j => !j.Killed), Is.Empty);
    }

    private static IEnumerable<string> Faults(Mutant mutant)
    {
        if (mutant.Upstream.Length == 0 || mutant.Wrong.Length == 0 || mutant.Killers.Count == 0) yield return $"{mutant.Id}: a line is empty";
        foreach (MutantEdit edit in mutant.Edits)
        {
            string path = Path.Combine(SourceTree.Root, edit.File);
            int count = File.Exists(path) ? Regex.Count(File.ReadAllText(path).ReplaceLineEndings("\n"), Regex.Escape(edit.Old)) : 0;
            if (count != 1) yield return $"{mutant.Id}: {edit.File} holds the text to replace {count} times";
            if (edit.File.Split('/')[0] != mutant.Project) yield return $"{mutant.Id}: more than one project is changed";
        }
    }
}
