using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Peer;
using NicEmu.Spec.Testing;

namespace NicEmu.Conformance.Cases;

/// <summary>C001 to C003: features that are switched while connections live.</summary>
internal static class FeatureCases
{
    private const string Document = "Linux netdev-features and tls-offload.rst, Statistics and Device configuration";
    private const ushort TxCreate = 32;
    private const ushort RxCreate = 48;

    [Case("C001", CaseProfile.Probe, "Without transmit checksums there is no TLS transmit offload: the flag falls with them, new connections are encrypted in software, live ones stay in the card.", Source = Document, Stimulus = "tx-checksumming off between two connections, tls-hw-tx-offload asked for without it, then tx-checksumming on.", Observes = "features, commands, tx_tls_encrypted_packets, wire")]
    public static void TransmitFlagNeedsChecksums(DriverCase c)
    {
        foreach (bool ipv6 in new[] { false, true })
        {
            DriverRig rig = Switchable(c, ipv6);
            TestFlow live = Open(rig, c.Seed, "live");
            live.SendDrawn(5000);
            live.UntilQuiet();

            rig.Driver.SetFeature(DriverFeature.TransmitChecksum, false);
            Expect.That(!rig.Driver.HasFeature(DriverFeature.TransmitChecksum), "tx-checksumming is off");
            Expect.That(!rig.Driver.HasFeature(DriverFeature.TlsTransmit), "tls-hw-tx-offload falls with tx-checksumming");
            Expect.That(rig.Driver.HasFeature(DriverFeature.TlsReceive), "tls-hw-rx-offload stays");
            rig.Driver.SetFeature(DriverFeature.TlsTransmit, true);
            Expect.That(!rig.Driver.HasFeature(DriverFeature.TlsTransmit), "tls-hw-tx-offload cannot be switched on without tx-checksumming");
            int from = rig.Events.Count;
            TestFlow late = Open(rig, c.Seed, "late");
            Expect.Equal(late.Flow.TxPlace, FlowPlace.Software, "the place of sending of a new connection");
            Expect.Equal(late.Flow.RxPlace, FlowPlace.Device, "the place of receiving of a new connection");
            Expect.Equal(CaseSight.Commands(rig.Events, TxCreate, from).Count, 0, "the number of transmit contexts asked for");
            ExpectSends(late, 0);
            ExpectLiveSends(live);

            rig.Driver.SetFeature(DriverFeature.TransmitChecksum, true);
            Expect.That(rig.Driver.HasFeature(DriverFeature.TlsTransmit), "tls-hw-tx-offload returns with tx-checksumming");
            TestFlow again = Open(rig, c.Seed, "again");
            Expect.Equal(again.Flow.TxPlace, FlowPlace.Device, "the place of sending once checksums are back");
            ExpectLiveSends(again);
            ExpectLiveSends(live);
        }
    }

    [Case("C002", CaseProfile.Probe, "Without receive checksums there is no TLS receive offload: the flag falls with them, new connections are decrypted in software, live ones stay in the card.", Source = Document, Stimulus = "rx-checksumming off between two connections, tls-hw-rx-offload asked for without it, a frame with a wrong checksum, then rx-checksumming on.", Observes = "features, commands, rx_tls_decrypted_packets, data delivered")]
    public static void ReceiveFlagNeedsChecksums(DriverCase c)
    {
        foreach (bool ipv6 in new[] { false, true })
        {
            DriverRig rig = Switchable(c, ipv6);
            TestFlow live = Open(rig, c.Seed, "live");
            ExpectReceives(live, "before", decrypted: true);

            rig.Driver.SetFeature(DriverFeature.ReceiveChecksum, false);
            Expect.That(!rig.Driver.HasFeature(DriverFeature.ReceiveChecksum), "rx-checksumming is off");
            Expect.That(!rig.Driver.HasFeature(DriverFeature.TlsReceive), "tls-hw-rx-offload falls with rx-checksumming");
            Expect.That(rig.Driver.HasFeature(DriverFeature.TlsTransmit), "tls-hw-tx-offload stays");
            rig.Driver.SetFeature(DriverFeature.TlsReceive, true);
            Expect.That(!rig.Driver.HasFeature(DriverFeature.TlsReceive), "tls-hw-rx-offload cannot be switched on without rx-checksumming");
            int from = rig.Events.Count;
            TestFlow late = Open(rig, c.Seed, "late");
            Expect.Equal(late.Flow.RxPlace, FlowPlace.Software, "the place of receiving of a new connection");
            Expect.Equal(late.Flow.TxPlace, FlowPlace.Device, "the place of sending of a new connection");
            Expect.Equal(CaseSight.Commands(rig.Events, RxCreate, from).Count, 0, "the number of receive contexts asked for");
            byte[] damaged = late.Connection.Build(late.Connection.NextSequence, CaseKeys.Bytes(c.Seed, "damaged", 300));
            damaged[^1] ^= 0x40;
            rig.Peer.SendRaw(damaged);
            rig.Settle();
            ExpectReceives(late, "after", decrypted: false);
            ExpectReceives(live, "after", decrypted: true);

            rig.Driver.SetFeature(DriverFeature.ReceiveChecksum, true);
            Expect.That(rig.Driver.HasFeature(DriverFeature.TlsReceive), "tls-hw-rx-offload returns with rx-checksumming");
            ExpectReceives(Open(rig, c.Seed, "again"), "at last", decrypted: true);
        }
    }

