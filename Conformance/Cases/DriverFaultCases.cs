using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Peer;
using NicEmu.Spec.Events;
using NicEmu.Spec.Testing;

namespace NicEmu.Conformance.Cases;

/// <summary>C161, C184, C187, C188, C192, C193, C195: bus, mailbox, link and interrupts fail under a driver.</summary>
internal static class DriverFaultCases
{
    private const string Document = "Linux tls-offload.rst, error handling; register manual, mailbox";
    private const long Millisecond = 1_000_000_000;

    [Case("C161", CaseProfile.Lifecycle, "Connections that end while the card is busy have their contexts removed once it listens again: no removal is lost.", Source = Document, Stimulus = "Six connections aborted while the program in the card is silent.", Observes = "mailbox")]
    public static void RemovalIsNotLost(DriverCase c)
    {
        DriverRig rig = c.Boot();
        var flows = new List<TestFlow>();
        for (int i = 0; i < 6; i++) flows.Add(TestFlow.Open(rig, c.Seed, new FlowPlan { Label = $"flow {i}", PeerPort = (ushort)(4433 + i) }));
        foreach (TestFlow flow in flows) flow.SendDrawn(900);
        rig.Controls.SetFirmware(false);
        foreach (TestFlow flow in flows) flow.Flow.Abort();
        rig.Settle(4 * Millisecond);
        rig.Controls.SetFirmware(true);
        rig.Settle(100 * Millisecond);

        Expect.Equal(new ObjectLedger(rig.Events).ContextsMade, 12, "the number of contexts made");
        new ObjectLedger(rig.Events).ExpectEmpty("after the silence");
        InstallCases.Talk(TestFlow.Open(rig, c.Seed, new FlowPlan { Label = "after", PeerPort = 5000 }), "a connection afterwards");
    }

    [Case("C184", CaseProfile.Faults, "A frame whose buffer the card could not read is sent again by the driver; the stream stays right and nothing leaves in clear.", Source = Document, Stimulus = "Each read of frame data of a transfer refused, one at a time, found by a first run without faults.", Observes = "wire, DMA")]
    public static void UnreadableBufferIsSentAgain(DriverCase c)
    {
        List<int> reads = DataReads(c);
        Expect.AtLeast(reads.Count, 2, "the number of reads of frame data in a run without faults");
        foreach (int access in reads.Take(6))
        {
            DriverRig rig = c.Boot();
            TestFlow flow = TestFlow.Open(rig, c.Seed);
            int before = rig.Events.Count;
            rig.Clock.WaitUntil(() => false, 1);
            rig.Controls.FailDma(access, 1);
            byte[] data = flow.SendDrawn(20_000);
            flow.UntilQuiet();

            Expect.That(rig.Events.Of(TraceEventKind.DmaRead, before).Any(e => e.Event.Code != 0), $"access {access} is refused");
            flow.ExpectWire();
            InstallCases.Talk(flow, $"a connection after access {access} was refused");
            var scan = new PlaintextScan();
            scan.Add(data);
            scan.ExpectAbsent(rig.Peer.Frames, $"with access {access} refused");
        }
    }

