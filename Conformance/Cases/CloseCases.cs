using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Peer;
using NicEmu.Spec.Events;
using NicEmu.Spec.Testing;

namespace NicEmu.Conformance.Cases;

/// <summary>C155, C158, C160, C163: how connections and their contexts end.</summary>
internal static class CloseCases
{
    private const string Document = "Linux tls_device.c: a transmit context lives until the socket is destroyed";
    private const long Second = 1_000_000_000_000;

    [Case("C155", CaseProfile.Lifecycle, "Data that is unacknowledged at close is still encrypted by its context, which goes after the last acknowledgement.", Source = Document, Stimulus = "Everything is lost, close, then the network is good again.", Observes = "wire, mailbox commands")]
    public static void CloseKeepsTheContextUntilAcknowledged(DriverCase c)
    {
        DriverRig rig = c.Boot();
        TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Rx = false });
        flow.Connection.Loses = s => s.Payload.Length > 0;
        flow.SendDrawn(20_000);
        rig.Until(() => flow.Connection.DataSegments.Any(), "data is sent");

        flow.Flow.Close();
        rig.Settle(Second / 10);
        Expect.That(!rig.Events.Of(TraceEventKind.ContextRemoved).Any(), "the context lives while data is unacknowledged");
        flow.Connection.Loses = null;
        flow.UntilQuiet();
        rig.Until(() => flow.Connection.HasFin, "the connection ends in order");
        flow.Connection.SendFin();
        rig.Until(() => rig.Events.Of(TraceEventKind.ContextRemoved).Any(), "the context goes", 120 * Second);

        flow.ExpectWire();
        Expect.Equal(rig.Statistic("tx_tls_fallback"), 0L, "the number of segments encrypted in software");
        CaseSight.ExpectAllRemovedOnce(rig.Events);
    }

    [Case("C158", CaseProfile.Lifecycle, "Close and interface down together remove a context once.", Source = "net/tls: Protect from calling tls_dev_del for TLS RX twice, 025cc2fb6a4e", Stimulus = "Close, at once NETDEV_DOWN; and the other way round.", Observes = "mailbox commands")]
    public static void CloseAndDownRemoveOnce(DriverCase c)
    {
        foreach (bool closeFirst in new[] { true, false })
        {
            DriverRig rig = c.Boot();
            rig.Needs(DriverAbilities.InterfaceState);
            TestFlow flow = TestFlow.Open(rig, c.Seed);
            flow.SendDrawn(3000);
            flow.UntilQuiet();
            if (closeFirst) flow.Flow.Abort();
            rig.Driver.SetInterface(false);
            if (!closeFirst) flow.Flow.Abort();
            rig.Settle(Second);

            CaseSight.ExpectAllRemovedOnce(rig.Events);
            IEnumerable<GuestErrorCode> errors = [.. rig.Events.GuestErrors()];
            Expect.That(!errors.Any(), $"the card has nothing to complain about (it says {string.Join(", ", errors)})");
        }
    }

    [Case("C160", CaseProfile.Lifecycle, "A context is destroyed before its key.", Source = "net/mlx5e: kTLS, Destroy key object after destroying the TIS", Stimulus = "Connections with both directions are closed.", Observes = "mailbox commands")]
    public static void ContextGoesBeforeItsKey(DriverCase c)
    {
        DriverRig rig = c.Boot();
        for (int i = 0; i < 3; i++)
        {
            TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = $"flow {i}", PeerPort = (ushort)(4433 + i) });
            flow.SendDrawn(1000);
            flow.UntilQuiet();
            flow.Flow.Abort();
        }

        rig.Settle(Second);

        Expect.Equal(CaseSight.Commands(rig.Events, CaseSight.KeyDestroy).Count(k => k.Status == 0), 6, "the number of keys destroyed");
        Expect.That(CaseSight.Commands(rig.Events, CaseSight.KeyDestroy).All(k => k.Status == 0), "no key is destroyed while a context holds it");
        CaseSight.ExpectAllRemovedOnce(rig.Events);
    }

    [Case("C163", CaseProfile.Lifecycle, "After shutdown nothing more is sent, and a new connection of the same addresses and ports has its own key.", Source = "net: tls: explicitly disallow disconnect", Stimulus = "Close, send; keys for a closed connection; then a new connection with the same ports and other keys.", Observes = "API result, wire, application data")]
    public static void ReusedPortsHaveTheirOwnKey(DriverCase c)
    {
        DriverRig rig = c.Boot();
        TestFlow first = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = "first", LocalPort = 40001 });
        first.SendDrawn(3000);
        first.UntilQuiet();
        first.Connection.SendFin();
        rig.Until(() => first.Flow.IsEndOfStream, "the end of the stream is delivered");
        first.Flow.Close();
        rig.Until(() => first.Flow.State == FlowState.Closed, "the connection is gone", 120 * Second);
        int frames = rig.Peer.Frames.Count;
        DriverResult late = first.Flow.Send(CaseKeys.Bytes(c.Seed, "late", 100));
        rig.Settle();
        Expect.That(!late.Ok, "sending on a closed connection is refused");
        Expect.Equal(rig.Peer.Frames.Count, frames, "the number of frames on the wire");

        TestFlow never = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = "never", PeerPort = 4444, Tx = false, Rx = false });
        never.Flow.Abort();
        rig.Settle();
        int commands = rig.Events.Of(TraceEventKind.MailboxCommand).Count();
        Expect.That(never.Flow.SetTx(never.TxKeys) != DriverError.None && never.Flow.SetRx(never.RxKeys) != DriverError.None, "keys for a closed connection are refused");
        rig.Settle();
        Expect.Equal(rig.Events.Of(TraceEventKind.MailboxCommand).Count(), commands, "the number of commands for a closed connection");

        TestFlow second = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = "second", LocalPort = 40001 });
        second.SendDrawn(3000);
        byte[] data = CaseKeys.Bytes(c.Seed, "received", 3000);
        second.Deliver(second.SealNext(data));
        second.ExpectDelivered(data);
        second.UntilQuiet();

        second.ExpectWire();
        CaseSight.ExpectNoPlaintext(second);
        Expect.AtLeast(rig.Statistic("rx_tls_records_device"), 1, "the number of records that came decrypted");
    }
}