    [Case("C003", CaseProfile.Probe, "Contexts that live when the TLS features are switched off go on, and are removed at close, abort and interface down, each once.", Source = Document, Stimulus = "tls-hw-tx-offload and tls-hw-rx-offload off, data in both directions; then close, abort, or the interface down; in between a new connection.", Observes = "commands, ledger of objects, wire, data delivered")]
    public static void LiveContextsOutliveTheirFeature(DriverCase c)
    {
        foreach (string end in new[] { "close", "abort", "interface down" })
        {
            DriverRig rig = Switchable(c, ipv6: false);
            if (end == "interface down") rig.Needs(DriverAbilities.InterfaceState);
            TestFlow live = Open(rig, c.Seed, "live");
            live.SendDrawn(2000);
            live.UntilQuiet();

            rig.Driver.SetFeature(DriverFeature.TlsTransmit, false);
            rig.Driver.SetFeature(DriverFeature.TlsReceive, false);
            int from = rig.Events.Count;
            TestFlow late = Open(rig, c.Seed, "late");
            Expect.That(late.Flow is { TxPlace: FlowPlace.Software, RxPlace: FlowPlace.Software }, $"a new connection is in software ({late.Flow.TxPlace}, {late.Flow.RxPlace})");
            Expect.That(CaseSight.Contexts(rig.Events, from).Count == 0, "no context is made with the features off");
            ExpectSends(late, 0);
            ExpectReceives(late, "late", decrypted: false);
            ExpectLiveSends(live);
            ExpectReceives(live, "live", decrypted: true);

            switch (end)
            {
                case "close":
                    live.Flow.Close();
                    rig.Until(() => live.Connection.HasFin, "the stream ends");
                    live.Connection.SendFin();
                    break;
                case "abort":
                    live.Flow.Abort();
                    break;
                default:
                    rig.Driver.SetInterface(false);
                    break;
            }

            rig.Settle(1_000_000_000_000);
            var ledger = new ObjectLedger(rig.Events);
            Expect.Equal(ledger.ContextsMade, 2, "the number of contexts made");
            ledger.ExpectEmpty($"after {end} with the features off");
            CaseSight.ExpectAllRemovedOnce(rig.Events);
            CaseSight.ExpectNoPlaintext(live);
        }
    }

    private static DriverRig Switchable(DriverCase c, bool ipv6)
    {
        DriverRig rig = c.Boot(new DriverSetup { Ipv6 = ipv6 });
        rig.Needs(DriverAbilities.FeatureSwitches);
        return rig;
    }

    private static TestFlow Open(DriverRig rig, ulong seed, string label)
    {
        bool mustOffload = label == "live";
        return TestFlow.Open(rig, seed, new FlowPlan { Label = label, MustOffload = mustOffload });
    }

    private static void ExpectLiveSends(TestFlow flow)
    {
        Expect.Equal(flow.Flow.TxPlace, FlowPlace.Device, "the place of sending of a connection in the card");
        ExpectSends(flow, 1);
    }

    /// <summary>Sends over several segments; counts those that the card encrypted.</summary>
    private static void ExpectSends(TestFlow flow, int least)
    {
        long before = flow.Rig.Statistic("tx_tls_encrypted_packets");
        int segments = flow.Connection.DataSegments.Count();
        flow.SendDrawn(4000, $"at {flow.OnWire}");
        flow.UntilQuiet();
        flow.ExpectWire();
        long sent = flow.Connection.DataSegments.Count() - segments;
        Expect.Equal(flow.Rig.Statistic("tx_tls_encrypted_packets") - before, least * sent, "the number of segments that the card encrypted");
    }

    private static void ExpectReceives(TestFlow flow, string label, bool decrypted)
    {
        Expect.Equal(flow.Flow.RxPlace, decrypted ? FlowPlace.Device : FlowPlace.Software, "the place of receiving");
        long before = flow.Rig.Statistic("rx_tls_decrypted_packets");
        byte[] content = CaseKeys.Bytes((ulong)flow.RxPlaces.Count, flow.Plan.Label + label, 3000);
        flow.Deliver(flow.SealNext(content), 1400);
        flow.ExpectDelivered(content);
        // 3000 bytes and what a record adds, in segments of 1400.
        Expect.Equal(flow.Rig.Statistic("rx_tls_decrypted_packets") - before, decrypted ? 3 : 0, "the number of segments that the card decrypted");
    }
}
