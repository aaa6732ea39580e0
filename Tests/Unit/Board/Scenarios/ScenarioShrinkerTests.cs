using NicEmu.Board.Faults;
using NicEmu.Board.Scenarios;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Board.Scenarios;

public sealed class ScenarioShrinkerTests
{
    [Test]
    public void Shrink_FailureNeedsOneRuleAndHundredBytes_LeavesExactlyThese()
    {
        Scenario big = Big();

        Scenario small = ScenarioShrinker.Shrink(big, static s => s.Network.Any(static r => r.Do == "drop" && r.When.Number >= 3) && s.Flows.Any(static f => f.BytesFrom(ScenarioSide.Machine) >= 100), 2000);

        Assert.That(small.Flows, Has.Count.EqualTo(1));
        Assert.That(small.Flows[0].Steps, Is.EqualTo(new[] { new ScenarioStep(ScenarioStepKind.Send, ScenarioSide.Machine, 0, 100) }));
        Assert.That(small.Network, Is.EqualTo(new[] { new NetworkRule { Do = "drop", When = new FaultTrigger(FaultMoment.Segment, 3) } }));
        Assert.That(small.Machine, Is.EqualTo(new ScenarioMachine()));
        Assert.That(small.Link, Is.Empty);
    }

    [Test]
    public void Shrink_NothingSmallerFails_GivesTheSame()
    {
        Scenario big = Big();

        Scenario small = ScenarioShrinker.Shrink(big, static _ => false);

        Assert.That(small, Is.SameAs(big));
    }

    [Test]
    public void Shrink_Bound_IsKept()
    {
        int asked = 0;

        ScenarioShrinker.Shrink(Big(), _ => ++asked > 0, 7);

        Assert.That(asked, Is.EqualTo(7));
    }

    private static Scenario Big() => new()
    {
        Machine = new ScenarioMachine { Mss = 536, Ipv6 = true, Record = 100 },
        Flows =
        [
            new ScenarioFlow { Name = "a", Steps = [new ScenarioStep(ScenarioStepKind.Send, ScenarioSide.Machine, 50, 5000), new ScenarioStep(ScenarioStepKind.Alert, ScenarioSide.Peer)] },
            new ScenarioFlow { Name = "b", AtPs = 9, Steps = [new ScenarioStep(ScenarioStepKind.Send, ScenarioSide.Peer, 0, 700)] },
        ],
        Network = [Rule("reorder", 1), Rule("drop", 17), Rule("duplicate", 2), Rule("delay", 4), Rule("corrupt", 5)],
        Link = [new LinkChange(1, false), new LinkChange(2, true)],
    };

    private static NetworkRule Rule(string verb, long number) => new() { Do = verb, When = new FaultTrigger(FaultMoment.Segment, number) };
}
