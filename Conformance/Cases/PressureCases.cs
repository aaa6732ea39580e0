using NicEmu.Conformance.Card;
using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Peer;
using NicEmu.Spec.Events;
using NicEmu.Spec.Testing;
using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Cases;

/// <summary>C190, C191, C199: rings that are full, empty, or at their end.</summary>
internal static class PressureCases
{
    private const string Manual = "register manual, rings, doorbells, completions";
    private const long Millisecond = 1_000_000_000;

    [Case("C190", CaseProfile.Faults, "A ring that is full while ranges are sent again is never overrun, and what belongs together is posted together.", Source = Manual + "; Linux tls-offload.rst, TX", Stimulus = "The smallest ring, MSS 100 cut by TCP, four connections that lose every fifth segment, by every strategy.", Observes = "guest errors (a doorbell beyond the ring), descriptors at each doorbell, wire")]
    public static void FullRingIsNotOverrun(DriverCase c)
    {
        foreach (string strategy in c.Boot().Driver.Strategies)
        {
            DriverRig rig = c.Boot(new DriverSetup { TxRingLog2 = 6, SegmentationOffload = false, Strategy = strategy });
            rig.Peer.Options = new PeerOptions { Mss = 100 };
            TestFlow[] flows = [.. Enumerable.Range(0, 4).Select(i => TestFlow.Open(rig, c.Seed, new FlowPlan { Label = $"flow {i}", PeerPort = (ushort)(4433 + i), Version = i % 2 == 0 ? TlsVersion.Tls13 : TlsVersion.Tls12 }))];
            int seen = 0;
            foreach (TestFlow flow in flows) flow.Connection.Loses = s => s.Payload.Length > 0 && ++seen % 5 == 0 && seen < 400;
            foreach (TestFlow flow in flows) flow.SendDrawn(12_000);
            foreach (TestFlow flow in flows) flow.UntilQuiet(60_000 * Millisecond);

            foreach (TestFlow flow in flows) flow.ExpectWire();
            Expect.That(flows.All(f => f.Connection.Wire.Repeated > 0), $"every connection sends again ({strategy})");
            ExpectNoGuestErrors(rig, strategy);
            var ring = new RingSight(rig.Events, 6);
            ring.ExpectWholeSequences(strategy);
            Expect.AtLeast(ring.MostPending, 40, $"the number of descriptors that wait at a time in a ring of 64 ({strategy})");
        }
    }

    [Case("C191", CaseProfile.Faults, "Packets that are lost because the receive ring is empty in mid-record are a gap like any other: all is delivered in the end, and the card decrypts again.", Source = "Linux tls-offload.rst, RX; " + Manual, Stimulus = "Bursts of forty segments into the smallest ring; the peer sends again what was not acknowledged.", Observes = "data delivered, rx_tls_decrypted_packets, acknowledgements")]
    public static void StarvedRingIsAGap(DriverCase c)
    {
        foreach (TlsVersion version in new[] { TlsVersion.Tls13, TlsVersion.Tls12 })
        {
            DriverRig rig = c.Boot(new DriverSetup { RxRingLog2 = 3 });
            TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Version = version });
            byte[] content = CaseKeys.Bytes(c.Seed, "content", 80_000);
            var stream = new List<byte>();
            for (int at = 0; at < content.Length; at += 10_000) stream.AddRange(flow.SealNext(content.AsSpan(at, 10_000)));
            byte[] bytes = [.. stream];
            uint first = flow.Connection.NextSequence;
            int lost = 0;
            for (int round = 0; round < 400 && Acknowledged(flow, first) < bytes.Length; round++)
            {
                int from = Acknowledged(flow, first);
                int burst = round % 2 == 0 ? 40 * 700 : 2 * 700;
                int to = Math.Min(bytes.Length, from + burst);
                for (int at = from; at < to; at += 700) flow.Connection.SendAt(first + (uint)at, bytes.AsSpan(at, Math.Min(700, to - at)));
                rig.Settle(Millisecond);
                if (Acknowledged(flow, first) < to) lost++;
            }

            flow.Connection.NextSequence = first + (uint)bytes.Length;
            Expect.AtLeast(lost, 2, $"the number of bursts that lost packets ({version})");
            flow.ExpectDelivered(content);
            Expect.Equal(flow.Flow.RxError, DriverError.None, $"the state of receiving ({version})");
            long decrypted = rig.Statistic("rx_tls_decrypted_packets");
            for (int i = 0; i < 12; i++)
            {
                byte[] small = CaseKeys.Bytes(c.Seed, $"after {i}", 600);
                flow.Deliver(flow.SealNext(small));
                flow.ExpectDelivered(small);
            }

