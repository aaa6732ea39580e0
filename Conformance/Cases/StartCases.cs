using System.Buffers.Binary;
using NicEmu.Conformance.Card;
using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Peer;
using NicEmu.Net;
using NicEmu.Spec.Events;
using NicEmu.Spec.Testing;
using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Cases;

/// <summary>C009 to C016: where and with what a context begins.</summary>
internal static class StartCases
{
    private const string Document = "Linux tls-offload.rst, device configuration and TX";

    [Case("C009", CaseProfile.Probe, "While the interface is down no context is made; the connection is protected in software.", Source = Document, Stimulus = "Interface down, keys set, interface up, data.", Observes = "mailbox, places, wire")]
    public static void InterfaceDownInstallsNothing(DriverCase c)
    {
        DriverRig rig = c.Boot();
        rig.Needs(DriverAbilities.InterfaceState);
        TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Tx = false, Rx = false });
        rig.Driver.SetInterface(false);
        rig.Settle();

        DriverError tx = flow.Flow.SetTx(flow.TxKeys);
        DriverError rx = flow.Flow.SetRx(flow.RxKeys);
        rig.Settle();

        Expect.That(tx is DriverError.None or DriverError.InvalidArgument && rx is DriverError.None or DriverError.InvalidArgument, $"the keys are taken or refused with EINVAL ({tx}, {rx})");
        Expect.Equal(new ObjectLedger(rig.Events).ContextsMade, 0, "the number of contexts made");
        rig.Driver.SetInterface(true);
        rig.Until(() => rig.Driver.IsReady, "the interface comes up");
        if (tx != DriverError.None || rx != DriverError.None) return;
        Expect.Equal((flow.Flow.TxPlace, flow.Flow.RxPlace), (FlowPlace.Software, FlowPlace.Software), "the places");
        InstallCases.Talk(flow, "a connection that got its keys while the interface was down");
    }

    [Case("C010", CaseProfile.Probe, "An installation that meets the interface going down, or the connection's end, leaves no context and no key without an owner.", Source = Document, Stimulus = "Keys set; interface down, or the connection aborted, at many moments of the installation.", Observes = "mailbox, wire")]
    public static void InterruptedInstallationLeavesNothing(DriverCase c)
    {
        foreach (bool abort in new[] { false, true })
        {
            for (int step = 0; step < 12; step++)
            {
                DriverRig rig = c.Boot();
                if (!abort) rig.Needs(DriverAbilities.InterfaceState);
                TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Tx = false, Rx = false });
                flow.Flow.SetTx(flow.TxKeys);
                flow.Flow.SetRx(flow.RxKeys);
                rig.Settle(1 + (step * 2_500_000L));
                if (abort) flow.Flow.Abort();
                else rig.Driver.SetInterface(false);
                rig.Settle(50_000_000_000);

                string when = $"when {(abort ? "the connection is aborted" : "the interface goes down")} {step * 2.5} us after the keys were set";
                ObjectLedger ledger = new(rig.Events);
                Expect.Equal(ledger.Contexts, 0, $"the number of contexts left in the card {when}");
                Expect.Equal(ledger.Keys, 0, $"the number of keys left in the card {when}");
                if (abort) continue;
                rig.Driver.SetInterface(true);
                rig.Until(() => rig.Driver.IsReady && flow.Flow.TxPlace != FlowPlace.Installing && flow.Flow.RxPlace != FlowPlace.Installing, "the interface comes up");
                InstallCases.Talk(flow, when);
            }
        }
    }

    [Case("C011", CaseProfile.Probe, "A connection that sends nothing after its keys were set has its contexts removed, and no frame ever names them.", Source = Document, Stimulus = "Keys set, then closed at once.", Observes = "frames, mailbox")]
    public static void UnusedContextIsRemoved(DriverCase c)
    {
        DriverRig rig = c.Boot();
        TestFlow flow = TestFlow.Open(rig, c.Seed);
        InstallCases.CloseFromHere(flow);
        rig.Settle(50_000_000_000);

        Expect.Equal(new ObjectLedger(rig.Events).ContextsMade, 2, "the number of contexts made");
        new ObjectLedger(rig.Events).ExpectEmpty("after the close");
        Expect.That(!rig.Events.Of(TraceEventKind.FrameSent).Any(e => e.Event.Handle != 0), "no frame names a context");
        Expect.Equal(rig.Statistic("tx_tls_encrypted_packets"), 0L, "tx_tls_encrypted_packets");
    }

    [Case("C012", CaseProfile.Probe, "TCP sequence numbers that wrap within a record, its header or its tag change nothing.", Source = Document + "; RFC 9293 §3.4", Stimulus = "First record at 16, 5, 3 and 1 bytes and half a record before the wrap, with a segment lost; the peer's numbers wrap too.", Observes = "wire, application data")]
    public static void SequenceWrapIsNothing(DriverCase c)
    {
        foreach (uint before in new uint[] { 16, 5, 3, 1, 0, 1500, 2521 })
        {
            DriverRig rig = c.Boot();
            rig.Peer.Options = new PeerOptions { InitialSequence = unchecked(0u - before - 1) };
            TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { InitialSequence = unchecked(0u - before - 1) });
            Expect.Equal(flow.TlsStart, unchecked(0u - before), "the first sequence number of the records");
            var lost = new HashSet<uint>();
            flow.Connection.Loses = s => s.Payload.Length > 0 && lost.Count < 2 && lost.Add(s.Sequence);

            flow.SendDrawn(9000);
            flow.UntilQuiet();
            flow.ExpectWire();
            InstallCases.Talk(flow, $"a stream that begins {before} bytes before the wrap");

            Expect.Equal((flow.Flow.TxPlace, flow.Flow.RxPlace), (FlowPlace.Device, FlowPlace.Device), "the places");
            Expect.Equal(rig.Statistic("rx_tls_records_software"), 0L, "the number of records opened in software");
        }
    }

    [Case("C013", CaseProfile.Probe, "The number of the first record reaches nonce and additional data with all its eight bytes.", Source = "RFC 5246 §6.2.3.3, RFC 8446 §5.3", Stimulus = "First numbers 0, 1, 2^32 - 1, 2^63, 2^64 - 2 and one with eight different bytes, both versions, both directions.", Observes = "wire, application data")]
    public static void FirstRecordNumberIsWhole(DriverCase c)
    {
        foreach (TlsVersion version in new[] { TlsVersion.Tls12, TlsVersion.Tls13 })
        {
            foreach (ulong number in new[] { 0UL, 1UL, 0xFFFF_FFFFUL, 0x0102_0304_0506_0708UL, 1UL << 63, ulong.MaxValue - 1 })
            {
                TestFlow flow = TestFlow.Open(c.Boot(), c.Seed, new FlowPlan { Version = version, TxRecordNumber = number, RxRecordNumber = number });

                InstallCases.Talk(flow, $"{version} from record {number}");
                Expect.Equal(flow.OpenWire()[0].Number, number, "the number of the first record");
                if (number < ulong.MaxValue - 1) InstallCases.Talk(flow, $"{version} behind record {number}");
                Expect.Equal(flow.Rig.Statistic("rx_tls_records_software"), 0L, $"the number of records opened in software, {version} from record {number}");
            }
        }
    }

    [Case("C014", CaseProfile.Probe, "TLS 1.2: the nonce is that in the record, the additional data hold the record number; the two need not agree.", Source = "RFC 5288 §3, RFC 5246 §6.2.3.3", Stimulus = "Explicit nonces of the IV while numbers begin elsewhere; received records with nonces that jump.", Observes = "wire, application data, statistics")]
    public static void ExplicitNonceIsNotTheNumber(DriverCase c)
    {
        TestFlow flow = TestFlow.Open(c.Boot(), c.Seed, new FlowPlan { Version = TlsVersion.Tls12, TxRecordNumber = 77, RxRecordNumber = 1UL << 40 });
        ulong first = BinaryPrimitives.ReadUInt64BigEndian(flow.TxKeys.Iv.Span[4..]);
        for (int i = 0; i < 5; i++) flow.SendDrawn(700);
        flow.UntilQuiet();
        flow.ExpectWire();

        foreach (OpenedRecord record in flow.OpenWire())
        {
            ulong nonce = BinaryPrimitives.ReadUInt64BigEndian(flow.Connection.Wire.Bytes[(flow.TlsOffset + record.Offset + 5)..]);
            Expect.Equal(nonce, first + (record.Number - 77), $"the explicit nonce of record {record.Number}");
        }

        var expected = new List<byte>();
        for (ulong i = 0; i < 6; i++)
        {
            byte[] content = CaseKeys.Bytes(i, "jump", 900);
            expected.AddRange(content);
            flow.Deliver(flow.RxCodec.Seal(23, content, flow.NextRxRecord++, 0, i * 0x9E37_79B9_7F4A_7C15), 333);
        }

        flow.ExpectDelivered([.. expected]);
        Expect.Equal(flow.Rig.Statistic("rx_tls_records_software"), 0L, "the number of records opened in software");
    }

    [Case("C015", CaseProfile.Probe, "Connections with the same ports and the same leading address bytes in IPv4 and IPv6 are never mixed.", Source = "register manual, RxCreateRequest", Stimulus = "Two receive rules that differ in nothing but the family; packets of both in turns.", Observes = "receive completions")]
    public static void AddressFamiliesAreApart(DeviceCase c)
    {
        RawCard card = DescriptorCases.PoweredUp(c);
        FlowKeys keys4 = CaseKeys.Draw(c.Seed, "four", TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        FlowKeys keys6 = CaseKeys.Draw(c.Seed, "six", TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        byte[] remote = [192, 0, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        byte[] local = [192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        Expect.Equal(card.KeyCreate(keys4, out ulong key4), 0u, "the status of KEY_CREATE");
        Expect.Equal(card.RxCreate(keys4, key4, 7000, RawFrames.PeerPort, RawFrames.CardPort, out ulong four), 0u, "the status of RX_CREATE for IPv4");
        Expect.Equal(card.Submit(49, four), 0u, "the status of RX_ACTIVATE for IPv4");
        Expect.Equal(card.KeyCreate(keys6, out ulong key6), 0u, "the status of KEY_CREATE");
        card.StageIv(keys6);
        Bytes request = new Bytes(80).U64(0, key6).U16(8, 0x0304).U8(10, 6).U16(14, RawFrames.PeerPort).U16(16, RawFrames.CardPort).U32(20, 7000).Raw(32, remote).Raw(48, local);
        Expect.Equal(card.Mailbox(48, request.Span), 0u, "the status of RX_CREATE for IPv6");
        ulong six = BinaryPrimitives.ReadUInt64LittleEndian(card.Reply(8));
        Expect.Equal(card.Submit(49, six), 0u, "the status of RX_ACTIVATE for IPv6");
        var tuple = new TcpTuple(IpAddress.ReadIpv6(remote), RawFrames.PeerPort, IpAddress.ReadIpv6(local), RawFrames.CardPort);
        uint at = 7000;
        for (ulong i = 0; i < 4; i++)
        {
            byte[] content4 = CaseKeys.Bytes(i, "content four", 100);
            byte[] content6 = CaseKeys.Bytes(i, "content six", 100);
            byte[] record6 = new RecordCodec(keys6).Seal(23, content6, i);
            var header = new TcpHeader { SourcePort = RawFrames.PeerPort, DestinationPort = RawFrames.CardPort, Sequence = at, Acknowledgment = 1, Flags = TcpFlags.Ack, Window = 1000 };
            byte[] frame6 = new FrameCodec(null).Build(tuple, MacAddress.Broadcast, header, new TcpOptions(), record6);

            IReadOnlyList<RawRxCompletion> taken = card.Rx().Deliver(frame6, RawFrames.FromPeer(at, new RecordCodec(keys4).Seal(23, content4, i)));

            Expect.Equal((taken[0].Verdict, taken[0].Handle), ((byte)1, six), $"verdict and context of IPv6 packet {i}");
            Expect.Equal((taken[1].Verdict, taken[1].Handle), ((byte)1, four), $"verdict and context of IPv4 packet {i}");
            Expect.Bytes(taken[0].Frame.AsSpan(74 + 5, 100), content6, $"the content of IPv6 packet {i}");
            Expect.Bytes(taken[1].Frame.AsSpan(54 + 5, 100), content4, $"the content of IPv4 packet {i}");
            at += (uint)record6.Length;
        }
    }

    [Case("C016", CaseProfile.Probe, "Bytes that were in the socket before the key was set leave unchanged, also when they are sent again; records begin right behind them.", Source = Document + " (start marker)", Stimulus = "2000 plain bytes without acknowledgement, then the key and 5000 bytes; everything times out once.", Observes = "wire")]
    public static void BytesBeforeTheKeyStayPlain(DriverCase c)
    {
        foreach (int plain in new[] { 1, 517, 2000 })
        {
            DriverRig rig = c.Boot();
            rig.Peer.Options = new PeerOptions { AcknowledgesAtOnce = false };
            TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { PlainBytes = plain });
            flow.SendDrawn(5000);
            rig.Settle(700_000_000_000);
            flow.Connection.Options = flow.Connection.Options with { AcknowledgesAtOnce = true };
            flow.Connection.Acknowledge();
            flow.UntilQuiet();

            flow.ExpectWire();
            Expect.AtLeast(flow.Connection.Wire.Repeated, plain, "the number of bytes sent again");
            Expect.Bytes(flow.Connection.Wire.Bytes[..plain], CaseKeys.Bytes(c.Seed, flow.Plan.Label + "/plain", plain), "the bytes before the key");
            Expect.AtLeast(rig.Statistic("tx_tls_skip_no_sync_data"), 1, "tx_tls_skip_no_sync_data");
            bool straddles = flow.Connection.DataSegments.Any(s => NicEmu.Spec.Tls.TcpSequence.IsBefore(s.Sequence, flow.TlsStart) && NicEmu.Spec.Tls.TcpSequence.IsAfter(s.End, flow.TlsStart));
            Expect.That(!straddles, "no segment holds bytes of before and after the key");
        }
    }
}
