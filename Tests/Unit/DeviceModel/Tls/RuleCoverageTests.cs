using System.Reflection;
using System.Text.RegularExpressions;
using NicEmu.Spec.Core;
using NicEmu.Spec.Rules;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Tls;

/// <summary>The truth tables and their tests belong together.</summary>
[TestFixture]
public sealed class RuleCoverageTests
{
    [Test]
    public void TxRules_EveryRow_HasATestAndEveryStatusARow()
    {
        Assert.That(TxRules.All.Select(r => r.Id), Is.Unique);
        Assert.That(TxRules.All.Select(r => r.Id), Is.SubsetOf(Numbers(typeof(TxOrderRuleTests), typeof(TxPositionRuleTests), typeof(TxPositionalRuleTests), typeof(TxRangeRuleTests), typeof(TxStopRuleTests))));
        Assert.That(Enum.GetValues<TxStatus>(), Is.SubsetOf(TxRules.All.Select(r => r.Status)));
    }

    [Test]
    public void RxRules_EveryRow_HasATestAndEveryVerdictReasonAndStateARow()
    {
        RxVerdict[] verdicts = [.. Enum.GetValues<RxVerdict>().Where(v => v != RxVerdict.NotTls)];

        Assert.That(RxRules.All.Select(r => r.Id), Is.Unique);
        Assert.That(RxRules.All.Select(r => r.Id), Is.SubsetOf(Numbers(typeof(RxSyncRuleTests), typeof(RxResyncRuleTests))));
        Assert.That(Enum.GetValues<RxReason>(), Is.SubsetOf(RxRules.All.Select(r => r.Reason)));
        Assert.That(verdicts, Is.SubsetOf(RxRules.All.Select(r => r.Verdict)));
        Assert.That(Enum.GetValues<RxState>(), Is.SubsetOf(RxRules.All.Select(r => r.Before).Concat(RxRules.All.Select(r => r.After))));
    }

    [Test]
    public void Semantics_Document_CitesEveryRowAndOnlyTestsThatExist()
    {
        string document = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "semantics.md"));
        string[] cited = [.. Regex.Matches(document, @"`(\w+_\w+_\w+)`").Select(m => m.Groups[1].Value)];
        string[] existing = [.. typeof(RuleCoverageTests).Assembly.GetTypes().SelectMany(t => t.GetMethods()).Select(m => m.Name).Distinct()];
        string[] rows = [.. Regex.Matches(document, @"\b([TR]\d\d)(?: to ([TR]\d\d))?\b").SelectMany(Range)];

        Assert.That(cited.Except(existing), Is.Empty);
        Assert.That(TxRules.All.Select(r => r.Id).Concat(RxRules.All.Select(r => r.Id)).Except(rows), Is.Empty);
    }

    [Test]
    public void Semantics_EveryRule_CitesATestOrARow()
    {
        string[] lines = File.ReadAllLines(Path.Combine(SourceTree.Root, "docs", "semantics.md"));
        Match[] rules = [.. lines.Select(l => Regex.Match(l, @"^\| (S-[A-Z]+-\d+) \|.*\| ([^|]*) \|$")).Where(m => m.Success)];

        Assert.That(rules.Select(m => m.Groups[1].Value), Is.Unique.And.Exactly(lines.Count(l => l.StartsWith("| S-", StringComparison.Ordinal))).Items);
        Assert.That(
            rules.Where(m => !Regex.IsMatch(m.Groups[2].Value, @"`\w+_\w+_\w+`|\b[TR]\d\d\b")).Select(m => m.Groups[1].Value),
            Is.Empty,
            "rules that nothing shows");
    }

    [Test]
    public void Toe_Document_CitesOnlyCasesAndTestsThatExist()
    {
        string[] lines = [.. File.ReadAllLines(Path.Combine(SourceTree.Root, "docs", "toe.md")).Where(l => l.StartsWith("| S-TOE-", StringComparison.Ordinal))];
        string[] shown = [.. lines.Select(l => l.Split('|')[3])];
        string[] existing =
        [
            .. typeof(RuleCoverageTests).Assembly.GetTypes().SelectMany(t => t.GetMethods()).Select(m => m.Name),
            .. NicEmu.Conformance.Core.CaseCatalogue.All.Select(c => c.Id),
            "PowerOn_TOE_ReadsItsResetValues",
        ];

        Assert.That(lines, Has.Length.EqualTo(22));
        Assert.That(shown.SelectMany(s => Regex.Matches(s, @"`(\w+_\w+_\w+)`|(T\d\d\d)").Select(m => m.Groups[1].Value + m.Groups[2].Value)).Except(existing), Is.Empty);
        Assert.That(shown, Has.All.Match(@"`\w+_\w+_\w+`|T\d\d\d"));
    }

    private static IEnumerable<string> Range(Match match)
    {
        string first = match.Groups[1].Value;
        int last = match.Groups[2].Success ? int.Parse(match.Groups[2].ValueSpan[1..]) : int.Parse(first.AsSpan(1));
        for (int number = int.Parse(first.AsSpan(1)); number <= last; number++)
        {
            yield return $"{first[0]}{number:D2}";
        }
    }

    private static string[] Numbers(params Type[] fixtures) =>
    [
        .. fixtures.SelectMany(f => f.GetMethods())
            .Where(m => m.GetCustomAttributes().Any(a => a is TestAttribute or TestCaseAttribute))
            .Select(m => m.Name.Split('_')[0]),
    ];
}
