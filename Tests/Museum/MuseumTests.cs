using NUnit.Framework;

namespace NicEmu.Tests.Museum;

/// <summary>Every bug of the museum is noticed by the cases and rules that it names; without a bug they notice nothing.</summary>
[Category("Long")]
[Parallelizable(ParallelScope.Children)]
public sealed class MuseumTests
{
    /// <summary>Names a file to write the page to, instead of comparing it.</summary>
    private const string PageVariable = "NICEMU_MUSEUM_PAGE";

    [TestCaseSource(nameof(Mutants))]
    public void Mutant_Planted_IsKilledByName(object planted)
    {
        IReadOnlyList<Judgement> judgements = MuseumRun.Of((Mutant)planted);

        Assert.That(judgements.Where(j => !j.Killed), Is.Empty);
        Assert.That(judgements, Is.Not.Empty);
    }

    [TestCase("Driver")]
    [TestCase("Net")]
    [TestCase("DeviceModel")]
    [TestCase("Firmware")]
    public void Project_CompiledWithoutAMutant_PassesEveryKiller(string project)
    {
        using var world = new MutantWorld(project, MutantCompiler.Compile(project, []));
        IEnumerable<string> cases = MutantFile.All.Where(m => m.Project == project).SelectMany(m => m.Killers).Select(k => k.Split(" in ")[^1]).Distinct();

        string[] wrong = [.. cases.Select(id => (Id: id, Verdict: world.Run(id, MuseumRun.Seed))).Where(x => x.Verdict.Outcome != "Passed" || x.Verdict.Findings.Count > 0).Select(x => $"{x.Id}: {x.Verdict.Message}")];

        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Page_OfWhatTheKillersSaid_IsTheOneInDocs()
    {
        string page = MuseumPage.Of(MutantFile.All, MuseumRun.Of);

        if (Environment.GetEnvironmentVariable(PageVariable) is { Length: > 0 } file) File.WriteAllText(file, page);

        Assert.That(File.ReadAllText(MuseumPage.Path).ReplaceLineEndings("\n"), Is.EqualTo(page), "scripts/museum writes it anew");
    }

    private static IEnumerable<TestCaseData> Mutants() => MutantFile.All.Select(m => new TestCaseData(m).SetArgDisplayNames(m.Id));
}
