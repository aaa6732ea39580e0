using NicEmu.Board.Scenarios;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Scenarios;

public sealed class DocumentedScenariosTests
{
    private static string Folder => Path.Combine(SourceTree.Root, "docs", "scenarios");

    public static IEnumerable<string> Files() => Directory.GetFiles(Folder, "*.jsonc").Select(static f => Path.GetFileName(f)!).Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Files))]
    public void Scenario_Documented_ComesOutAsItSays(string name)
    {
        string path = Path.Combine(Folder, name);
        Scenario scenario = ScenarioReader.Read(File.ReadAllText(path), name);

        ScenarioResult result = ScenarioRunner.Run(scenario);

        Assert.That(result.Broken, Is.Empty);
        Assert.That(scenario.About, Is.Not.Empty);
        Assert.That(File.ReadAllText(path), Does.StartWith("// "), "each says why it matters");
    }

    [Test]
    public void Index_Documented_NamesEveryScenario()
    {
        string index = File.ReadAllText(Path.Combine(Folder, "README.md"));

        Assert.That(Files().Count(), Is.GreaterThanOrEqualTo(20));
        Assert.That(Files().Where(f => !index.Contains($"({f})", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Expectations_Wrong_BreakTheScenario()
    {
        Scenario scenario = ScenarioReader.Read(File.ReadAllText(Path.Combine(Folder, "03-tx-loss-mid-record.jsonc")), "x");
        ScenarioExpectations[] wrong =
        [
            new() { Delivered = false },
            new() { Counters = [new CounterExpectation("tx_tls_ooo", 0, 0)] },
            new() { States = new Dictionary<string, string> { ["main.tx"] = "software" } },
            new() { GuestErrors = new CounterExpectation("guestErrors", 1, 9) },
            new() { Findings = ["NE3001"] },
        ];

        foreach (ScenarioExpectations expect in wrong)
        {
            ScenarioResult result = ScenarioRunner.Run(scenario with { Expect = expect });

            Assert.That(result.Broken, Has.Count.EqualTo(1));
        }
    }

    [Test]
    public void Random_TwoHundredScenarios_EveryByteArrives()
    {
        for (int i = 0; i < 200; i++)
        {
            Scenario scenario = RandomScenario.Draw(2026, i);

            ScenarioResult result = ScenarioRunner.Run(scenario);

            Assert.That(result.Broken, Is.Empty, scenario.Name);
        }
    }

    [Test]
    [Category("Long")]
    public void Random_TenThousandScenarios_EveryByteArrives()
    {
        for (int i = 0; i < 10_000; i++)
        {
            Scenario scenario = RandomScenario.Draw(3, i);

            ScenarioResult result = ScenarioRunner.Run(scenario);

            Assert.That(result.Broken, Is.Empty, scenario.Name);
        }
    }

    [Test]
    public void Run_SameSeedTwice_IsTheSame()
    {
        Scenario scenario = ScenarioReader.Read(File.ReadAllText(Path.Combine(Folder, "20-bad-weather.jsonc")), "x");

        ScenarioResult first = ScenarioRunner.Run(scenario);
        ScenarioResult second = ScenarioRunner.Run(scenario);

        Assert.That((first.ElapsedPs, first.Outgoing, first.Incoming), Is.EqualTo((second.ElapsedPs, second.Outgoing, second.Incoming)));
    }
}
