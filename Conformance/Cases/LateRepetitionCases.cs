using NicEmu.Conformance.Core;
using NicEmu.Conformance.Peer;
using NicEmu.Net;
using NicEmu.Spec.Events;
using TcpSequence = NicEmu.Spec.Tls.TcpSequence;

namespace NicEmu.Conformance.Cases;

/// <summary>C068, C069, C073, C074, C077: repetitions whose bytes are acknowledged, refused or released meanwhile.</summary>
internal static class LateRepetitionCases
{
    private const string Document = "Linux tls-offload.rst, TX; register manual, rings";
    private const int Content = 3000;
    private const int SmallestRingLog2 = 6;

    private static readonly DriverSetup ManySegments = new() { SegmentationOffload = false };

    [Case("C068", CaseProfile.Resync, "A segment that the card refused and that is acknowledged before the driver knows is dropped or right: never plain, never under another number.", Source = Document, Stimulus = "A segment lost before the card, its completion told by an interrupt that is lost, and an acknowledgement of everything; by every strategy.", Observes = "wire, tx_tls_drop_no_sync_data", Tolerates = ["NE2306", "NE3009"],
        Narrower = "No copy of a segment waits behind TCP in the emulated machine, so that only what the card hands back can be late; a second copy sent from a queue is not judged.")]
    public static void AcknowledgedWhileRefused(DriverCase c) => Acknowledge(c, 0);

    [Case("C069", CaseProfile.Resync, "A segment of which a part is acknowledged before the driver sends it again is dropped or right, and its rest arrives.", Source = Document, Stimulus = "A segment lost before the card, a lost interrupt, and an acknowledgement up to the middle of a record, its tag, its end, and a byte behind it; by every strategy.", Observes = "wire", Tolerates = ["NE2306", "NE3009"],
        Narrower = "TCP itself begins every repetition at the first byte that is not acknowledged, so that only what the card hands back can have an acknowledged part.")]
    public static void AcknowledgedInPartWhileRefused(DriverCase c)
    {
        int record = Content + 22;
        foreach (int place in new[] { 700, record - 7, record, record + 1 }) Acknowledge(c, place);
    }

    [Case("C073", CaseProfile.Resync, "What a repetition takes is posted whole or not at all: no doorbell ends behind a place, a piece to be hashed or an open chain, however little room the ring has.", Source = Document, Stimulus = "The smallest ring, shared by six connections; 16 384-byte records of which every fourth segment is lost, cut to 400 bytes; interrupts lost, so that the ring fills.", Observes = "descriptors at each doorbell, wire")]
    public static void SequencesArePostedWhole(DriverCase c) => RetransmitCases.EachStrategy(c, new DriverSetup { TxRingLog2 = SmallestRingLog2, SegmentationOffload = false }, rig =>
    {
        rig.Peer.Options = new PeerOptions { Mss = 400 };
        TestFlow[] flows = [.. Enumerable.Range(0, 6).Select(i => TestFlow.Open(rig, c.Seed, new FlowPlan { Label = $"flow {i}", PeerPort = (ushort)(4433 + i) }))];
        int seen = 0;
        foreach (TestFlow flow in flows) flow.Connection.Loses = s => s.Payload.Length > 0 && ++seen % 4 == 0;
        rig.Controls.DropInterrupts(2);
        foreach (TestFlow flow in flows) flow.SendDrawn(2 * 16_384);
        foreach (TestFlow flow in flows)
        {
            flow.UntilQuiet(60 * 1_000_000_000_000);
            flow.ExpectWire();
            Expect.AtLeast(flow.Connection.Wire.Repeated, 1460, "the number of bytes sent again");
        }

        var ring = new RingSight(rig.Events, SmallestRingLog2);
        ring.ExpectWholeSequences("with losses");
        Expect.AtLeast(ring.MostPending, 40, "the number of descriptors that wait at a time in a ring of 64");
        Expect.That(ring.LongestReplay is 0 or >= 14_000, $"a strategy that has records read again reads nearly whole ones (the longest: {ring.LongestReplay} bytes)");
    });

    [Case("C074", CaseProfile.Resync, "A read that is refused in the midst of a repetition costs that repetition's way through the card only: its bytes are right, new data is right and in the card again, and the ring loses no room.", Source = Document, Stimulus = "A range with a record's tag sent again; each read of application data of it refused in turn; then 40 000 bytes through a small ring.", Observes = "wire, DMA, tx_tls_fallback", Tolerates = ["NE2306", "NE3009"])]
    public static void RefusedInRepetition(DriverCase c) => LocalLoss.EachStrategy(c, new DriverSetup { TxRingLog2 = SmallestRingLog2 }, boot =>
    {
        TestFlow dry = Sent(boot(), c.Seed);
        List<int> reads = LocalLoss.Reads(dry, () => AskTag(dry));
        foreach (int access in LocalLoss.Some(reads, 3))
        {
            TestFlow flow = Sent(boot(), c.Seed);
            DriverRig rig = flow.Rig;
            LocalLoss.Refusing(flow, access, () => AskTag(flow));
            flow.Connection.Options = flow.Connection.Options with { AcknowledgesAtOnce = true };
            Repetition.End(flow);
            flow.SendDrawn(200);
            flow.UntilQuiet();
            long software = rig.Statistic("tx_tls_fallback");
            flow.SendDrawn(40_000);
            flow.UntilQuiet();

            Expect.Equal(rig.Statistic("tx_tls_fallback"), software, $"tx_tls_fallback of new data after access {access} was refused");
            flow.ExpectWire();
            CaseSight.ExpectNoPlaintext(flow);
        }
    });

