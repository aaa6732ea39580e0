using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Peer;
using NicEmu.Spec.Events;
using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Cases;

/// <summary>C066, C067, C080: bytes from before the first record are sent again, with and without records behind them.</summary>
internal static class StartMarkerCases
{
    private const string Document = "Linux tls-offload.rst, TX, and Documentation of tx_tls_skip_no_sync_data";
    private const long Patience = 60L * 1_000_000_000_000;

    [Case("C066", CaseProfile.Resync, "What was sent before the key is sent again as it was: no key is used, the card is told nothing, and it is counted.", Source = Document, Stimulus = "2000 plain bytes and a record; repetitions of plain ranges that end before the record, up to its first byte; then one that begins with the record.", Observes = "wire, tx_tls_skip_no_sync_data, records that the card protects")]
    public static void PlainBytesAgain(DriverCase c) => RetransmitCases.EachStrategy(c, new DriverSetup(), rig =>
    {
        rig.Peer.Options = new PeerOptions { AcknowledgesAtOnce = false };
        foreach (TlsVersion version in new[] { TlsVersion.Tls13, TlsVersion.Tls12 })
        {
            foreach ((int from, int to) in new[] { (-2000, -700), (-1999, -1998), (-1000, -1), (-600, 0), (-2, -1), (-1, 0), (0, 300) })
            {
                TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Version = version, PlainBytes = 2000, Label = $"{version} {from} {to}" });
                flow.SendDrawn(700);
                rig.Settle();
                (long skipped, long software, long encrypted) = (rig.Statistic("tx_tls_skip_no_sync_data"), rig.Statistic("tx_tls_fallback"), rig.Statistic("tx_tls_encrypted_packets"));
                int events = rig.Events.Count;
                Repetition.Exactly(flow, from, to);
                bool used = rig.Events.Of(TraceEventKind.RecordProtected, events).Concat(rig.Events.Of(TraceEventKind.ResyncStep, events)).Any()
                    || rig.Statistic("tx_tls_fallback") != software || rig.Statistic("tx_tls_encrypted_packets") != encrypted;

                string what = $"bytes {from} to {to} are sent again";
                Expect.Equal(used, to > 0, $"the use of a key or of the context when {what}");
                if (to > 0) Expect.Equal(rig.Statistic("tx_tls_skip_no_sync_data"), skipped, $"tx_tls_skip_no_sync_data when {what}");
                else Expect.AtLeast(rig.Statistic("tx_tls_skip_no_sync_data") - skipped, 1, $"what tx_tls_skip_no_sync_data counts when {what}");
                Repetition.End(flow);
                ExpectPlainAndWire(flow, c.Seed);
                flow.Flow.Abort();
            }
        }
    });

    [Case("C067", CaseProfile.Resync, "A range over the start of the first record is never sent half plain: it comes as two segments, or not at all.", Source = Document, Stimulus = "Repetitions of ranges from 1 to 600 bytes before the first record to 1 to 700 behind its start.", Observes = "wire")]
    public static void RangeOverStart(DriverCase c) => RetransmitCases.EachStrategy(c, new DriverSetup(), rig =>
    {
        rig.Peer.Options = new PeerOptions { AcknowledgesAtOnce = false };
        foreach ((int before, int behind) in new[] { (1, 1), (1, 5), (1, 700), (600, 1), (600, 13), (600, 700), (16, 16) })
        {
            TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { PlainBytes = 600, Label = $"{before}/{behind}" });
            flow.SendDrawn(800);
            rig.Settle();
            Repetition.Exactly(flow, -before, behind);
            Expect.That(!flow.Connection.DataSegments.Any(s => Straddles(flow, s)), $"no segment holds bytes of both sides of the start ({before} before and {behind} behind it asked for)");
            Repetition.End(flow);
            flow.SendDrawn(300);
            rig.Settle();
            ExpectPlainAndWire(flow, c.Seed);
            flow.Flow.Abort();
        }
    });

    [Case("C080", CaseProfile.Resync, "TCP never puts plain bytes and records into one packet when it sends small pieces of both again in larger ones.", Source = Document, Stimulus = "1 to 1460 plain bytes and eight small records; nothing of it arrives twice; the timer repeats all; cut by the card and by TCP.", Observes = "wire")]
    public static void PlainAndRecordsAreNotMerged(DriverCase c)
    {
        foreach (bool cardCuts in new[] { true, false })
        {
            RetransmitCases.EachStrategy(c, new DriverSetup { SegmentationOffload = cardCuts }, rig =>
            {
                foreach (int plain in (ReadOnlySpan<int>)[1, 40, 1459, 1460])
                {
                    rig.Peer.Options = new PeerOptions { AcknowledgesAtOnce = false };
                    TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { PlainBytes = plain, Label = $"{plain}" });
                    for (int i = 0; i < 8; i++)
                    {
                        flow.SendDrawn(20 + i);
                        rig.Settle(100_000_000);
                    }

                    int first = flow.Connection.DataSegments.Count();
                    rig.Settle(900_000_000_000);
                    // One byte less than all that is plain: what is left of it is the shortest neighbour of a record.
                    flow.Connection.Acknowledge(flow.TlsStart - 1);
                    rig.Until(() => flow.Connection.DataSegments.Skip(first).Any(s => s.Sequence == flow.TlsStart - 1), $"the last of {plain} plain bytes is sent again", Patience);
                    rig.Settle(900_000_000_000);
                    flow.Connection.Options = flow.Connection.Options with { AcknowledgesAtOnce = true };
                    flow.Connection.Acknowledge();
                    flow.UntilQuiet(Patience);

                    Expect.That(!flow.Connection.DataSegments.Any(s => Straddles(flow, s)), $"no segment holds bytes of both sides of the start with {plain} plain bytes");
                    Expect.AtLeast(flow.Connection.Wire.Repeated, plain, "the number of bytes sent again");
                    ExpectPlainAndWire(flow, c.Seed);
                    flow.Flow.Abort();
                }
            });
        }
    }

    private static bool Straddles(TestFlow flow, SeenSegment segment) => TcpSequence.IsBefore(segment.Sequence, flow.TlsStart) && TcpSequence.IsAfter(segment.End, flow.TlsStart);

    private static void ExpectPlainAndWire(TestFlow flow, ulong seed)
    {
        flow.ExpectWire();
        int plain = flow.Plan.PlainBytes;
        Expect.Bytes(flow.Connection.Wire.Bytes[..plain], CaseKeys.Bytes(seed, flow.Plan.Label + "/plain", plain), "the bytes before the first record");
    }
}
