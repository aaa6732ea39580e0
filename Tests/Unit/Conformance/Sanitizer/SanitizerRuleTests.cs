using NicEmu.Conformance.Sanitizer;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Conformance.Sanitizer;

/// <summary>Every rule fires on a stream that breaks it, and is silent on one that does not.</summary>
[TestFixture]
public sealed class SanitizerRuleTests
{
    [TestCaseSource(nameof(Ids))]
    public void Rule_StreamThatBreaksIt_Fires(string id)
    {
        var bench = new SanitizerBench();

        CaseOf(id).Breaks(bench);
        bench.Sanitizer.Finish();

        Assert.That(bench.Sanitizer.Findings.Select(static f => f.Rule.Id), Has.Member(id));
    }

    [TestCaseSource(nameof(Ids))]
    public void Rule_StreamThatKeepsIt_IsSilent(string id)
    {
        var bench = new SanitizerBench();

        CaseOf(id).Keeps(bench);
        bench.Sanitizer.Finish();

        Assert.That(bench.Sanitizer.Findings.Where(f => f.Rule.Id == id).Select(static f => f.What), Is.Empty);
    }

    [Test]
    public void Rules_All_HaveACase()
    {
        IEnumerable<string> rules = SanitizerRules.All.Select(static r => r.Id);

        Assert.That(Ids(), Is.EquivalentTo(rules));
    }

    [Test]
    public void Rules_Ids_AreUniqueAndInTheirFamilies()
    {
        IEnumerable<string> ids = SanitizerRules.All.Select(static r => r.Id);

        Assert.That(ids, Is.Unique);
        Assert.That(ids, Is.All.Matches("^NE[1-5][0-9]{3}$"));
    }