    [Case("C077", CaseProfile.Resync, "The card reads nothing that was released: a repetition that waits in the ring while its record is acknowledged, or its connection ends, leaves as it was, and every read finds memory.", Source = Document, Stimulus = "A range with a record's tag asked for and, moments later, everything acknowledged and new records written over it; or the connection aborted.", Observes = "DMA, wire")]
    public static void NothingReleasedIsRead(DriverCase c) => RetransmitCases.EachStrategy(c, new DriverSetup(), first =>
    {
        int late = 0;
        foreach (long delay in (ReadOnlySpan<long>)[1, 200_000, 1_000_000, 3_000_000, 10_000_000])
        {
            foreach (bool ends in (ReadOnlySpan<bool>)[false, true])
            {
                TestFlow flow = Sent(c.Boot(first.Setup), c.Seed);
                DriverRig rig = flow.Rig;
                int events = rig.Events.Count;
                uint start = flow.TlsStart + 1000;
                flow.Connection.Acknowledge(start);
                for (uint left = 3; left > 0; left--) flow.Connection.Acknowledge(start, new SackBlock(flow.TlsStart + Content + 22, flow.TlsStart + (uint)flow.OnWire + 1 - left));
                rig.Settle(delay);
                int before = flow.Connection.Segments.Count;
                if (ends) flow.Flow.Abort();
                else flow.Connection.Acknowledge(flow.TlsStart + (uint)flow.OnWire);
                if (!ends) flow.SendDrawn(5000);
                flow.Connection.Options = flow.Connection.Options with { AcknowledgesAtOnce = true };
                if (ends) rig.Settle();
                else flow.UntilQuiet();
                if (flow.Connection.Segments.Skip(before).Any(s => s.Payload.Length > 0 && TcpSequence.IsBefore(s.Sequence, flow.TlsStart + Content))) late++;

                Expect.That(rig.Events.Of(TraceEventKind.DmaRead, events).All(e => e.Event.Code == 0), $"every read of the card finds memory ({delay} ps)");
                flow.ExpectWire();
                CaseSight.ExpectNoPlaintext(flow);
            }
        }

        Expect.AtLeast(late, 1, "the number of repetitions that left after their record was acknowledged or their connection ended");
    });

    /// <summary>A connection that repeats only when told, with records sent.</summary>
    private static TestFlow Sent(DriverRig rig, ulong seed)
    {
        rig.Peer.Options = new PeerOptions { AcknowledgesAtOnce = false };
        TestFlow flow = TestFlow.Open(rig, seed);
        flow.SendDrawn(Content);
        flow.SendDrawn(500);
        rig.Settle();
        return flow;
    }

    private static void AskTag(TestFlow flow) => Repetition.Of(flow, Content - 300, Content + 22);

    /// <summary>Refuses each of some reads, hides that from the driver, acknowledges up to a place or everything, and looks at every segment.</summary>
    private static void Acknowledge(DriverCase c, int place) => LocalLoss.EachStrategy(c, ManySegments, boot =>
    {
        TestFlow dry = TestFlow.Open(boot(), c.Seed);
        foreach (int access in LocalLoss.Some(LocalLoss.Reads(dry, () => dry.SendDrawn(Content)), 3))
        {
            DriverRig rig = boot();
            rig.Peer.Options = new PeerOptions { AcknowledgesAtOnce = false };
            TestFlow flow = TestFlow.Open(rig, c.Seed);
            rig.Clock.WaitUntil(() => false, 1);
            rig.Controls.FailDma(access, 1);
            rig.Controls.DropInterrupts(1);
            byte[] sent = flow.SendDrawn(Content);
            rig.Settle(3_000_000);
            byte[] behind = flow.SendDrawn(500);
            byte[] all = [.. flow.TxCodec.Seal(23, sent, 0), .. flow.TxCodec.Seal(23, behind, 1)];
            rig.Settle(3_000_000);
            flow.Connection.Acknowledge(flow.TlsStart + (uint)(place == 0 ? all.Length : place));
            rig.Settle(900_000_000_000);
            flow.Connection.Acknowledge(flow.TlsStart + (uint)all.Length);
            byte[] last = flow.SendDrawn(700);
            all = [.. all, .. flow.TxCodec.Seal(23, last, 2)];
            rig.Settle(900_000_000_000);

            string what = $"with access {access} refused and bytes up to {(place == 0 ? all.Length : place)} acknowledged";
            int end = 0;
            foreach (SeenSegment segment in flow.Connection.DataSegments)
            {
                int at = (int)(segment.Sequence - flow.TlsStart);
                Expect.Bytes(segment.Payload, all.AsSpan(at, segment.Payload.Length), $"the {segment.Payload.Length} bytes at {at} {what}");
                end = Math.Max(end, at + segment.Payload.Length);
            }

            Expect.Equal(end, all.Length, $"the place up to which the stream is sent {what}");
            Expect.That(rig.Events.Of(TraceEventKind.DmaRead).Any(e => e.Event.Code != 0), $"access {access} is refused");
            CaseSight.ExpectNoPlaintext(flow);
        }
    });
}
