using NUnit.Framework;

namespace NicEmu.Tests.Unit.Cli;

/// <summary>The sanitizer on the command line.</summary>
[TestFixture]
public sealed class SanitizerCommandTests
{
    [Test]
    public void Explain_Rule_SaysWhatItMeansAndWhere()
    {
        CliRun run = CliRun.Of("explain", "ne3001");

        Assert.That(run.Code, Is.Zero);
        Assert.That(run.Output, Does.StartWith("NE3001  nonce reused with different plaintext  (error)"));
        Assert.That(run.Output, Does.Contain("docs/semantics.md, S-TX-20"));
    }

    [Test]
    public void Explain_List_HasEveryRuleOnALine()
    {
        CliRun run = CliRun.Of("explain", "--list");

        Assert.That(run.Output.TrimEnd().Split('\n'), Has.Length.EqualTo(NicEmu.Conformance.Sanitizer.SanitizerRules.All.Count));
    }

    [TestCase("explain", "NE3999")]
    [TestCase("explain")]
    [TestCase("explain", "NE3001", "--list")]
    [TestCase("demo", "--suppress", "NE3001")]
    [TestCase("demo", "--suppress", "NE3999=why")]
    public void Command_WithoutRuleOrReason_IsRefused(params string[] arguments)
    {
        CliRun run = CliRun.Of(arguments);

        Assert.That(run.Code, Is.EqualTo(2), run.Error);
    }

    [Test]
    public void TraceCheck_GoldenCapture_IsSilentAndSaysWhatItCannotJudge()
    {
        CliRun run = CliRun.Of("trace", "check", Path.Combine(SourceTree.Root, "Traces", "Golden", "send-tls13-loss.pcapng"));

        Assert.That(run.Code, Is.Zero, run.Output);
        Assert.That(run.Output, Does.Contain("0 errors, 0 warnings"));
        Assert.That(run.Output, Does.Contain("cannot be judged").And.Contain("NE2201"), "no memory to look into");
    }
}
