using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Peer;
using NicEmu.Spec.Events;

namespace NicEmu.Conformance.Cases;

/// <summary>
/// Loses segments between driver and card: the card is refused the read of their bytes, and what follows is beyond the place where it stands. The read is
/// found by a run without faults; a second machine of the same seed then reaches it as the same access.
/// </summary>
internal static class LocalLoss
{
    /// <summary>Numbers of the accesses, counted from before an act, that read application data in a run without faults.</summary>
    public static List<int> Reads(TestFlow flow, Action act)
    {
        DriverRig rig = flow.Rig;
        rig.Clock.WaitUntil(() => false, 1);
        int from = rig.Events.Count;
        act();
        rig.Settle();
        var scan = new PlaintextScan();
        scan.Add(flow.Application);
        var reads = new List<int>();
        int access = 0;
        for (int i = from; i < rig.Events.Count; i++)
        {
            (TraceEvent e, byte[] data) = rig.Events[i];
            if (e.Kind is not (TraceEventKind.DmaRead or TraceEventKind.DmaWrite or TraceEventKind.InterruptRaised)) continue;
            if (e.Kind == TraceEventKind.DmaRead && scan.IsIn(data)) reads.Add(access);
            access++;
        }

        return reads;
    }

    /// <summary>Does the act with one access refused, and demands that it was.</summary>
    public static void Refusing(TestFlow flow, int access, Action act)
    {
        DriverRig rig = flow.Rig;
        rig.Clock.WaitUntil(() => false, 1);
        int from = rig.Events.Count;
        rig.Controls.FailDma(access, 1);
        act();
        rig.Settle();
        Expect.That(rig.Events.Of(TraceEventKind.DmaRead, from).Any(e => e.Event.Code != 0), $"the read of access {access} is refused");
    }

    /// <summary>A few of many: the first, the last and some between.</summary>
    public static IEnumerable<int> Some(IReadOnlyList<int> reads, int count) =>
        Enumerable.Range(0, Math.Min(count, reads.Count)).Select(i => reads[count >= reads.Count ? i : i * (reads.Count - 1) / (count - 1)]);

    /// <summary>Runs a check for each strategy of the driver, with a way to boot machines that use it.</summary>
    public static void EachStrategy(DriverCase c, DriverSetup setup, Action<Func<DriverRig>> check)
    {
        foreach (string? name in c.Boot(setup).Driver.Strategies.Skip(1).Prepend(null))
        {
            DriverSetup with = setup with { Strategy = name };
            try
            {
                check(() => c.Boot(with));
            }
            catch (CaseFailedException failure)
            {
                throw new CaseFailedException($"with the strategy {name ?? "of the driver"}: {failure.Message}");
            }
        }
    }
}
