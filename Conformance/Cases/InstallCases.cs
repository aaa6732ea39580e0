using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Peer;
using NicEmu.Spec.Events;
using NicEmu.Spec.Testing;
using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Cases;

/// <summary>C004 to C008, C018, C019: what a driver offloads, and what it does when it cannot.</summary>
internal static class InstallCases
{
    private const string Document = "Linux tls-offload.rst, device configuration";
    private const uint HidesTls13 = 0x200;
    private const uint HidesChaCha = 4;

    [Case("C004", CaseProfile.Probe, "Each version and cipher is offloaded rightly or not at all; what the card does not offer is done in software, silently.", Source = Document, Stimulus = "TLS 1.2 and 1.3 with both AES-GCM ciphers; the same on a card that has no TLS 1.3.", Observes = "wire, application data, mailbox")]
    public static void VersionsAndCiphersAreRight(DriverCase c)
    {
        foreach (uint hidden in new[] { 0u, HidesTls13 })
        {
            foreach (TlsVersion version in new[] { TlsVersion.Tls12, TlsVersion.Tls13 })
            {
                foreach (TlsCipher cipher in new[] { TlsCipher.Aes128Gcm, TlsCipher.Aes256Gcm })
                {
                    bool isHidden = hidden != 0 && version == TlsVersion.Tls13;
                    DriverRig rig = c.Boot(new DriverSetup { HiddenCapabilities = hidden });
                    TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Version = version, Cipher = cipher, MustOffload = false });
                    string what = $"{version} {cipher}" + (hidden != 0 ? " on a card without TLS 1.3" : "");

                    Talk(flow, what);

                    if (isHidden) Expect.Equal((flow.Flow.TxPlace, flow.Flow.RxPlace), (FlowPlace.Software, FlowPlace.Software), $"the places of {what}");
                    if (isHidden) Expect.Equal(new ObjectLedger(rig.Events).KeysMade, 0, $"the number of keys made for {what}");
                    long device = (flow.Flow.TxPlace == FlowPlace.Device ? 1 : 0) + (flow.Flow.RxPlace == FlowPlace.Device ? 1 : 0);
                    Expect.Equal((long)new ObjectLedger(rig.Events).Contexts, device, $"the number of contexts in the card for {what}");
                }
            }
        }
    }

    [Case("C005", CaseProfile.Probe, "A cipher that the card does not have is refused before the card is asked: software, and not one register written.", Source = Document, Stimulus = "ChaCha20-Poly1305 on a card without it.", Observes = "mailbox, registers, wire")]
    public static void UnknownCipherLeavesTheCardAlone(DriverCase c)
    {
        DriverRig rig = c.Boot(new DriverSetup { HiddenCapabilities = HidesChaCha });
        TestFlow plain = TestFlow.Open(rig, c.Seed, new FlowPlan { Tx = false, Rx = false, Cipher = TlsCipher.ChaCha20Poly1305, Version = TlsVersion.Tls12, MustOffload = false });
        int from = rig.Events.Count;
        Expect.Equal(plain.Flow.SetTx(plain.TxKeys), DriverError.None, "what TLS_TX says");
        Expect.Equal(plain.Flow.SetRx(plain.RxKeys), DriverError.None, "what TLS_RX says");
        rig.Until(() => plain.Flow.TxPlace != FlowPlace.Installing && plain.Flow.RxPlace != FlowPlace.Installing, "the keys are set");

        Expect.Equal((plain.Flow.TxPlace, plain.Flow.RxPlace), (FlowPlace.Software, FlowPlace.Software), "the places");
        bool written = rig.Events.Of(TraceEventKind.MmioWrite, from).Any(e => e.Event.Index == 0 && e.Event.Address is >= 0x100 and < 0x400);
        Expect.That(!written, "no register of mailbox or staging area is written");
        Talk(plain, "ChaCha20-Poly1305 in software");
        TestFlow other = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = "other", PeerPort = 4434 });
        Talk(other, "AES beside it");
    }

    [Case("C006", CaseProfile.Probe, "When a table is full the connection is in software for its whole life; those before and after it are not concerned.", Source = Document + " (interface order)", Stimulus = "The key table, the transmit table and the receive table full for one connection.", Observes = "places, statistics, wire, mailbox", Tolerates = ["NE1103"])]
    public static void FullTableIsSoftwareForLife(DriverCase c)
    {
        foreach ((ushort opcode, string table) in new[] { ((ushort)16, "key"), ((ushort)32, "transmit"), ((ushort)48, "receive") })
        {
            DriverRig rig = c.Boot();
            TestFlow before = TestFlow.Open(rig, c.Seed);
            rig.Controls.FailCommand(opcode, 6, 1);
            TestFlow refused = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = "refused", PeerPort = 4434, MustOffload = false });
            TestFlow after = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = "after", PeerPort = 4435 });

            bool isTx = opcode != 48;
            for (int round = 0; round < 2; round++)
            {
                foreach (TestFlow flow in new[] { before, refused, after }) Talk(flow, $"{flow.Plan.Label} with the {table} table full");
                Expect.Equal(isTx ? refused.Flow.TxPlace : refused.Flow.RxPlace, FlowPlace.Software, $"the place of the direction that found the {table} table full");
                Expect.Equal(isTx ? refused.Flow.RxPlace : refused.Flow.TxPlace, FlowPlace.Device, $"the place of the other direction with the {table} table full");
            }

            Expect.Equal(rig.Statistic(isTx ? "TlsCurrTxSw" : "TlsCurrRxSw"), 1L, $"the software gauge with the {table} table full");
            foreach (TestFlow flow in new[] { before, refused, after }) flow.Flow.Abort();
            rig.Settle();
            new ObjectLedger(rig.Events).ExpectEmpty($"after a full {table} table");
        }
    }

    [Case("C007", CaseProfile.Probe, "Connections that come and go leave no key, context or gauge behind.", Source = Document, Stimulus = "Sixteen connections one after the other, closed by either side or aborted.", Observes = "mailbox, statistics")]
    public static void NothingIsLeftOfConnectionsGone(DriverCase c)
    {
        DriverRig rig = c.Boot();
        for (int i = 0; i < 16; i++)
        {
            TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = $"flow {i}", PeerPort = 4433 });
            Talk(flow, $"connection {i}");
            if (i % 3 == 0) flow.Flow.Abort();
            else if (i % 3 == 1) CloseFromHere(flow);
            else flow.Connection.SendRst();
            rig.Settle();
            new ObjectLedger(rig.Events).ExpectEmpty($"after connection {i}");
        }

        Expect.Equal(rig.Statistic("TlsTxDevice"), 16L, "TlsTxDevice");
        Expect.Equal(rig.Statistic("TlsRxDevice"), 16L, "TlsRxDevice");
        Expect.Equal(rig.Statistic("TlsCurrTxDevice"), 0L, "TlsCurrTxDevice");
        Expect.Equal(rig.Statistic("TlsCurrRxDevice"), 0L, "TlsCurrRxDevice");
        Expect.Equal(rig.Controls.Bus.Read(0, 0x1068, 8), 16UL, "STAT_TX_TLS_DEL");
        Expect.Equal(rig.Controls.Bus.Read(0, 0x10A0, 8), 16UL, "STAT_RX_TLS_DEL");
    }

    [Case("C008", CaseProfile.Probe, "The directions are installed apart: in any order, one alone, and one that fails takes only its own key back.", Source = Document, Stimulus = "Each direction alone, both orders, and each command of an installation refused.", Observes = "places, wire, application data, mailbox", Tolerates = ["NE1103"])]
    public static void DirectionsAreApart(DriverCase c)
    {
        foreach (bool tx in new[] { true, false })
        {
            DriverRig rig = c.Boot();
            TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Tx = tx, Rx = !tx });
            Expect.Equal(tx ? flow.Flow.RxPlace : flow.Flow.TxPlace, FlowPlace.None, "the place of the direction without a key");
            Expect.Equal(tx ? flow.Flow.SetRx(flow.RxKeys) : flow.Flow.SetTx(flow.TxKeys), DriverError.None, "what the second direction says");
            rig.Until(() => flow.Flow.TxPlace == FlowPlace.Device && flow.Flow.RxPlace == FlowPlace.Device, "both directions come into the card");
            Talk(flow, tx ? "sending first" : "receiving first");
        }

        foreach ((ushort opcode, bool isTx) in new[] { ((ushort)32, true), ((ushort)48, false), ((ushort)49, false) })
        {
            DriverRig rig = c.Boot();
            rig.Controls.FailCommand(opcode, 0x0B, 1);
            TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { MustOffload = false });
            Expect.Equal(isTx ? flow.Flow.TxPlace : flow.Flow.RxPlace, FlowPlace.Software, $"the place of the direction whose command {opcode} is refused");
            Expect.Equal(isTx ? flow.Flow.RxPlace : flow.Flow.TxPlace, FlowPlace.Device, $"the place of the other direction when command {opcode} is refused");
            rig.Settle();
            Expect.Equal(new ObjectLedger(rig.Events).Keys, 1, $"the number of keys left when command {opcode} is refused");
            Talk(flow, $"a connection whose command {opcode} is refused");
        }
    }

    [Case("C018", CaseProfile.Probe, "A command of an installation that ends with an error gives everything back exactly once, and the next connection is offloaded.", Source = Document, Stimulus = "Every command of an installation refused with each plausible status.", Observes = "mailbox, places, wire", Tolerates = ["NE1103"])]
    public static void RefusedInstallationIsUndoneOnce(DriverCase c)
    {
        foreach (ushort opcode in new ushort[] { 16, 32, 48, 49 })
        {
            DriverRig rig = c.Boot();
            byte[] statuses = [0x03, 0x06, 0x08, 0x0B];
            for (int i = 0; i < statuses.Length; i++)
            {
                string what = $"command {opcode} refused with 0x{statuses[i]:X2}";
                rig.Controls.FailCommand(opcode, statuses[i], 1);
                TestFlow refused = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = what, PeerPort = (ushort)(5000 + (2 * i)), MustOffload = false });
                Talk(refused, what);
                TestFlow next = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = what + " before", PeerPort = (ushort)(5001 + (2 * i)) });
                Talk(next, $"a connection after {what}");
                refused.Flow.Abort();
                next.Flow.Abort();
                rig.Settle();
                new ObjectLedger(rig.Events).ExpectEmpty($"after {what}");
            }
        }
    }

    [Case("C019", CaseProfile.Probe, "Directions of one connection that differ in version or cipher are refused with EINVAL.", Source = "Linux net/tls, setsockopt", Stimulus = "TLS_TX of TLS 1.2, then TLS_RX of TLS 1.3 and of another cipher, and the other way round.", Observes = "results, application data")]
    public static void DifferentDirectionsAreRefused(DriverCase c)
    {
        foreach (bool txFirst in new[] { true, false })
        {
            TestFlow flow = TestFlow.Open(c.Boot(), c.Seed, new FlowPlan { Version = TlsVersion.Tls12, Tx = txFirst, Rx = !txFirst });
            FlowKeys version = CaseKeys.Draw(c.Seed, "other", TlsVersion.Tls13, TlsCipher.Aes128Gcm);
            FlowKeys cipher = CaseKeys.Draw(c.Seed, "other", TlsVersion.Tls12, TlsCipher.Aes256Gcm);

            foreach (FlowKeys keys in new[] { version, cipher })
            {
                DriverError said = txFirst ? flow.Flow.SetRx(keys) : flow.Flow.SetTx(keys);
                Expect.Equal(said, DriverError.InvalidArgument, $"what the second direction says to {keys.Version} {keys.Cipher}");
            }

            Expect.Equal(txFirst ? flow.Flow.SetRx(flow.RxKeys) : flow.Flow.SetTx(flow.TxKeys), DriverError.None, "what it says to the right version and cipher");
            flow.Rig.Until(() => flow.Flow.TxPlace == FlowPlace.Device && flow.Flow.RxPlace == FlowPlace.Device, "both directions come into the card");
            Talk(flow, "a connection after refusals");
        }
    }

    /// <summary>Data in both directions, right on the wire and at the application.</summary>
    internal static void Talk(TestFlow flow, string what)
    {
        flow.SendDrawn(2500);
        flow.UntilQuiet();
        flow.ExpectWire();
        byte[] answer = CaseKeys.Bytes(flow.NextRxRecord, flow.Plan.Label + "/answer", 1800);
        flow.Deliver(flow.SealNext(answer));
        flow.ExpectDelivered(answer);
        Expect.Equal(flow.Flow.RxError, DriverError.None, $"the receive error of {what}");
    }

    internal static void CloseFromHere(TestFlow flow)
    {
        flow.Flow.Close();
        flow.Rig.Until(() => flow.Connection.HasFin, "the machine ends its side");
        flow.Connection.SendFin();
    }
}
