using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Peer;
using NicEmu.Spec.Events;

namespace NicEmu.Conformance.Cases;

/// <summary>C062 to C065, C078: segments are lost before the card, which then stands behind the stream.</summary>
internal static class LocalLossCases
{
    private const string Document = "Linux tls-offload.rst, TX, resynchronization";
    private const ushort TxUpdate = 35;
    private const ushort Refused = 0xFFFF;

    private static readonly (byte Status, int Count)[] Refusals = [(0x05, 1), (0x04, 3)];

    private static readonly (int From, int To)[] Ranges = [(100, 300), (900, 2300), (3500, 4900)];

    private static readonly DriverSetup ManySegments = new() { SegmentationOffload = false };

    [Case("C062", CaseProfile.Resync, "Segments beyond the place where the card stands go by software or after a move; the card is asked once to go on, and then does.", Source = Document, Stimulus = "Three records; the card is refused one of their segments, each of several in turn; then more records.", Observes = "wire, moves of the context, tx_tls_fallback", Tolerates = ["NE2306", "NE3009"])]
    public static void SegmentsBeyondThePlace(DriverCase c) => LocalLoss.EachStrategy(c, ManySegments, boot =>
    {
        foreach (int access in LocalLoss.Some(Reads(boot, c.Seed), 4))
        {
            TestFlow flow = TestFlow.Open(boot(), c.Seed);
            DriverRig rig = flow.Rig;
            LocalLoss.Refusing(flow, access, () => ThreeRecords(flow));
            flow.UntilQuiet();

            flow.SendDrawn(900);
            flow.UntilQuiet();
            Expect.That(Updates(rig) <= 1, $"the card is told one place at most after access {access} was refused ({Updates(rig)} times)");
            (long software, long encrypted) = (rig.Statistic("tx_tls_fallback"), rig.Statistic("tx_tls_encrypted_packets"));
            int events = rig.Events.Count;
            flow.SendDrawn(4000);
            flow.UntilQuiet();
            Expect.Equal(rig.Statistic("tx_tls_fallback"), software, $"tx_tls_fallback while new records follow the refusal of access {access}");
            Expect.AtLeast(rig.Statistic("tx_tls_encrypted_packets") - encrypted, 3, "the number of packets that the card encrypts again");
            Expect.Equal(Moves(rig, events), 0, $"the number of moves of the context long after access {access} was refused");
            flow.ExpectWire();
            CaseSight.ExpectNoPlaintext(flow);
        }
    });

    [Case("C063", CaseProfile.Resync, "While the card waits for a place, segments out of order are right, nothing is asked for again, and the place that it gets is that of the next record.", Source = Document, Stimulus = "A segment lost before the card, repetitions before the next record is written and while the command for it gets no answer.", Observes = "wire, mailbox, tx_tls_errors", Tolerates = ["NE2306", "NE3009"])]
    public static void OutOfOrderWhilePending(DriverCase c) => LocalLoss.EachStrategy(c, ManySegments, boot =>
    {
        int access = Reads(boot, c.Seed)[1];
        for (int variant = 0; variant < 2 * Ranges.Length; variant++)
        {
            bool silent = variant % 2 != 0;
            (int from, int to) = Ranges[variant / 2];
            DriverRig rig = boot();
            rig.Peer.Options = new PeerOptions { AcknowledgesAtOnce = false };
            TestFlow flow = TestFlow.Open(rig, c.Seed);
            LocalLoss.Refusing(flow, access, () => ThreeRecords(flow));
            (long errors, int events) = (rig.Statistic("tx_tls_errors"), rig.Events.Count);
            byte[] next = CaseKeys.Bytes(c.Seed, "next", 700);
            int taken = 0;
            if (silent)
            {
                // A driver that asks now has to wait, and may not ask twice.
                rig.Controls.SetFirmware(false);
                taken = Math.Max(0, flow.Flow.Send(next).Value);
                flow.Note(next.AsSpan(0, taken));
            }

            Repetition.Exactly(flow, from, to);
            rig.Settle(20_000_000);

            Expect.Equal(rig.Statistic("tx_tls_errors"), errors, "the number of chains refused during repetitions");
            Expect.Equal(Updates(rig, events), 0, "the number of places told before the next record");
            if (silent) rig.Controls.SetFirmware(true);
            flow.Send(next.AsSpan(taken));
            Repetition.End(flow);
            Expect.That(Updates(rig, events) <= 1, $"the card is told one place at most ({Updates(rig, events)} times)");
            long software = rig.Statistic("tx_tls_fallback");
            flow.SendDrawn(500);
            rig.Settle();
            Expect.Equal(rig.Statistic("tx_tls_fallback"), software, "tx_tls_fallback when the card stands at its place again");
            Expect.That(Updates(rig, events) <= 1, $"no place is told again ({Updates(rig, events)} times)");
            flow.ExpectWire();
            CaseSight.ExpectNoPlaintext(flow);
        }
    });

