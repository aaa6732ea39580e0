using System.Globalization;
using System.Text;
using NUnit.Framework;

namespace NicEmu.Tests.Museum;

/// <summary>
/// Plants mutants that are in no museum yet and tells which cases and which sanitizer rules notice each. Run it with <c>scripts/plant</c>; it judges nothing
/// itself.
/// </summary>
[Explicit("Tells what notices a mutant.")]
public sealed class PlantRun
{
    /// <summary>Names files in the format of the museum, with colons between.</summary>
    private const string FilesVariable = "NICEMU_PLANT";

    /// <summary>Names the cases to ask, with commas between; without it all of them.</summary>
    private const string CasesVariable = "NICEMU_PLANT_CASES";

    /// <summary>So many that notice are enough to choose from.</summary>
    private const int Enough = 4;

    [TestCaseSource(nameof(Files))]
    public void Mutant_OfAFile_IsShownToTheCases(string path)
    {
        Mutant mutant = MutantFile.Read(path);
        using var world = new MutantWorld(mutant.Project, MutantCompiler.Compile(mutant.Project, mutant.Edits));
        string[] cases = Environment.GetEnvironmentVariable(CasesVariable) is { Length: > 0 } some ? some.Split(',') : world.Cases(mutant.Project is not ("DeviceModel" or "Firmware"));
        var said = new StringBuilder();

        int noticed = 0;
        foreach (string id in cases.TakeWhile(_ => noticed < Enough))
        {
            Verdict verdict = world.Run(id, MuseumRun.Seed);
            noticed += verdict.Outcome == "Failed" ? 1 : 0;
            if (verdict.Outcome == "Failed" && (verdict.IsKill || verdict.Findings.Count == 0)) said.Append(CultureInfo.InvariantCulture, $"  {(verdict.IsKill ? id : id + " (no verdict)")}: {verdict.Message}\n");
            foreach ((string rule, string what) in verdict.Findings.DistinctBy(f => f.Rule)) said.Append(CultureInfo.InvariantCulture, $"  {rule} in {id}: {what}\n");
        }

        TestContext.Out.WriteLine($"{(said.Length == 0 ? "SURVIVED" : "noticed")} {Path.GetFileNameWithoutExtension(path)}: {mutant.Wrong}\n{said}");
        Assert.That(cases, Is.Not.Empty);
    }

    private static string[] Files() => (Environment.GetEnvironmentVariable(FilesVariable) ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
}
