using NicEmu.Board.Scenarios;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Board.Scenarios;

public sealed class ScenarioReaderTests
{
    [TestCase("{", "x.jsonc:1:2: this is not JSON")]
    [TestCase("{ \"flows\": [\n  { \"steps\": [ { \"sned\": 5 } ] } ] }", "x.jsonc:2:18: unknown key \"sned\"; did you mean 'send'?; here stand from, at, send, do, more, eor, request.")]
    [TestCase("{ }", "x.jsonc:1:1: \"flows\" is missing here.")]
    [TestCase("{ \"flows\": [] }", "x.jsonc:1:12: expected 1 to 64 entries, found 0.")]
    [TestCase("{ \"flows\": 5 }", "x.jsonc:1:12: expected an array, found 5.")]
    [TestCase("{ \"flows\": [ { \"steps\": [ { \"send\": 0 } ] } ] }", "x.jsonc:1:37: expected a whole number from 1 to 1073741824, found 0.")]
    [TestCase("{ \"flows\": [ { \"steps\": [ { \"send\": 1.5 } ] } ] }", "found 1.5.")]
    [TestCase("{ \"flows\": [ { \"steps\": [ { } ] } ] }", "x.jsonc:1:27: expected exactly one of send, do here, found none.")]
    [TestCase("{ \"flows\": [ { \"steps\": [ { \"send\": 1, \"at\": \"5\" } ] } ] }", "expected a time (a number and one of ps, ns, us, ms, s, such as 1.5ms), found \"5\".")]
    [TestCase("{ \"machine\": { \"tls\": \"1.1\" }, \"flows\": [ { \"steps\": [] } ] }", "x.jsonc:1:23: expected one of \"1.2\", \"1.3\"")]
    [TestCase("{ \"machine\": { \"ipv6\": 1 }, \"flows\": [ { \"steps\": [] } ] }", "x.jsonc:1:24: expected true or false, found 1.")]
    [TestCase("{ \"machine\": { \"ipv6\": true, \"mtu\": 600 }, \"flows\": [ { \"steps\": [] } ] }", "IPv6 needs an \"mtu\" of 1280 or more")]
    [TestCase("{ \"flows\": [ { \"steps\": [] } ], \"flows\": [] }", "x.jsonc:1:33: \"flows\" stands here twice.")]
    [TestCase("{ \"flows\": [ { \"steps\": [] }, { \"steps\": [] } ] }", "a flow named \"main\" stands here twice")]
    [TestCase("{ \"flows\": [ { \"steps\": [] } ], \"faults\": [ \"frame-dorp\" ] }", "x.jsonc:1:45: there is no fault 'frame-dorp'; did you mean 'frame-drop'?")]
    [TestCase("{ \"flows\": [ { \"steps\": [] } ], \"network\": [ { \"do\": \"drop\" } ] }", "expected exactly one of frame, segment, record, byte, time, rate here, found none.")]
    [TestCase("{ \"flows\": [ { \"steps\": [] } ], \"network\": [ { \"do\": \"drop\", \"frame\": 1, \"flow\": \"mian\" } ] }", "there is no flow \"mian\"; did you mean 'main'?")]
    [TestCase("{ \"flows\": [ { \"steps\": [] } ], \"network\": [ { \"do\": \"drop\", \"record\": 1, \"count\": 2 } ] }", "a network rule contradicts itself: record-drop takes no 'count=2'")]
    [TestCase("{ \"flows\": [ { \"steps\": [] } ], \"expect\": { \"counters\": { \"tx_tls_oo\": 1 } } }", "there is no counter \"tx_tls_oo\"; did you mean 'tx_tls_ooo'?")]
    [TestCase("{ \"flows\": [ { \"steps\": [] } ], \"expect\": { \"counters\": { \"tx_tls_ooo\": \"many\" } } }", "expected a number or bounds such as \">=1\" or \"1..5\", found \"many\".")]
    [TestCase("{ \"flows\": [ { \"steps\": [] } ], \"expect\": { \"states\": { \"main.up\": \"device\" } } }", "there is no direction \"main.up\"")]
    [TestCase("{ \"flows\": [ { \"steps\": [] } ], \"expect\": { \"findings\": [ \"NE0000\" ] } }", "there is no rule \"NE0000\"")]
    [TestCase("{ \"machine\": { \"tls\": \"1.2\" }, \"flows\": [ { \"steps\": [ { \"do\": \"rekey\" } ] } ] }", "x.jsonc:1:56: a key update needs TLS 1.3")]
    [TestCase("{ \"flows\": [ { \"steps\": [ { \"send\": 1, \"request\": true } ] } ] }", "\"request\" belongs to a \"rekey\".")]
    [TestCase("{ \"flows\": [ { \"steps\": [ { \"do\": \"alert\", \"more\": true } ] } ] }", "\"more\" and \"eor\" belong to a \"send\".")]
    [TestCase("{ \"flows\": [ { \"steps\": [ { \"send\": 1, \"more\": true, \"eor\": true } ] } ] }", "a record that ends cannot stay open")]
    [TestCase("\"ä\" 5", "x.jsonc:1:5: this is not JSON")]
    public void Read_Mistake_IsToldWithPlaceAndWhatIsExpected(string text, string expected)
    {
        ScenarioFormatException? mistake = Assert.Throws<ScenarioFormatException>(() => ScenarioReader.Read(text, "x.jsonc"));

        Assert.That(mistake!.Message, Does.Contain(expected));
    }

    [Test]
    public void Read_CommentsAndTrailingCommas_AreAllowed()
    {
        Scenario scenario = ScenarioReader.Read("// why\n{ /* here */ \"flows\": [ { \"steps\": [ { \"send\": 5, }, ], }, ], }", "some/name.jsonc");

        Assert.That(scenario.Name, Is.EqualTo("name"));
        Assert.That(scenario.Flows[0].Steps[0].Bytes, Is.EqualTo(5));
    }

    [TestCase("5", 5, 5)]
    [TestCase("=5", 5, 5)]
    [TestCase(">=1", 1, long.MaxValue)]
    [TestCase(">1", 2, long.MaxValue)]
    [TestCase("<=9", 0, 9)]
    [TestCase("<9", 0, 8)]
    [TestCase("!=0", 1, long.MaxValue)]
    [TestCase("1..9", 1, 9)]
    public void CounterExpectation_Text_IsBounds(string text, long least, long greatest)
    {
        bool good = CounterExpectation.TryParse("x", text, out CounterExpectation bounds);

        Assert.That((good, bounds.Least, bounds.Greatest), Is.EqualTo((true, least, greatest)));
    }

    [TestCase("")]
    [TestCase("x")]
    [TestCase("<0")]
    [TestCase("9..1")]
    [TestCase("!=3")]
    [TestCase("-1")]
    public void CounterExpectation_Else_IsRefused(string text) => Assert.That(CounterExpectation.TryParse("x", text, out _), Is.False);

    [Test]
    public void Write_ManyDrawnScenarios_AreReadBackTheSame()
    {
        for (int i = 0; i < 200; i++)
        {
            string text = ScenarioWriter.Write(RandomScenario.Draw(3, i), "a comment\nof two lines");

            string again = ScenarioWriter.Write(ScenarioReader.Read(text, "x.jsonc"), "a comment\nof two lines");

            Assert.That(again, Is.EqualTo(text));
        }
    }

    [Test]
    public void Schema_Published_IsTheReadersShape()
    {
        string published = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "scenarios", "scenario.schema.json"));

        Assert.That(published, Is.EqualTo(ScenarioSchema.Text()), "run: ./nicemu run --schema > docs/scenarios/scenario.schema.json");
    }
}
