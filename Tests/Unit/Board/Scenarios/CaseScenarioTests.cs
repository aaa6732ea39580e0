using NicEmu.Board.Scenarios;
using NicEmu.Conformance.Core;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Board.Scenarios;

/// <summary>Scenario files that name a case of the conformance matrix.</summary>
public sealed class CaseScenarioTests
{
    [TestCase("{ \"case\": \"C999\" }", "x.jsonc:1:11: there is no case \"C999\"; `nicemu conform --list` shows what there is.")]
    [TestCase("{\n  \"case\": \"C017\" }", "x.jsonc:2:11: C017 does not apply to this card: The emulated machine has no stacked devices")]
    [TestCase("{ \"case\": 36 }", "x.jsonc:1:11: expected the number of a case, such as \"C021\", found 36.")]
    [TestCase("{ \"case\": \"C021\", \"flows\": [] }", "x.jsonc:1:19: unknown key \"flows\"")]
    [TestCase("{ \"case\": \"C021\",\n  \"sede\": 1 }", "x.jsonc:2:3: unknown key \"sede\"; did you mean 'seed'?")]
    [TestCase("{ \"case\": \"C021\", \"seed\": -1 }", "x.jsonc:1:27: expected a whole number from 0")]
    [TestCase("{ \"case\": \"C072\", \"sweep\": \"3/2\" }", "x.jsonc:1:28: expected a part of a sweep, I/N with I from 1 to N, found \"3/2\".")]
    [TestCase("{ \"case\": \"C021\", \"sweep\": \"1/1\" }", "x.jsonc:1:28: C021 has no sweep")]
    public void Read_Mistake_IsToldWithPlaceAndWhatIsExpected(string text, string expected)
    {
        ScenarioFormatException? mistake = Assert.Throws<ScenarioFormatException>(() => CaseScenario.Read(text, "x.jsonc"));

        Assert.That(mistake!.Message, Does.Contain(expected));
    }

    [Test]
    public void Read_ScenarioWithFlows_IsNone() => Assert.That(CaseScenario.Read("{ \"flows\": [] }", "x.jsonc"), Is.Null);

    [Test]
    public void ScenarioReader_FileThatNamesACase_SaysSoWithItsPlace()
    {
        ScenarioFormatException? mistake = Assert.Throws<ScenarioFormatException>(() => ScenarioReader.Read("{\n \"case\": \"C021\" }", "x.jsonc"));

        Assert.That(mistake!.Message, Does.StartWith("x.jsonc:2:10: this file names a conformance case"));
    }

    [Test]
    public void Read_Defaults_AreThoseOfTheSuite()
    {
        CaseScenario scenario = CaseScenario.Read("// why\n{ \"case\": \"c036\", }", "some/name.jsonc")!;

        Assert.That((scenario.Name, scenario.Case.Id, scenario.Seed, scenario.Sweep), Is.EqualTo(("name", "C036", 1UL, (CaseSweep?)null)));
    }

    [Test]
    public void Write_CaseWithSweep_IsReadBackTheSame()
    {
        var scenario = new CaseScenario { Name = "C072-seed9", About = "half \"of\" all", Case = CaseCatalogue.Find("C072")!, Seed = ulong.MaxValue, Sweep = new CaseSweep(3, 8) };

        string text = scenario.Write("Fails with: first\nsecond");

        Assert.That(text, Does.StartWith("// Fails with: first\n// second\n{"));
        Assert.That(CaseScenario.Read(text, "x.jsonc"), Is.EqualTo(scenario));
    }

    [TestCase("1/1", 1, 1)]
    [TestCase("2/7", 2, 7)]
    public void CaseSweep_Text_IsAPart(string text, int part, int parts)
    {
        bool good = CaseSweep.TryParse(text, out CaseSweep sweep);

        Assert.That((good, sweep, sweep.ToString()), Is.EqualTo((true, new CaseSweep(part, parts), text)));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("1")]
    [TestCase("0/2")]
    [TestCase("3/2")]
    [TestCase("1/2/3")]
    [TestCase("-1/2")]
    [TestCase("1/ 2")]
    public void CaseSweep_Else_IsRefused(string? text) => Assert.That(CaseSweep.TryParse(text, out _), Is.False);

    [Test]
    public void CaseSweep_Parts_ShareTheRounds()
    {
        int[] owners = [.. Enumerable.Range(0, 100).Select(round => Enumerable.Range(1, 7).Count(part => new CaseSweep(part, 7).Has(round)))];

        Assert.That(owners, Is.All.EqualTo(1));
    }
}
