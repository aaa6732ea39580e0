using System.Text;
using System.Text.Json;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Cli;

public sealed class RunCommandTests
{
    private static string Document(string name) => Path.Combine(SourceTree.Root, "docs", "scenarios", name);

    [Test]
    public void Run_GoodScenario_PassesWithFaultsAndCounters()
    {
        CliRun run = CliRun.Of("run", Document("04-tx-loss-of-tag.jsonc"), "--stats");

        Assert.That(run.Code, Is.Zero, run.Error);
        Assert.That(run.Output, Does.Contain("PASS  04-tx-loss-of-tag").And.Contain("struck 1 time").And.Contain("tx_tls_replay_bytes").And.Contain("TlsCurrTxDevice").And.Contain("STAT_TX_TLS_OOO"));
    }

    [Test]
    public void Run_Json_IsOneDocument()
    {
        CliRun run = CliRun.Of("run", Document("01-in-order.jsonc"), "--json");

        using JsonDocument document = JsonDocument.Parse(run.Output);
        Assert.That(document.RootElement.GetProperty("passed").GetBoolean(), Is.True);
        Assert.That(document.RootElement.GetProperty("scenarios")[0].GetProperty("counters").GetProperty("tx_tls_ooo").GetInt64(), Is.Zero);
    }

    [Test]
    public void Run_BrokenExpectation_Exits1AndExportsAShrunkOne()
    {
        using var folder = new CliFolder();
        string file = folder.File("bad.jsonc", Encoding.UTF8.GetBytes("{ \"flows\": [ { \"steps\": [ { \"send\": 30000 }, { \"send\": 5 } ] } ], \"expect\": { \"counters\": { \"tx_tls_ooo\": 7 } } }"));

        CliRun run = CliRun.Of("run", file, "--export", folder["out"]);

        Assert.That(run.Code, Is.EqualTo(1));
        Assert.That(run.Output, Does.Contain("tx_tls_ooo is 0; expected 7.").And.Contain("reproduce: nicemu run"));
        Assert.That(File.ReadAllText(Path.Combine(folder["out"], "bad.jsonc")), Does.StartWith("// Shrunk from:").And.Not.Contain("30000"));
    }

    [Test]
    public void Run_Mistake_Exits2WithItsPlace()
    {
        using var folder = new CliFolder();
        string file = folder.File("bad.jsonc", "{\n  \"flow\": []\n}"u8.ToArray());

        CliRun run = CliRun.Of("run", file);

        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain("bad.jsonc:2:3: unknown key \"flow\"; did you mean 'flows'?"));
    }

    [TestCase("run")]
    [TestCase("run", "--random", "3", "--shard", "4/3")]
    [TestCase("run", "/nowhere/x.jsonc")]
    public void Run_WrongUse_Exits2(params string[] words) => Assert.That(CliRun.Of(words).Code, Is.EqualTo(2));

    [Test]
    public void Run_Random_PassesAndSaysTheSeed()
    {
        CliRun run = CliRun.Of("run", "--random", "9", "--seed", "5", "--shard", "2/3");

        Assert.That(run.Code, Is.Zero, run.Output);
        Assert.That(run.Output, Does.Contain("3 random scenarios passed, 0 failed, seed 5"));
    }

    [Test]
    public void Inspect_Path_ShowsTheSubtreeAtThatTime()
    {
        CliRun run = CliRun.Of("inspect", Document("01-in-order.jsonc"), "nic0/tls/rx/0", "--at", "190us");

        Assert.That(run.Code, Is.Zero, run.Error);
        Assert.That(run.Output, Does.StartWith("0: 0x").And.Contain("state: InSync"));
    }

    [Test]
    public void Inspect_WrongPath_SuggestsAndExits2()
    {
        CliRun run = CliRun.Of("inspect", Document("01-in-order.jsonc"), "nic0/tsl");

        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain("there is no 'tsl' under 'nic0'; did you mean 'tls'?"));
    }

    [Test]
    public void WhyAndStats_TraceOfALostHeader_TellTheStoryAndTheCounters()
    {
        using var folder = new CliFolder();
        string trace = folder["t.pcapng"];
        CliRun.Of("run", Document("08-rx-lost-header.jsonc"), "-o", trace);

        CliRun why = CliRun.Of("why", trace);
        CliRun stats = CliRun.Of("stats", trace, "--json");

        Assert.That(why.Output, Does.Contain("receive context").And.Contain("InSync -> Searching: record header lost"));
        using JsonDocument document = JsonDocument.Parse(stats.Output);
        Assert.That(document.RootElement.GetProperty("nic0").GetProperty("STAT_RX_TLS_RESYNC_RES_OK").GetInt64(), Is.GreaterThan(0));
    }

    [Test]
    public void Why_TableFull_NamesTheReason()
    {
        using var folder = new CliFolder();
        string trace = folder["t.pcapng"];
        CliRun.Of("run", Document("15-table-full.jsonc"), "-o", trace);

        CliRun why = CliRun.Of("why", trace);

        Assert.That(why.Output, Does.Contain("TxCreate refused: TableFull, no slot is free in the card; the direction goes on in software"));
    }

    [Test]
    public void Why_QuietTrace_SaysSo()
    {
        using var folder = new CliFolder();
        string trace = folder["t.pcapng"];
        CliRun.Of("run", Document("01-in-order.jsonc"), "-o", trace);

        CliRun why = CliRun.Of("why", trace);

        Assert.That((why.Code, why.Output.Trim()), Is.EqualTo((0, "No context was refused, fell back or lost its place.")));
    }
}