    [Case("C064", CaseProfile.Resync, "A place that the card did not take stays wanted: the record goes by software, and the next record asks again, by a command or in the ring.", Source = Document, Stimulus = "A segment lost before the card; then the command that tells the place ends with an error, or the chain that a place in the ring is for fails, once, and three times; by every strategy.", Observes = "mailbox, moves of the context, wire, tx_tls_fallback, tx_tls_errors, tx_tls_resync_req", Tolerates = ["NE2306", "NE3009", "NE1103"])]
    public static void RefusedPlaceIsAskedAgain(DriverCase c) => LocalLoss.EachStrategy(c, ManySegments, boot =>
    {
        int access = Reads(boot, c.Seed)[1];
        foreach ((byte status, int count) in Refusals)
        {
            TestFlow flow = TestFlow.Open(boot(), c.Seed);
            DriverRig rig = flow.Rig;
            LocalLoss.Refusing(flow, access, () => ThreeRecords(flow));
            flow.UntilQuiet();
            int events = rig.Events.Count;
            long errors = rig.Statistic("tx_tls_errors");
            long? requests = rig.Driver.Statistic("tx_tls_resync_req");
            rig.Controls.FailCommand(TxUpdate, status, count);
            flow.SendDrawn(400);
            flow.UntilQuiet();
            if (CaseSight.Commands(rig.Events, Refused, events).Count > 0)
            {
                RefusedByCommand(flow, events, count);
                // A driver that took the refusal for an answer would trust a place that the card does not have, or find out anew that it is behind.
                Expect.Equal(rig.Statistic("tx_tls_errors"), errors, $"tx_tls_errors after {count} refusals of a place");
                if (requests is not null) Expect.Equal(rig.Driver.Statistic("tx_tls_resync_req"), requests, $"tx_tls_resync_req after {count} refusals of a place, which stays wanted");
            }
            else RefusedInRing(boot, c.Seed, access, count);
        }
    });

    [Case("C065", CaseProfile.Resync, "The record number and the TCP sequence number of every place that the card is told belong to one record.", Source = Document, Stimulus = "Records of many lengths; segments lost before the card and on the wire; repetitions.", Observes = "moves of the context, wire", Tolerates = ["NE2306", "NE3009"])]
    public static void NumberAndPlaceBelongTogether(DriverCase c) => LocalLoss.EachStrategy(c, ManySegments, boot =>
    {
        foreach (ulong first in new ulong[] { 0, 0xFFFF_FFFE })
        {
            var plan = new FlowPlan { TxRecordNumber = first, InitialSequence = 0xFFFF_F000 };
            int access = Reads(boot, c.Seed, plan)[2];
            TestFlow flow = TestFlow.Open(boot(), c.Seed, plan);
            DriverRig rig = flow.Rig;
            int seen = 0;
            LocalLoss.Refusing(flow, access, () => ThreeRecords(flow));
            flow.Connection.Loses = s => s.Payload.Length > 0 && ++seen % 5 == 0;
            for (int i = 0; i < 6; i++) flow.SendDrawn(1 + (i * 611));
            flow.UntilQuiet();
            flow.ExpectWire();

            IReadOnlyList<OpenedRecord> records = flow.OpenWire();
            int told = 0;
            foreach ((TraceEvent e, _) in rig.Events.Of(TraceEventKind.ResyncStep))
            {
                // TX_UPDATE, a fence and POSITION tell where a record begins; RANGE a place in it.
                if (e.Code is not (0 or 3 or 5 or 6)) continue;
                int at = (int)(e.TcpSequence - flow.TlsStart);
                OpenedRecord? record = records.FirstOrDefault(r => r.Number == e.RecordNumber);
                Expect.That(record is not null, $"record {e.RecordNumber}, of which the card is told, is on the wire");
                bool right = e.Code == 6 ? at >= record.Offset && at < record.Offset + record.Length : at == record.Offset;
                Expect.That(right, $"byte {at}, told with record {e.RecordNumber}, belongs to it (it begins at byte {record.Offset})");
                told++;
            }

            Expect.AtLeast(told, 1, "the number of places told");
        }
    });

