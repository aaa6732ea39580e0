using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Peer;
using NicEmu.Spec.Events;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Testing;

namespace NicEmu.Conformance.Cases;

/// <summary>C079 to C094: the route moves, the card is reset, removed or taken away while connections live.</summary>
internal static class RouteCases
{
    private const string Document = "Linux tls-offload.rst, error handling; net/tls/tls_device.c";
    private const long Second = 1_000_000_000_000;

    [Case("C079", CaseProfile.Resync, "After a function level reset retransmissions are right, and no context from before it is named again, by a descriptor or a command.", Source = Document, Stimulus = "Four segments are lost, another connection ends with data in the ring, the function is reset, TCP sends the segments again.", Observes = "wire, DMA, mailbox commands", Tolerates = ["NE1004"])]
    public static void RetransmissionAfterResetIsRight(DriverCase c)
    {
        DriverRig rig = c.Boot();
        rig.Needs(DriverAbilities.Recovery);
        TestFlow flow = TestFlow.Open(rig, c.Seed);
        TestFlow ending = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = "ending", PeerPort = 4434 });
        ulong[] old = [.. CaseSight.Contexts(rig.Events)];
        flow.Connection.Loses = s => s.Payload.Length > 0;
        flow.SendDrawn(6000);
        rig.Until(() => flow.Connection.DataSegments.Any(), "data is sent");

        // With TX_ENABLE clear what is posted stays in the ring, and the removal of the second context has to wait for it.
        rig.Controls.Bus.Write(0, 0x08, 4, 0x2);
        ending.Flow.Send(CaseKeys.Bytes(c.Seed, "ending", 3000));
        rig.Settle();
        ending.Flow.Abort();
        rig.Settle();
        rig.Controls.ResetFunction();
        rig.Until(() => (rig.Controls.Bus.Read(0, 0x10, 4) & 0xFFFF) > 1 && rig.Driver.IsReady, "the driver is up again", 30 * Second);
        int from = rig.Events.Count;
        flow.Connection.Loses = null;
        flow.SendDrawn(6000, "after");
        flow.UntilQuiet();

        flow.ExpectWire();
        CaseSight.ExpectNoPlaintext(flow);
        // When a connection ends, what still waits for its removal is looked at.
        TestFlow last = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = "last", PeerPort = 4435 });
        last.SendDrawn(60_000);
        last.UntilQuiet();
        last.Flow.Abort();
        rig.Settle(50_000_000_000);
        foreach (ulong context in old)
        {
            Expect.That(!CaseSight.IsNamed(rig.Events, context, from), $"no descriptor names context 0x{context:X16} from before the reset");
            bool told = rig.Events.Of(TraceEventKind.MailboxCommand, from).Any(e => e.Event.Handle == context);
            Expect.That(!told, $"no command names context 0x{context:X16} from before the reset");
        }
    }

    [Case("C081", CaseProfile.Security, "When the route moves to another card in mid-connection, what leaves there is encrypted, what is sent again too.", Source = Document, Stimulus = "Segments are lost, the route moves, they are sent again and more follows.", Observes = "wire of both ports")]
    public static void MovedRouteLeaksNothing(DriverCase c)
    {
        TestFlow flow = MoveRoute(c);

        flow.ExpectWire();
        CaseSight.ExpectNoPlaintext(flow);
        Expect.That(flow.Rig.SecondPeer!.Frames.Count(f => f.Length > 200) > 3, "data left by the second port");
    }

    [Case("C082", CaseProfile.Resync, "When the route moves back, the stream stays right.", Source = Document, Stimulus = "The route moves away and back, with data in between and lost segments.", Observes = "wire of both ports")]
    public static void ReturnedRouteIsRight(DriverCase c)
    {
        TestFlow flow = MoveRoute(c);
        int left = flow.Rig.SecondPeer!.Frames.Count;

        flow.Rig.Driver.SetRoute(0);
        flow.Connection.Loses = s => s.Payload.Length > 0 && s.Sequence % 7 == 0;
        flow.SendDrawn(20_000, "back");
        flow.Connection.Loses = null;
        flow.UntilQuiet();

        flow.ExpectWire();
        CaseSight.ExpectNoPlaintext(flow);
        Expect.Equal(flow.Rig.SecondPeer.Frames.Count(f => f.Length > 200), flow.Rig.SecondPeer.Frames.Take(left).Count(f => f.Length > 200), "the number of data frames of the second port");
    }

    [Case("C083", CaseProfile.Lifecycle, "An interface that goes down and up with unacknowledged data sends it in software from then on; the old context is not used.", Source = Document, Stimulus = "NETDEV_DOWN with lost segments, then up.", Observes = "wire, DMA, statistics")]
    public static void DownAndUpGoesOnInSoftware(DriverCase c)
    {
        DriverRig rig = c.Boot();
        rig.Needs(DriverAbilities.InterfaceState);
        TestFlow flow = TestFlow.Open(rig, c.Seed);
        flow.Connection.Loses = s => s.Payload.Length > 0;
        flow.SendDrawn(30_000);
        rig.Until(() => flow.Connection.DataSegments.Any(), "data is sent");

        rig.Driver.SetInterface(false);
        rig.Settle(50_000_000_000);
        int from = rig.Events.Count;
        rig.Driver.SetInterface(true);
        rig.Until(() => rig.Driver.IsReady, "the interface is up again", 30 * Second);
        flow.Connection.Loses = null;
        flow.SendDrawn(5000, "after");
        flow.UntilQuiet();

        flow.ExpectWire();
        CaseSight.ExpectNoPlaintext(flow);
        Expect.Equal(flow.Flow.TxPlace, FlowPlace.Software, "where sending is protected");
        foreach (ulong context in CaseSight.Contexts(rig.Events)) Expect.That(!CaseSight.IsNamed(rig.Events, context, from), $"no descriptor names context 0x{context:X16} after the interface was down");
    }

    [Case("C084", CaseProfile.Lifecycle, "Down, up and close free every context once, also with half a record received.", Source = Document, Stimulus = "Half a record arrives, NETDEV_DOWN, up, the other half, close.", Observes = "mailbox commands, application data")]
    public static void DownUpCloseFreesOnce(DriverCase c)
    {
        DriverRig rig = c.Boot();
        rig.Needs(DriverAbilities.InterfaceState);
        TestFlow flow = TestFlow.Open(rig, c.Seed);
        byte[] content = CaseKeys.Bytes(c.Seed, "half", 4000);
        byte[] record = flow.SealNext(content);
        flow.Deliver(record.AsSpan(0, 2000));

        rig.Driver.SetInterface(false);
        rig.Settle(50_000_000_000);
        rig.Driver.SetInterface(true);
        rig.Until(() => rig.Driver.IsReady, "the interface is up again", 30 * Second);
        flow.Deliver(record.AsSpan(2000));
        flow.ExpectDelivered(content);
        flow.Flow.Close();
        flow.Connection.SendFin();
        rig.Settle(Second);

        CaseSight.ExpectAllRemovedOnce(rig.Events);
    }

    [Case("C085", CaseProfile.Lifecycle, "When the interface goes down while the card waits for an answer, no answer follows the removal of its context.", Source = "net/tls: Protect from calling tls_dev_del for TLS RX twice; e52972c11d6b", Stimulus = "A header is lost, the card asks, NETDEV_DOWN before the parser reaches the place.", Observes = "mailbox commands, DMA")]
    public static void DownWithPendingResyncAnswersNothing(DriverCase c)
    {
        DriverRig rig = c.Boot();
        rig.Needs(DriverAbilities.InterfaceState);
        TestFlow flow = TestFlow.Open(rig, c.Seed);
        byte[] data = CaseKeys.Bytes(c.Seed, "lost header", 12_000);
        byte[] stream = [.. data.Chunk(2000).SelectMany(part => flow.SealNext(part))];
        uint start = flow.Connection.NextSequence;
        flow.Connection.Send(stream.AsSpan(0, 1000));
        flow.Connection.NextSequence = start + 3000;
        flow.Connection.Send(stream.AsSpan(3000));
        rig.Until(() => rig.Statistic("rx_tls_resync_req_pkt") > 0, "the card asks for a place");

        rig.Driver.SetInterface(false);
        rig.Settle(50_000_000_000);
        int from = rig.Events.Count;
        ulong[] contexts = [.. CaseSight.Contexts(rig.Events)];
        rig.Driver.SetInterface(true);
        rig.Until(() => rig.Driver.IsReady, "the interface is up again", 30 * Second);
        flow.Connection.SendAt(start + 1000, stream.AsSpan(1000, 1000));
        flow.Connection.SendAt(start + 2000, stream.AsSpan(2000, 1000));
        flow.ExpectDelivered(data);

        foreach (ulong context in contexts) Expect.That(!CaseSight.IsNamed(rig.Events, context, from), $"no descriptor names context 0x{context:X16} after its removal");
        CaseSight.ExpectAllRemovedOnce(rig.Events);
    }

    [Case("C086", CaseProfile.Faults, "When the card is pulled out the driver ends with an error within seconds, and connections end with it.", Source = "PCI surprise removal: every read gives all ones", Stimulus = "All accesses read all ones while data flows.", Observes = "driver state, time")]
    public static void RemovedCardEndsTheDriver(DriverCase c)
    {
        DriverRig rig = c.Boot();
        TestFlow flow = TestFlow.Open(rig, c.Seed);
        flow.SendDrawn(5000);

        rig.Controls.RemoveCard();
        flow.Flow.Send(CaseKeys.Bytes(c.Seed, "into the void", 5000));
        rig.Until(() => rig.Driver.Failure is not null, "the driver says why it ended", 60 * Second);
        rig.Until(() => flow.Flow.State == FlowState.Closed, "the connection ends", 60 * Second);

        Expect.That(!rig.Driver.IsReady, "the driver is not ready any more");
    }

    [Case("C093", CaseProfile.Lifecycle, "A driver that is unbound with live connections removes every context and key, and wipes nothing twice.", Source = "net/mlx5e: kTLS, Fix protection domain in use syndrome when devlink reload", Stimulus = "Unbind with two connections, one with unacknowledged data.", Observes = "mailbox commands, registers, memory")]
    public static void UnbindRemovesEverything(DriverCase c)
    {
        DriverRig rig = c.Boot();
        rig.Needs(DriverAbilities.Unbind);
        TestFlow first = TestFlow.Open(rig, c.Seed);
        TestFlow second = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = "second", PeerPort = 4434 });
        first.Connection.Loses = s => s.Payload.Length > 0;
        first.SendDrawn(9000);
        second.SendDrawn(9000);
        rig.Settle();

        rig.Driver.Unbind();
        rig.Settle(Second);

        CaseSight.ExpectAllRemovedOnce(rig.Events);
        Expect.Equal(CaseSight.Commands(rig.Events, CaseSight.KeyDestroy).Count(k => k.Status == 0), CaseSight.Contexts(rig.Events).Count, "the number of keys destroyed");
        Expect.Equal((uint)rig.Controls.Bus.ConfigRead(0x04, 2) & 4, 0u, "the Bus Master Enable bit");
        foreach (TestFlow flow in new[] { first, second })
        {
            for (int at = 0; at + 16 <= flow.Application.Length; at += 1000)
            {
                ulong? place = rig.Controls.FindInMemory(flow.Application.Slice(at, 16));
                Expect.That(place is null, $"no frame memory stays mapped after unbind (application data at 0x{place:X})");
            }
        }
    }

    [Case("C094", CaseProfile.Security, "A segment whose context the card does not know any more never leaves in clear.", Source = Document, Stimulus = "The context is removed behind the driver's back, then data is sent.", Observes = "wire, statistics", Tolerates = ["NE3007", "NE3202"])]
    public static void UnknownContextLeaksNothing(DriverCase c)
    {
        DriverRig rig = c.Boot();
        TestFlow flow = TestFlow.Open(rig, c.Seed);
        flow.SendDrawn(3000);
        flow.UntilQuiet();
        ulong context = CaseSight.Contexts(rig.Events)[0];

        IDeviceBus bus = rig.Controls.Bus;
        bus.Write(0, 0x200, 8, context);
        bus.Write(0, 0x100, 4, 0x8008_0021);
        rig.Until(() => rig.Events.Of(TraceEventKind.ContextRemoved).Any(), "the context is gone");
        bus.Write(0, 0x104, 4, 2);
        flow.SendDrawn(9000, "more");
        flow.UntilQuiet();

        flow.ExpectWire();
        CaseSight.ExpectNoPlaintext(flow);
    }

    private static TestFlow MoveRoute(DriverCase c)
    {
        DriverRig rig = c.Boot(new DriverSetup { SecondPort = true });
        rig.Needs(DriverAbilities.SecondPort);
        TestFlow flow = TestFlow.Open(rig, c.Seed);
        rig.SecondPeer!.Adopt(flow.Connection);
        flow.Connection.Loses = s => s.Payload.Length > 0;
        flow.SendDrawn(20_000);
        rig.Until(() => flow.Connection.DataSegments.Count() > 3, "data is sent");
        rig.Driver.SetRoute(1);
        flow.Connection.Loses = null;
        flow.SendDrawn(20_000, "moved");
        flow.UntilQuiet();
        return flow;
    }
}
