using System.Text;
using System.Text.Json;
using NicEmu.Board.Scenarios;
using NicEmu.Cli.Commands;
using NicEmu.Conformance.Core;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Cli;

public sealed class ConformCommandTests
{
    [Test]
    public void Conform_FailingCase_WritesTraceAndScenario()
    {
        using var folder = new CliFolder();
        using var output = new StringWriter();
        var broken = new ConformanceCase("C021", CaseProfile.Tx, CaseKind.Driver, "one record", "It is right.", "none", "none", "none") { Driver = static c => Expect.Equal(c.Boot().Driver.IsReady, false, "the state") };
        var run = new ConformRun { Seed = 7, Sweep = null, Reports = [], TraceFolder = folder["out"], Json = false, Output = output, Error = output };

        int code = run.Execute([broken]);

        string file = Path.Combine(folder["out"], "C021-seed7.jsonc");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output.ToString(), Does.Contain("FAIL  C021").And.Contain("scenario    " + file).And.Contain("reproduce   nicemu conform --case C021 --seed 7"));
        Assert.That(File.ReadAllText(file), Does.StartWith("// Fails with: expected that the state is False; it is True\n// Run it: nicemu run " + file));
        CaseScenario scenario = CaseScenario.Read(File.ReadAllText(file), file)!;
        Assert.That((scenario.Name, scenario.About, scenario.Case.Id, scenario.Seed), Is.EqualTo(("C021-seed7", "It is right.", "C021", 7UL)));
        Assert.That(new FileInfo(Path.Combine(folder["out"], "C021-seed7.pcapng")).Length, Is.GreaterThan(100));
    }

    [Test]
    public void Run_FileOfACase_IsJudged()
    {
        using var folder = new CliFolder();
        string file = folder.File("C011.jsonc", Encoding.UTF8.GetBytes("{ \"case\": \"C011\", \"seed\": 5 }"));

        CliRun text = CliRun.Of("run", file, "-o", folder["t.pcapng"]);
        CliRun json = CliRun.Of("run", file, "--json");

        Assert.That(text.Code, Is.Zero, text.Error);
        Assert.That(text.Output, Does.StartWith("PASS  C011  C011: A connection that sends nothing"));
        Assert.That(File.Exists(folder["t.pcapng"]), Is.True);
        using JsonDocument document = JsonDocument.Parse(json.Output);
        JsonElement scenario = document.RootElement.GetProperty("scenarios")[0];
        Assert.That((scenario.GetProperty("case").GetString(), scenario.GetProperty("seed").GetInt32(), scenario.GetProperty("outcome").GetString()), Is.EqualTo(("C011", 5, "passed")));
    }

    [Test]
    public void Run_FilesOfBothKinds_AreCountedTogether()
    {
        using var folder = new CliFolder();
        string file = folder.File("C011.jsonc", "{ \"case\": \"C011\" }"u8.ToArray());

        CliRun run = CliRun.Of("run", file, Path.Combine(SourceTree.Root, "docs", "scenarios", "01-in-order.jsonc"));

        Assert.That(run.Code, Is.Zero, run.Error);
        Assert.That(run.Output, Does.Contain("PASS  C011").And.Contain("PASS  01-in-order").And.Contain("2 passed, 0 failed"));
    }

    [TestCase("{\n \"case\": \"C201\" }", "bad.jsonc:2:10: there is no case \"C201\"")]
    [TestCase("{ \"case\": \"C021\", \"flow\": 1 }", "bad.jsonc:1:19: unknown key \"flow\"")]
    public void Run_MistakenCase_Exits2WithItsPlace(string text, string expected)
    {
        using var folder = new CliFolder();

        CliRun run = CliRun.Of("run", folder.File("bad.jsonc", Encoding.UTF8.GetBytes(text)));

        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain(expected));
    }

    [Test]
    public void Run_CaseWithFaults_Exits2()
    {
        using var folder = new CliFolder();

        CliRun run = CliRun.Of("run", folder.File("c.jsonc", "{ \"case\": \"C021\" }"u8.ToArray()), "--fault", "frame-drop");

        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain("names a conformance case, which brings its own faults"));
    }

    [Test]
    public void Inspect_FileOfACase_Exits2AndSaysWhatRunsIt()
    {
        using var folder = new CliFolder();

        CliRun run = CliRun.Of("inspect", folder.File("c.jsonc", "{ \"case\": \"C021\" }"u8.ToArray()));

        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain("c.jsonc:1:11: this file names a conformance case, which `nicemu run` runs"));
    }

    [Test]
    public void List_Sweep_HoldsTheCasesThatHaveOne()
    {
        CliRun run = CliRun.Of("conform", "--list", "--sweep");

        Assert.That(run.Output, Does.Contain("C072").And.Contain("C173").And.Not.Contain("C021"));
    }

    [Test]
    public void Conform_SweepOfACaseWithoutOne_Exits2() => Assert.That(CliRun.Of("conform", "--sweep", "--case", "C021").Code, Is.EqualTo(2));
}
