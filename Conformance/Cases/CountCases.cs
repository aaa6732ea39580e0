using System.Buffers.Binary;
using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Peer;
using NicEmu.Spec.Events;
using NicEmu.Spec.Testing;
using NicEmu.Spec.Tls;
using TcpSequence = NicEmu.Spec.Tls.TcpSequence;

namespace NicEmu.Conformance.Cases;

/// <summary>C176, C200: what a driver leaves in memory, and what it counts.</summary>
internal static class CountCases
{
    private const long Second = 1_000_000_000_000;
    private const ushort KeyCreate = 16;
    private const ushort TxCreate = 32;
    private const ushort RxCreate = 48;
    private const ushort RangeTold = 6;
    private static readonly string[] Gauges = ["TlsCurrTxSw", "TlsCurrRxSw", "TlsCurrTxDevice", "TlsCurrRxDevice", "TlsCurrTxRekey", "TlsCurrRxRekey"];

    [Case("C176", CaseProfile.Security, "No copy of a key is left where it went through: not in memory that the card may reach, not in the staging area, not in the request area, whether the command succeeded or not.", Source = "Linux tls.rst; register manual, mailbox", Stimulus = "Connections installed, refused at KEY_CREATE, TX_CREATE and RX_CREATE, used in both directions, and closed.", Observes = "memory, registers, DMA", Tolerates = ["NE1103"],
        Narrower = "Memory that only the driver reaches, its stack and heap, cannot be looked at through the seam of a driver under test; of our own driver a unit test looks at it.")]
    public static void NoCopyOfKeysIsLeft(DriverCase c)
    {
        foreach (ushort refused in new ushort[] { 0, KeyCreate, TxCreate, RxCreate })
        {
            foreach (TlsVersion version in new[] { TlsVersion.Tls13, TlsVersion.Tls12 })
            {
                DriverRig rig = c.Boot();
                string what = $"{version}, {(refused == 0 ? "nothing refused" : $"command {refused} refused")}";
                if (refused != 0) rig.Controls.FailCommand(refused, 0x06, 1);
                TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Version = version, Cipher = TlsCipher.Aes256Gcm, MustOffload = refused == 0 });
                ExpectNoKeys(flow, $"after installation ({what})");
                flow.SendDrawn(3000);
                byte[] content = CaseKeys.Bytes(c.Seed, "content", 3000);
                flow.Deliver(flow.SealNext(content));
                flow.ExpectDelivered(content);
                flow.UntilQuiet();
                flow.ExpectWire();
                ExpectNoKeys(flow, $"after data ({what})");
                flow.Flow.Abort();
                rig.Settle(Second);
                ExpectNoKeys(flow, $"after the end ({what})");
                new ObjectLedger(rig.Events).ExpectEmpty(what);
            }
        }
    }

    [Case("C200", CaseProfile.Faults, "The counters are what wire and bus show: packets and bytes encrypted, frames out of order and those that software encrypted, packets decrypted, connections; gauges return to zero.", Source = "Linux tls-offload.rst, Statistics; tls.rst, Statistics", Stimulus = "Connections that send pieces cut by the card and by TCP, lose segments (by every strategy), receive right and wrong records, fall back, close and abort.", Observes = "statistics, wire", Tolerates = ["NE3308"])]
    public static void CountersAreThePeersCount(DriverCase c)
    {
        foreach (bool cardCuts in new[] { true, false })
        {
            DriverRig rig = c.Boot(new DriverSetup { SegmentationOffload = cardCuts });
            TestFlow first = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = "first" });
            TestFlow second = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = "second", PeerPort = 4434 });
            ExpectGauges(rig, 0, 2);

            first.SendDrawn(40_000);
            second.SendDrawn(999);
            foreach (TestFlow flow in new[] { first, second }) flow.UntilQuiet();
            ExpectSent(rig, first, second);
            Expect.Equal(rig.Statistic("tx_tls_ooo"), 0, "tx_tls_ooo without a loss");

            int seen = 0;
            first.Connection.Loses = s => s.Payload.Length > 0 && ++seen is 3 or 9;
            first.SendDrawn(40_000);
            first.UntilQuiet();
            first.ExpectWire();
            ExpectSent(rig, first, second);
            ExpectOutOfOrder(rig, first, second);
            foreach (string drop in new[] { "tx_tls_drop_no_sync_data", "tx_tls_drop_bypass_req", "tx_tls_skip_no_sync_data" })
            {
                if (rig.Driver.Statistic(drop) is { } value) Expect.Equal(value, 0, drop);
            }

            int frames = 0;
            foreach (int length in new[] { 100, 1400, 5000 })
            {
                byte[] content = CaseKeys.Bytes(c.Seed, $"received {length}", length);
                byte[] record = second.SealNext(content);
                frames += (record.Length + 999) / 1000;
                second.Deliver(record, 1000);
                second.ExpectDelivered(content);
            }

            Expect.Equal(rig.Statistic("rx_tls_decrypted_packets"), frames, "rx_tls_decrypted_packets");
            Expect.Equal(rig.Statistic("TlsDecryptError"), 0, "TlsDecryptError before a wrong record");
            byte[] wrong = second.SealNext(CaseKeys.Bytes(c.Seed, "wrong", 80));
            wrong[^1] ^= 1;
            second.Deliver(wrong);
            rig.Settle();
            Expect.Equal(second.Flow.RxError, DriverError.BadMessage, "the state of receiving after a wrong record");
            Expect.Equal(rig.Statistic("TlsDecryptError"), 1, "TlsDecryptError after a wrong record");
            Expect.Equal(rig.Statistic("rx_tls_decrypted_packets"), frames, "rx_tls_decrypted_packets after a wrong record");

            second.Flow.Abort();
            rig.Settle(Second);
            ExpectGauges(rig, 0, 1);
            if ((rig.Driver.Abilities & DriverAbilities.InterfaceState) != 0) FallBack(c, rig, first);
            first.Flow.Abort();
            rig.Settle(Second);
            ExpectGauges(rig, 0, 0);
        }

        foreach (string strategy in c.Boot().Driver.Strategies.Skip(1))
        {
            CountWith(c, strategy);
            CountCutBy(c, strategy);
        }
    }

    /// <summary>The counts of segments out of order by another strategy.</summary>
    private static void CountWith(DriverCase c, string strategy)
    {
        DriverRig rig = c.Boot(new DriverSetup { Strategy = strategy, SegmentationOffload = false });
        TestFlow flow = TestFlow.Open(rig, c.Seed);
        int seen = 0;
        flow.Connection.Loses = s => s.Payload.Length > 0 && ++seen is 3 or 9 or 10 or 22;
        flow.SendDrawn(60_000);
        flow.UntilQuiet();
        flow.ExpectWire();
        // A context that keeps no place is told one with every chain, and nothing is out of order.
        bool keepsPlace = rig.Events.Of(TraceEventKind.ResyncStep).All(e => e.Event.Code != RangeTold);
        if (keepsPlace) ExpectOutOfOrder(rig, flow);
        else Expect.Equal(rig.Statistic("tx_tls_ooo"), 0, $"tx_tls_ooo with the strategy {strategy}");
    }

    /// <summary>The packets that the card makes of large pieces, by another strategy.</summary>
    private static void CountCutBy(DriverCase c, string strategy)
    {
        DriverRig rig = c.Boot(new DriverSetup { Strategy = strategy });
        TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = strategy });
        flow.SendDrawn(40_000);
        flow.UntilQuiet();
        flow.ExpectWire();
        // A piece that the card cannot do goes by software, and fits into one packet.
        long software = rig.Statistic("tx_tls_fallback");
        Expect.Equal(rig.Statistic("tx_tls_encrypted_packets") + software, flow.Connection.DataSegments.Count(), $"the packets encrypted with the strategy {strategy}");
    }

    /// <summary>Connections that leave the card more than once are counted where they are, once.</summary>
    private static void FallBack(DriverCase c, DriverRig rig, TestFlow first)
    {
        long opened = rig.Statistic("TlsTxDevice");
        for (int i = 0; i < 3; i++)
        {
            rig.Driver.SetInterface(false);
            rig.Settle(Second / 100);
            ExpectGauges(rig, 1, 0);
            rig.Driver.SetInterface(true);
            rig.Until(() => rig.Driver.IsReady, "the interface is up again");
            TestFlow late = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = $"late {i}", PeerPort = (ushort)(4440 + i) });
            ExpectGauges(rig, 1, 1);
            late.Flow.Abort();
            rig.Settle(Second / 100);
            ExpectGauges(rig, 1, 0);
        }

        Expect.Equal(rig.Statistic("TlsTxDevice") - opened, 3, "the connections that were made in the card");
        long encrypted = rig.Statistic("tx_tls_encrypted_packets");
        first.SendDrawn(3000, "in software");
        first.UntilQuiet();
        first.ExpectWire();
        Expect.Equal(rig.Statistic("tx_tls_encrypted_packets"), encrypted, "tx_tls_encrypted_packets of a connection in software");
    }

    private static void ExpectSent(DriverRig rig, params TestFlow[] flows)
    {
        Expect.Equal(rig.Statistic("tx_tls_encrypted_packets"), flows.Sum(f => f.Connection.DataSegments.Count()), "tx_tls_encrypted_packets");
        Expect.Equal(rig.Statistic("tx_tls_encrypted_bytes"), flows.Sum(f => f.Connection.DataSegments.Sum(s => s.Payload.Length)), "tx_tls_encrypted_bytes");
    }

    /// <summary>
    /// Demands that as many frames are counted out of order as the driver handed over: frames that do not begin where the furthest of their connection
    /// ended; or, for a driver whose card has one place only, where the last one ended.
    /// </summary>
    private static void ExpectOutOfOrder(DriverRig rig, params TestFlow[] flows)
    {
        (long head, long last, long software) = (0, 0, 0);
        foreach (TestFlow flow in flows)
        {
            (uint furthest, uint behind) = (flow.TlsStart, flow.TlsStart);
            foreach ((TraceEvent e, byte[] frame) in rig.Events.Of(TraceEventKind.HostFrameSent))
            {
                if (!TryPlace(frame, flow.Connection.Tuple.LocalPort, out uint sequence, out int payload) || TcpSequence.IsBefore(sequence, flow.TlsStart)) continue;
                if (sequence != furthest) head++;
                if (sequence != behind) last++;
                if (e.Handle == 0) software++;
                behind = sequence + (uint)payload;
                if (TcpSequence.IsAfter(behind, furthest)) furthest = behind;
            }
        }

        Expect.AtLeast(head, 2, "the number of frames out of order");
        long counted = rig.Statistic("tx_tls_ooo");
        Expect.That(counted == head || counted == last, $"tx_tls_ooo counts the {head} frames that do not go on at the head of the stream, or the {last} that do not go on where the last one ended (it counts {counted})");
        Expect.Equal(rig.Statistic("tx_tls_fallback"), software, "tx_tls_fallback");
    }

    /// <summary>Place of a frame with payload in its stream, as the driver handed it over: its checksums and lengths may be the card's to fill in.</summary>
    private static bool TryPlace(ReadOnlySpan<byte> frame, ushort port, out uint sequence, out int payload)
    {
        const int Ethernet = 14;
        (sequence, payload) = (0, 0);
        if (frame.Length < Ethernet + 40 || BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != 0x0800 || frame[Ethernet + 9] != 6) return false;
        ReadOnlySpan<byte> tcp = frame[(Ethernet + ((frame[Ethernet] & 0x0F) * 4))..];
        if (BinaryPrimitives.ReadUInt16BigEndian(tcp) != port && BinaryPrimitives.ReadUInt16BigEndian(tcp[2..]) != port) return false;
        sequence = BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]);
        payload = tcp.Length - ((tcp[12] >> 4) * 4);
        return payload > 0;
    }

    private static void ExpectGauges(DriverRig rig, int software, int device)
    {
        int[] expected = [software, software, device, device, 0, 0];
        for (int i = 0; i < Gauges.Length; i++) Expect.Equal(rig.Statistic(Gauges[i]), expected[i], Gauges[i]);
    }

    private static void ExpectNoKeys(TestFlow flow, string when)
    {
        DriverRig rig = flow.Rig;
        foreach (FlowKeys keys in new[] { flow.TxKeys, flow.RxKeys })
        {
            ReadOnlySpan<byte> key = keys.Key.Span;
            for (int at = 0; at + 8 <= key.Length; at += 8)
            {
                ulong? place = rig.Controls.FindInMemory(key.Slice(at, 8));
                Expect.That(place is null, $"no piece of a key is in memory {when} (0x{place:X})");
                foreach (TraceEventKind kind in new[] { TraceEventKind.DmaRead, TraceEventKind.DmaWrite })
                {
                    byte[] piece = key.Slice(at, 8).ToArray();
                    Expect.That(rig.Events.Of(kind).All(e => e.Data.AsSpan().IndexOf(piece) < 0), $"no piece of a key goes over the bus {when}");
                }
            }
        }

        Expect.Equal(rig.Controls.Bus.Read(0, 0x0170, 4) & 0x700FF, 0UL, $"the words that are left in the staging area {when}");
        for (uint at = 0x200; at < 0x300; at += 4) Expect.Equal(rig.Controls.Bus.Read(0, at, 4), 0UL, $"the word at 0x{at:X} of the request area {when}");
    }
}