            Expect.AtLeast(rig.Statistic("rx_tls_decrypted_packets") - decrypted, 6, $"the number of packets decrypted by the card afterwards ({version})");
            ExpectNoGuestErrors(rig, $"{version}");
        }
    }

    [Case("C199", CaseProfile.Rings, "A request of several descriptors works wherever the end of the ring falls in it, and what is left in the ring behind the tail is never executed.", Source = Manual, Stimulus = "POSITION, REPLAY and DATA, and a frame in a chain of three, at each place of a ring of 16 that is full of old descriptors.", Observes = "completions, wire")]
    public static void RequestCrossesTheEndOfTheRing(DeviceCase c)
    {
        const int Slots = 16;
        RawCard card = DescriptorCases.PoweredUp(c);
        RawTxQueue queue = card.Tx(0, 4);
        var stream = new RawTxStream(card, c.Seed);
        for (int i = 0; i < 2; i++) stream.Add(CaseKeys.Bytes(c.Seed, $"record {i}", 500));
        stream.Post(0, "the records", [stream.Data(0, stream.Length)]);
        stream.TakeFrames("the records");
        byte[] old = RawFrames.Tcp(9, CaseKeys.Bytes(c.Seed, "old", 90));
        using NicEmu.Spec.Seams.DmaBuffer memory = card.Rig.Bus.AllocateDma(old.Length);
        old.CopyTo(memory.Span);
        for (int i = 0; i < Slots; i++) queue.Post(RawTxQueue.Data(memory.BusAddress, (uint)old.Length));
        while (card.Rig.Wire.TryTakeFromDevice(out _)) ;

        for (int place = 0; place < Slots; place++)
        {
            while ((queue.Tail & (Slots - 1)) != place) queue.Post(RawTxQueue.Bare(0x1F).Span.ToArray());
            for (int i = 0; i < Slots; i++) RawTxQueue.Data(memory.BusAddress, (uint)old.Length).CopyTo(queue.Ring.Span[(i * 64)..]);
            uint tail = queue.Tail;

            IReadOnlyList<RawCompletion> again = queue.Post(stream.Position(1), stream.Replay(522, 100), stream.Data(622, 422));
            Expect.That(again.Count > 0 && again.All(x => x.Status == 0) && again[^1].Head == tail + 3, $"a range again at place {place} is completed, with the place behind it");
            Expect.That(stream.TakeFrames($"a range again at place {place}") is [(622, 422)], $"the range at place {place} leaves, and nothing else");

            tail = queue.Tail;
            byte[] head = Piece(memory.BusAddress, 20, more: true);
            byte[] middle = Piece(memory.BusAddress + 20, 50, more: true);
            byte[] end = Piece(memory.BusAddress + 70, (uint)old.Length - 70, more: false);
            IReadOnlyList<RawCompletion> chain = queue.Post(head, middle, end);
            Expect.That(chain is [{ Status: 0 }] && chain[0].Head == tail + 3, $"a chain behind place {place} is completed once, with the place behind it");
            Expect.That(card.Rig.Wire.TryTakeFromDevice(out byte[] frame), $"the chain behind place {place} leaves");
            Expect.Bytes(frame, old, $"the frame of the chain behind place {place}");
            Expect.That(!card.Rig.Wire.TryTakeFromDevice(out _), $"nothing else leaves at place {place}");
        }

        Expect.Equal((card.Read(queue.Registers + 0x10) >> 8) & 0xFF, 0u, "ERROR of the queue");
    }

    private static byte[] Piece(ulong address, uint length, bool more)
    {
        byte[] descriptor = RawTxQueue.Data(address, length);
        if (more) descriptor[1] = 0x02;
        return descriptor;
    }

    private static int Acknowledged(TestFlow flow, uint first) => Math.Max(0, Net.TcpSequence.Difference(flow.Connection.AcknowledgedByMachine, first));

    private static void ExpectNoGuestErrors(DriverRig rig, string what)
    {
        GuestErrorCode[] errors = [.. rig.Events.GuestErrors()];
        Expect.That(errors.Length == 0, $"the card sees no mistake ({what}: {string.Join(", ", errors)})");
    }
}