    [Test]
    public void Rules_Sections_ExistInTheManual()
    {
        string semantics = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "semantics.md"));
        string registers = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "registers.md"));

        IEnumerable<string> missing = SanitizerRules.All.Select(static r => r.Section)
            .Where(s => s.StartsWith("docs/registers.md, ", StringComparison.Ordinal)
                ? !registers.Contains($"\n### {s["docs/registers.md, ".Length..]}\n", StringComparison.Ordinal)
                : !semantics.Contains($"| {s} |", StringComparison.Ordinal));

        Assert.That(missing, Is.Empty);
    }

    [Test]
    public void Statuses_OfTheCard_AreAllExplained()
    {
        IEnumerable<string> transmit = Enum.GetValues<TxStatus>().Where(static s => s != TxStatus.Ok && StatusRules.Of(s) is null).Select(static s => s.ToString());
        IEnumerable<string> receive = Enum.GetValues<RxStatus>().Where(static s => s != RxStatus.Ok && StatusRules.Of(s) is null).Select(static s => s.ToString());
        IEnumerable<string> mailbox = Enum.GetValues<MailboxStatus>().Where(static s => s != MailboxStatus.Ok && StatusRules.Of(s, MailboxOpcode.TxCreate) is null).Select(static s => s.ToString());

        Assert.That(transmit.Concat(receive).Concat(mailbox), Is.Empty);
    }

    [Test]
    public void Finding_OfAContext_TellsWhatWhenAndItsHistory()
    {
        var bench = new SanitizerBench();
        CaseOf("NE3001").Breaks(bench);

        Finding finding = bench.Sanitizer.Findings.Single(static f => f.Rule.Id == "NE3001");

        Assert.That(finding.Subject, Is.EqualTo("transmit context 0x0001000001800000"));
        Assert.That(finding.What, Does.StartWith("Stream offset 5, in record 0,"), "the first byte of content");
        Assert.That(finding.TimePs, Is.EqualTo(bench.TimePs));
        Assert.That(finding.EventNumber, Is.EqualTo(bench.Events.Count - 1));
        Assert.That(finding.History, Has.Some.Contains("context installed, record 0, TCP sequence 0x000003E8"));
    }

    [Test]
    public void Request_GapClosedLate_TimeCountsFromThere()
    {
        var bench = new SanitizerBench();
        bench.StartTx();
        bench.StartRx();
        bench.OffloadReceive();
        byte[] record = SanitizerFrames.Sealed(300);
        uint length = (uint)record.Length;
        bench.Entry(SanitizerBench.Ring + 0x6_0000, new RxCompletion { Verdict = RxVerdict.ResyncRequest, Handle = SanitizerBench.Receive, CandidateSequence = SanitizerBench.Start + length, QueueAndPhase = 0x8000_0000 });
        for (uint i = 1; i < 1000; i++) bench.Arrives(SanitizerBench.Start + (i * length), record);
        bench.TimePs += 200_000_000_000;

        bench.Arrives(SanitizerBench.Start, record);

        Assert.That(bench.Sanitizer.Findings.Select(static f => f.Rule.Id), Has.None.EqualTo("NE3306"), "the driver could not know before");
    }

    [Test]
    public void Request_HeadersKnownBeyondGaps_IsNotOverdue()
    {
        const int Records = 32;
        var bench = new SanitizerBench();
        bench.StartTx();
        bench.StartRx();
        bench.OffloadReceive();
        byte[] record = SanitizerFrames.Sealed(16_000);
        uint length = (uint)record.Length;
        bench.Entry(SanitizerBench.Ring + 0x6_0000, new RxCompletion { Verdict = RxVerdict.ResyncRequest, Handle = SanitizerBench.Receive, CandidateSequence = SanitizerBench.Start + length, QueueAndPhase = 0x8000_0000 });
        for (uint i = 0; i < Records; i++)
        {
            bench.Arrives(SanitizerBench.Start + (i * length), record[..1400]);
        }

        bench.TimePs += 200_000_000_000;
        bench.Arrives(SanitizerBench.Start + (Records * length), record);
        Assert.That(bench.Sanitizer.Findings.Select(static f => f.Rule.Id), Has.None.EqualTo("NE3306"), "the driver has not even the first record");

        for (uint i = 0; i < Records; i++)
        {
            bench.Arrives(SanitizerBench.Start + (i * length) + 1400, record[1400..]);
        }

        bench.TimePs += 200_000_000_000;
        bench.Arrives(SanitizerBench.Start + ((Records + 1) * length), record);
        Assert.That(bench.Sanitizer.Findings.Select(static f => f.Rule.Id), Has.Some.EqualTo("NE3306"), "now it has all of them");
    }

    private static IEnumerable<string> Fences() => TlsCases.NoNeedOfAFence.Select(static c => c.Name);

    [TestCaseSource(nameof(Fences))]
    public void Fence_OfAnyKind_LetsDataFollowItsPlace(string fence)
    {
        var bench = new SanitizerBench();

        TlsCases.PlaceAndSend(bench, TlsCases.NoNeedOfAFence.Single(c => c.Name == fence).Act);

        Assert.That(bench.Sanitizer.Findings.Select(static f => f.Rule.Id), Has.None.EqualTo("NE3028"));
    }

    [TestCase(TxStatus.Ok, ExpectedResult = true)]
    [TestCase(TxStatus.DmaFault, ExpectedResult = false)]
    public bool Progress_WrongPlace_IsJudgedOnlyWhenTheNumberWasTaken(TxStatus status)
    {
        var bench = new SanitizerBench();
        bench.Offload();
        bench.Data(SanitizerBench.Start, SanitizerFrames.Plain(300));

        bench.Control(new SetContextDescriptor { Opcode = TxOpcode.SetContext, Handle = SanitizerBench.Context, Version = TlsVersion.Tls13, RecordNumber = 7 }, SanitizerBench.Context, status);
        bench.Control(new SetProgressDescriptor { Opcode = TxOpcode.SetProgress, Handle = SanitizerBench.Context, RecordStartSequence = SanitizerBench.Start + 322 }, SanitizerBench.Context);

        return bench.Sanitizer.Findings.Any(static f => f.Rule.Id == "NE3020");
    }

    [Test]
    public void Finding_Repeated_IsCountedAndListedAFewTimes()
    {
        var bench = new SanitizerBench();

        for (int i = 0; i < 100; i++)
        {
            bench.Refuse(GuestErrorCode.UnknownRegister, "read", 0x900);
        }

        Assert.That(bench.Sanitizer.Findings, Has.Count.EqualTo(8));
        Assert.That(bench.Sanitizer.Counts.Single().Count, Is.EqualTo(100));
    }

    [Test]
    public void Suppression_WithReason_CountsAndDoesNotList()
    {
        var sanitizer = new DriverSanitizer(new SanitizerOptions { Suppressions = [new Suppression("ne1001", "old map")] });

        sanitizer.On(new TraceEvent { Kind = TraceEventKind.GuestError, Code = (int)GuestErrorCode.UnknownRegister }, []);

        Assert.That(sanitizer.Findings, Is.Empty);
        Assert.That(sanitizer.HasFindings(Severity.Note), Is.False);
        Assert.That(sanitizer.Counts.Select(static c => (c.Rule.Id, c.Count, c.SuppressedBecause)), Is.EqualTo(new[] { ("NE1001", 1L, "old map") }));
    }

    [TestCase("NE9999", "why")]
    [TestCase("NE1001", " ")]
    public void Suppression_OfNoRuleOrWithoutReason_IsRefused(string id, string reason)
    {
        var options = new SanitizerOptions { Suppressions = [new Suppression(id, reason)] };

        Assert.That(() => new DriverSanitizer(options), Throws.ArgumentException);
    }

    private static IEnumerable<RuleCase> Cases() => RegisterCases.All.Concat(RingCases.All).Concat(TlsCases.All).Concat(KeyCases.All);

    private static IEnumerable<string> Ids() => Cases().Select(static c => c.Id);

    private static RuleCase CaseOf(string id) => Cases().Single(c => c.Id == id);
}
