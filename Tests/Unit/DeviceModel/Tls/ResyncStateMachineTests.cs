using NicEmu.DeviceModel.Tls;
using NicEmu.Spec.Core;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Tls;

[TestFixture]
public sealed class ResyncStateMachineTests
{
    /// <summary>Every edge, by state: the input and where it leads.</summary>
    private static readonly Dictionary<RxState, (ResyncInput Input, RxState Next)[]> s_edges = new()
    {
        [RxState.Start] =
        [
            (ResyncInput.InOrder, RxState.InSync), (ResyncInput.HeaderLost, RxState.Searching), (ResyncInput.HintReached, RxState.Confirmed),
            (ResyncInput.Quiesce, RxState.Quiesced), (ResyncInput.Stop, RxState.Off),
        ],
        [RxState.InSync] =
        [
            (ResyncInput.InOrder, RxState.InSync), (ResyncInput.Boundary, RxState.InSync), (ResyncInput.Gap, RxState.SkippingRecord),
            (ResyncInput.HeaderLost, RxState.Searching), (ResyncInput.HeaderBad, RxState.Searching), (ResyncInput.HintReached, RxState.Confirmed),
            (ResyncInput.Quiesce, RxState.Quiesced), (ResyncInput.Stop, RxState.Off),
        ],
        [RxState.SkippingRecord] =
        [
            (ResyncInput.InOrder, RxState.SkippingRecord), (ResyncInput.Boundary, RxState.InSync), (ResyncInput.Gap, RxState.SkippingRecord),
            (ResyncInput.HeaderLost, RxState.Searching), (ResyncInput.Quiesce, RxState.Quiesced), (ResyncInput.Stop, RxState.Off),
        ],
        [RxState.Searching] =
        [
            (ResyncInput.InOrder, RxState.Searching), (ResyncInput.Gap, RxState.Searching), (ResyncInput.HeaderLost, RxState.Searching),
            (ResyncInput.Candidate, RxState.Tracking), (ResyncInput.HintReached, RxState.Confirmed), (ResyncInput.Quiesce, RxState.Quiesced),
            (ResyncInput.Stop, RxState.Off),
        ],
        [RxState.Tracking] =
        [
            (ResyncInput.InOrder, RxState.Tracking), (ResyncInput.Boundary, RxState.Tracking), (ResyncInput.Gap, RxState.Tracking),
            (ResyncInput.HeaderLost, RxState.Searching), (ResyncInput.HeaderBad, RxState.Searching), (ResyncInput.Acknowledge, RxState.Confirmed),
            (ResyncInput.Refuse, RxState.Searching), (ResyncInput.HintReached, RxState.Confirmed), (ResyncInput.Expired, RxState.Searching),
            (ResyncInput.Quiesce, RxState.Quiesced), (ResyncInput.Stop, RxState.Off),
        ],
        [RxState.Confirmed] =
        [
            (ResyncInput.InOrder, RxState.Confirmed), (ResyncInput.Boundary, RxState.InSync), (ResyncInput.Gap, RxState.Confirmed),
            (ResyncInput.HeaderLost, RxState.Searching), (ResyncInput.HeaderBad, RxState.Searching), (ResyncInput.HintProved, RxState.InSync),
            (ResyncInput.HintRefuted, RxState.Searching), (ResyncInput.Quiesce, RxState.Quiesced), (ResyncInput.Stop, RxState.Off),
        ],
        [RxState.Quiesced] = [(ResyncInput.Stop, RxState.Off), (ResyncInput.Release, RxState.Start)],
        [RxState.Off] = [],
    };

    private static readonly Dictionary<RxState, ResyncInput[]> s_ways = new()
    {
        [RxState.Start] = [],
        [RxState.InSync] = [ResyncInput.InOrder],
        [RxState.SkippingRecord] = [ResyncInput.InOrder, ResyncInput.Gap],
        [RxState.Searching] = [ResyncInput.HeaderLost],
        [RxState.Tracking] = [ResyncInput.HeaderLost, ResyncInput.Candidate],
        [RxState.Confirmed] = [ResyncInput.HeaderLost, ResyncInput.Candidate, ResyncInput.Acknowledge],
        [RxState.Quiesced] = [ResyncInput.Quiesce],
        [RxState.Off] = [ResyncInput.Stop],
    };

    [Test]
    public void Step_EveryInput_LeadsWhereTheTableSays([Values] RxState from)
    {
        for (var input = ResyncInput.InOrder; input <= ResyncInput.Stop; input++)
        {
            ResyncStateMachine machine = Reach(from);
            RxState? expected = null;
            foreach ((ResyncInput edge, RxState next) in s_edges[from])
            {
                expected = edge == input ? next : expected;
            }

            bool taken = machine.Step(input);

            Assert.That(taken, Is.EqualTo(expected is not null), $"{input}");
            Assert.That(machine.State, Is.EqualTo(expected ?? from), $"{input}");
        }
    }

    [Test]
    public void Release_AfterQuiesce_LeadsBackToEveryState(
        [Values(RxState.Start, RxState.InSync, RxState.SkippingRecord, RxState.Searching, RxState.Tracking, RxState.Confirmed)] RxState from)
    {
        ResyncStateMachine machine = Reach(from);
        machine.Step(ResyncInput.Quiesce);

        machine.Step(ResyncInput.Release);

        Assert.That(machine.State, Is.EqualTo(from));
    }

    private static ResyncStateMachine Reach(RxState state)
    {
        var machine = default(ResyncStateMachine);
        foreach (ResyncInput input in s_ways[state])
        {
            machine.Step(input);
        }

        Assert.That(machine.State, Is.EqualTo(state));
        return machine;
    }
}