    [Case("C078", CaseProfile.Resync, "What software encrypts in the card's stead leaves in valid frames: addresses, checksums, tags and cuts are as the card makes them.", Source = Document + ", fallback", Stimulus = "IPv4, IPv6, with a VLAN and without, cut by the card and by TCP, with time stamps; segments lost before the card and repetitions of them.", Observes = "every frame, tx_tls_fallback", Tolerates = ["NE2306", "NE3009"])]
    public static void SoftwareFramesAreValid(DriverCase c)
    {
        for (int variant = 0; variant < 8; variant++)
        {
            var setup = new DriverSetup { Ipv6 = (variant & 1) != 0, VlanId = (variant & 2) != 0 ? 77 : null, SegmentationOffload = (variant & 4) != 0 };
            string what = $"{(setup.Ipv6 ? "IPv6" : "IPv4")}, VLAN {setup.VlanId}, cut by {(setup.SegmentationOffload ? "the card" : "TCP")}";
            DriverRig probe = c.Boot(setup);
            probe.Peer.Options = new PeerOptions { Timestamps = true };
            TestFlow dry = TestFlow.Open(probe, c.Seed);
            List<int> reads = LocalLoss.Reads(dry, () => ThreeRecords(dry));
            DriverRig rig = c.Boot(setup);
            rig.Peer.Options = new PeerOptions { Timestamps = true };
            TestFlow flow = TestFlow.Open(rig, c.Seed);
            LocalLoss.Refusing(flow, reads[0], () => ThreeRecords(flow));
            int seen = 0;
            flow.Connection.Loses = s => s.Payload.Length > 0 && ++seen % 3 == 0;
            flow.SendDrawn(6000);
            flow.UntilQuiet();

            Expect.AtLeast(rig.Statistic("tx_tls_fallback"), 1, $"the number of segments encrypted in software ({what})");
            Expect.That(rig.Peer.Flaws.Count == 0, $"every frame is valid ({what}): {string.Join("; ", rig.Peer.Flaws)}");
            Expect.That(flow.Connection.DataSegments.All(s => s.Payload.Length <= 1460), $"no segment is longer than the peer takes ({what})");
            flow.ExpectWire();
            CaseSight.ExpectNoPlaintext(flow);
        }
    }

    /// <summary>Demands that the card encrypts again.</summary>
    private static void Asked(TestFlow flow)
    {
        long software = flow.Rig.Statistic("tx_tls_fallback");
        flow.SendDrawn(400);
        flow.UntilQuiet();
        Expect.Equal(flow.Rig.Statistic("tx_tls_fallback"), software, "tx_tls_fallback when the card took a place");
        flow.ExpectWire();
        CaseSight.ExpectNoPlaintext(flow);
    }

    /// <summary>The command ends with an error, and is given again with each record until it does not.</summary>
    private static void RefusedByCommand(TestFlow flow, int events, int count)
    {
        for (int i = 0; i <= count; i++)
        {
            if (i > 0) flow.SendDrawn(400);
            flow.UntilQuiet();
            Expect.Equal(CaseSight.Commands(flow.Rig.Events, Refused, events).Count, Math.Min(count, i + 1), $"the number of places refused after record {i + 1}");
            Expect.Equal(Updates(flow.Rig, events), i < count ? 0 : 1, $"the number of places taken after record {i + 1}");
        }

        Asked(flow);
    }

    /// <summary>The chain that a place was told for finds no memory, and the next one brings the place again.</summary>
    private static void RefusedInRing(Func<DriverRig> boot, ulong seed, int access, int count)
    {
        TestFlow dry = TestFlow.Open(boot(), seed);
        LocalLoss.Refusing(dry, access, () => ThreeRecords(dry));
        dry.UntilQuiet();
        int read = LocalLoss.Reads(dry, () => dry.SendDrawn(400))[0];

        TestFlow flow = TestFlow.Open(boot(), seed);
        LocalLoss.Refusing(flow, access, () => ThreeRecords(flow));
        flow.UntilQuiet();
        for (int i = 0; i <= count; i++)
        {
            int events = flow.Rig.Events.Count;
            if (i < count) LocalLoss.Refusing(flow, read, () => flow.SendDrawn(400));
            else flow.SendDrawn(400);
            flow.UntilQuiet();
            // A range is a place too, told with every chain, and seen when the chain has its bytes.
            if (i == count || Moves(flow.Rig, 0) > 0) Expect.AtLeast(flow.Rig.Events.Of(TraceEventKind.ResyncStep, events).Count(e => e.Event.Code is 0 or 3 or 5 or 6), 1, $"the number of places told with record {i + 1} behind the loss");
            flow.ExpectWire();
        }

        Asked(flow);
    }

    private static void ThreeRecords(TestFlow flow)
    {
        flow.SendDrawn(2000);
        flow.SendDrawn(1);
        flow.SendDrawn(3000);
    }

    private static List<int> Reads(Func<DriverRig> boot, ulong seed, FlowPlan? plan = null)
    {
        TestFlow flow = TestFlow.Open(boot(), seed, plan);
        List<int> reads = LocalLoss.Reads(flow, () => ThreeRecords(flow));
        Expect.AtLeast(reads.Count, 3, "the number of reads of application data without faults");
        return reads;
    }

    private static int Updates(DriverRig rig, int from = 0) => CaseSight.Commands(rig.Events, TxUpdate, from).Count;

    /// <summary>Places that a transmit context was told, by whatever way.</summary>
    private static int Moves(DriverRig rig, int from) => rig.Events.Of(TraceEventKind.ResyncStep, from).Count(e => e.Event.Code is 0 or 3 or 5);
}
