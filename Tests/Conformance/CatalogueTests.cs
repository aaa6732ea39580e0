using NicEmu.Board.Conformance;
using NicEmu.Conformance.Core;
using NUnit.Framework;

namespace NicEmu.Tests.Conformance;

/// <summary>Our driver and our card pass every case.</summary>
public sealed class CatalogueTests
{
    [TestCaseSource(nameof(Cases))]
    public void Case_OurDriverAndCard_Passes(string id)
    {
        CaseResult result = new InProcessTarget().Run(CaseCatalogue.Find(id)!, 1);

        if (result.Outcome == CaseOutcome.Skipped) Assert.Ignore(result.Message!);
        Assert.That(result.Outcome, Is.EqualTo(CaseOutcome.Passed), result.Message);
    }

    /// <summary>The long forms, each in parts small enough for a test: `nicemu conform --sweep` runs all of them.</summary>
    [TestCase("C072", 1, 64)]
    [TestCase("C072", 38, 64)]
    [TestCase("C173", 1, 1)]
    [Category("Long")]
    public void Sweep_OurDriverAndCard_Passes(string id, int part, int parts)
    {
        CaseResult result = new InProcessTarget { Sweep = new CaseSweep(part, parts) }.Run(CaseCatalogue.Find(id)!, 1);

        Assert.That(result.Outcome, Is.EqualTo(CaseOutcome.Passed), result.Message);
    }

    private static IEnumerable<string> Cases() => CaseCatalogue.All.Select(c => c.Id);
}
