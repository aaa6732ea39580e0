using System.Reflection;
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
        Assert.That(TxRules.All.Select(r => r.Id), Is.SubsetOf(Numbers(typeof(TxOrderRuleTests), typeof(TxPositionRuleTests))));
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

    private static string[] Numbers(params Type[] fixtures) =>
    [
        .. fixtures.SelectMany(f => f.GetMethods())
            .Where(m => m.GetCustomAttributes().Any(a => a is TestAttribute or TestCaseAttribute))
            .Select(m => m.Name.Split('_')[0]),
    ];
}
