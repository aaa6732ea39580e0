using NUnit.Framework;

namespace NicEmu.Tests.Museum;

/// <summary>Every bug of the museum is noticed by the cases and rules that it names; without a bug they notice nothing.</summary>
[Category("Long")]
[Parallelizable(ParallelScope.Children)]
public sealed class MuseumTests
{
    private const ulong Seed = 1;

    [TestCaseSource(nameof(Mutants))]
    public void Mutant_Planted_IsKilledByName(object planted)
    {
        var mutant = (Mutant)planted;
        using var world = new MutantWorld(mutant.Project, MutantCompiler.Compile(mutant.Project, mutant.Edits));

        string[] survived = [.. mutant.Killers.Select(k => world.Survives(k, Seed)).OfType<string>()];

        Assert.That(survived, Is.Empty);
        Assert.That(mutant.Killers, Is.Not.Empty);
    }

    [TestCase("Driver")]
    [TestCase("DeviceModel")]
    [TestCase("Firmware")]
    public void Project_CompiledWithoutAMutant_PassesEveryKiller(string project)
    {
        using var world = new MutantWorld(project, MutantCompiler.Compile(project, []));

        string[] wrong = [.. MutantFile.All.SelectMany(m => m.Killers).Select(k => k.Split(" in ")[^1]).Distinct().Select(k => (Killer: k, Verdict: world.Run(k, Seed))).Where(x => x.Verdict.Outcome != "Passed").Select(x => $"{x.Killer}: {x.Verdict.Message}")];

        Assert.That(wrong, Is.Empty);
    }

    private static IEnumerable<TestCaseData> Mutants() => MutantFile.All.Select(m => new TestCaseData(m).SetArgDisplayNames(m.Id));
}