    [Case("C187", CaseProfile.Faults, "A command that gets no answer in time is an error for its caller alone: what it makes later is taken away, and no other caller gets its answer.", Source = Document, Stimulus = "Keys set while the program in the card is silent; it wakes after the driver gave up, with new connections waiting.", Observes = "mailbox, places, wire")]
    public static void LateAnswerBelongsToNobody(DriverCase c)
    {
        foreach (int silence in new[] { 12, 25, 45 })
        {
            DriverRig rig = c.Boot();
            TestFlow late = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = "late", Tx = false, Rx = false });
            rig.Controls.SetFirmware(false);
            late.Flow.SetTx(late.TxKeys);
            late.Flow.SetRx(late.RxKeys);
            rig.Settle(silence * Millisecond);
            rig.Controls.SetFirmware(true);
            rig.Until(() => rig.Driver.IsReady && late.Flow.TxPlace != FlowPlace.Installing && late.Flow.RxPlace != FlowPlace.Installing, $"the keys are set after {silence} ms of silence");
            rig.Settle(50 * Millisecond);
            TestFlow next = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = "next", PeerPort = 4434, MustOffload = false });

            InstallCases.Talk(late, $"the connection that waited {silence} ms");
            InstallCases.Talk(next, $"the connection after {silence} ms of silence");
            long inDevice = new[] { late.Flow.TxPlace, late.Flow.RxPlace, next.Flow.TxPlace, next.Flow.RxPlace }.Count(p => p == FlowPlace.Device);
            ObjectLedger ledger = new(rig.Events);
            ledger.ExpectClean($"after {silence} ms of silence");
            Expect.Equal((long)ledger.Contexts, inDevice, $"the number of contexts in the card after {silence} ms of silence");
            Expect.Equal((long)ledger.Keys, inDevice, $"the number of keys in the card after {silence} ms of silence");
        }
    }

    [Case("C188", CaseProfile.Faults, "Whatever status a command ends with, the connection goes on in card or software, and the next one is not concerned.", Source = "register manual, MailboxStatus", Stimulus = "Every status for the commands that make a context, and for those that remove one.", Observes = "places, wire, mailbox", Tolerates = ["NE1103", "NE3201"])]
    public static void EveryStatusIsTaken(DriverCase c)
    {
        foreach (ushort opcode in new ushort[] { 32, 48, 33, 51, 20 })
        {
            bool removes = opcode is 33 or 51 or 20;
            DriverRig rig = c.Boot();
            ushort port = 4433;
            foreach (byte status in new byte[] { 7, 12, 1, 2, 3, 4, 5, 6, 8, 9, 0x0A, 0x0B, 0x0D })
            {
                string what = $"command {opcode} that ends with 0x{status:X2}";
                rig.Controls.FailCommand(opcode, status, 1);
                TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = what, PeerPort = port++, MustOffload = false });
                InstallCases.Talk(flow, $"a connection with {what}");
                if (!removes) Expect.Equal(opcode == 32 ? flow.Flow.TxPlace : flow.Flow.RxPlace, FlowPlace.Software, $"the place with {what}");
                flow.Flow.Abort();
                rig.Settle(50 * Millisecond);
                Expect.That(rig.Driver.Failure is null && rig.Driver.IsReady, $"the driver goes on after {what} ({rig.Driver.Failure})");
                // BUSY and NOT_READY pass: what is to be removed is removed later.
                if (!removes || status is 7 or 12) ExpectRemoved(rig, flow, removes, what);
            }

            TestFlow last = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = "last", PeerPort = port });
            InstallCases.Talk(last, $"a connection after all statuses of command {opcode}");
        }
    }

    [Case("C192", CaseProfile.Faults, "A link that goes away in mid-record and comes back costs time only: the contexts stay, and what was lost is sent again rightly.", Source = Document, Stimulus = "Carrier lost for 1 and 60 ms at several moments of 40 000 bytes with losses before, by every strategy; for 4 s; then data in both directions.", Observes = "wire, mailbox, places")]
    public static void CarrierLossKeepsContexts(DriverCase c)
    {
        foreach (long length in new long[] { 1, 60 })
        {
            for (long after = 0; after <= 60_000_000; after += 15_000_000)
            {
                RetransmitCases.EachStrategy(c, new DriverSetup(), rig => CarrierLoss(c, rig, after, length * Millisecond));
            }
        }

        // Four seconds are longer than a driver waits for frames that it has given to the card.
        CarrierLoss(c, c.Boot(), 5_000_000, 4000 * Millisecond);
    }

    private static void ExpectRemoved(DriverRig rig, TestFlow flow, bool removes, string what)
    {
        var ledger = new ObjectLedger(rig.Events);
        if (!removes) ledger.ExpectEmpty($"after {what}");
        else Expect.Equal((ledger.Contexts, ledger.Keys, flow.Flow.State), (0, 0, FlowState.Closed), $"contexts and keys in the card, and the state of the connection, after {what}");
    }

    private static void CarrierLoss(DriverCase c, DriverRig rig, long after, long length)
    {
        string what = $"a connection that lost its carrier after {after} ps for {length} ps";
        TestFlow flow = TestFlow.Open(rig, c.Seed);
        int seen = 0;
        flow.Connection.Loses = s => s.Payload.Length > 0 && ++seen is 4 or 11;
        flow.SendDrawn(40_000);
        rig.Settle(Math.Max(1, after));
        rig.Controls.SetCarrier(false);
        rig.Settle(length);
        rig.Controls.SetCarrier(true);
        flow.UntilQuiet(60_000 * Millisecond);
        flow.ExpectWire();
        InstallCases.Talk(flow, what);

        Expect.Equal((flow.Flow.TxPlace, flow.Flow.RxPlace), (FlowPlace.Device, FlowPlace.Device), $"the places of {what}");
        Expect.Equal(new ObjectLedger(rig.Events).ContextsMade, 2, $"the number of contexts made for {what}");
        Expect.Equal(new ObjectLedger(rig.Events).Contexts, 2, $"the number of contexts in the card for {what}");
    }

    [Case("C193", CaseProfile.Faults, "A function level reset in mid-record, or in the midst of a command, ends in software or in an error, in bounded time; nothing wrong or plain leaves.", Source = Document, Stimulus = "FLR at several moments of a transfer and of an installation.", Observes = "wire, states", Tolerates = ["NE1004", "NE2306"])]
    public static void ResetUnderTheDriverEnds(DriverCase c)
    {
        foreach (long after in new long[] { 1, 3_000_000, 10_000_000, 40_000_000 })
        {
            foreach (bool installing in new[] { false, true })
            {
                DriverRig rig = c.Boot();
                bool recovers = (rig.Driver.Abilities & DriverAbilities.Recovery) != 0;
                TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Tx = !installing, Rx = !installing });
                if (installing) flow.Flow.SetTx(flow.TxKeys);
                else flow.SendDrawn(30_000);
                rig.Settle(after);
                rig.Controls.ResetFunction();
                string when = $"{after} ps into {(installing ? "an installation" : "a transfer")}";
                rig.Until(() => flow.Flow.TxPlace != FlowPlace.Installing || flow.Flow.State == FlowState.Closed || rig.Driver.Failure is not null, $"the driver notices a reset {when}");
                bool given = (!recovers && rig.Driver.Failure is not null) || flow.Flow.State == FlowState.Closed;
                if (!given && installing) flow.SendDrawn(3000);
                rig.Until(
                    () => (!recovers && rig.Driver.Failure is not null) || flow.Flow.State == FlowState.Closed || flow.Connection.Received.Contiguous >= flow.Application.Length + flow.TxCodec.Overhead,
                    $"the connection goes on or ends after a reset {when}",
                    30_000 * Millisecond);
                rig.Settle();

                var scan = new PlaintextScan();
                scan.Add(flow.Application);
                scan.ExpectAbsent(rig.Peer.Frames, $"with a reset {when}");
                flow.OpenWire();
                if (!recovers) continue;
                Expect.That(rig.Driver.Failure is null, $"a driver that recovers does not give up after a reset {when} ({rig.Driver.Failure})");
                if (flow.Flow.State != FlowState.Closed) flow.ExpectWire();
                rig.Until(() => rig.Driver.IsReady, $"the driver is ready again after a reset {when}");
                InstallCases.Talk(TestFlow.Open(rig, c.Seed, new FlowPlan { Label = "after", PeerPort = 4434 }), $"a connection after a reset {when}");
            }
        }
    }

    [Case("C195", CaseProfile.Faults, "Lost and late interrupts delay and do not stop: transfers, answers to resync requests and commands come to their end.", Source = "register manual, completions; own", Stimulus = "One to three interrupts lost at each stage of a transfer in both directions with a gap.", Observes = "wire, application data")]
    public static void LostInterruptsOnlyDelay(DriverCase c)
    {
        foreach (int lost in new[] { 1, 2, 3 })
        {
            foreach (string stage in new[] { "sending", "receiving", "installation" })
            {
                DriverRig rig = c.Boot();
                TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Tx = stage != "installation", Rx = stage != "installation" });
                rig.Controls.DropInterrupts(lost);
                if (stage == "installation")
                {
                    flow.Flow.SetTx(flow.TxKeys);
                    flow.Flow.SetRx(flow.RxKeys);
                    rig.Until(() => flow.Flow.TxPlace is FlowPlace.Device or FlowPlace.Software && flow.Flow.RxPlace is FlowPlace.Device or FlowPlace.Software, $"the keys are set with {lost} interrupts lost");
                }

                if (stage == "receiving")
                {
                    byte[] answer = CaseKeys.Bytes(c.Seed, "answer", 6000);
                    flow.Deliver(flow.SealNext(answer));
                    // Traffic of the other direction is what makes a driver look at its card.
                    flow.SendDrawn(100);
                    rig.Settle(300 * Millisecond);
                    flow.ExpectDelivered(answer);
                }

                InstallCases.Talk(flow, $"a connection with {lost} interrupts lost while {stage}");
            }
        }
    }

    /// <summary>Numbers of the accesses that read frame data, counted from now, in a run without faults.</summary>
    private static List<int> DataReads(DriverCase c)
    {
        DriverRig rig = c.Boot();
        TestFlow probe = TestFlow.Open(rig, c.Seed);
        rig.Clock.WaitUntil(() => false, 1);
        int from = rig.Events.Count;
        probe.SendDrawn(20_000);
        probe.UntilQuiet();
        var reads = new List<int>();
        int access = 0;
        for (int i = from; i < rig.Events.Count; i++)
        {
            TraceEvent e = rig.Events[i].Event;
            if (e.Kind is not (TraceEventKind.DmaRead or TraceEventKind.DmaWrite or TraceEventKind.InterruptRaised)) continue;
            if (e.Kind == TraceEventKind.DmaRead && e.Length > 64 && e.Length % 64 != 0) reads.Add(access);
            access++;
        }

        return reads;
    }
}
