using System.Buffers.Binary;
using NicEmu.Conformance.Card;
using NicEmu.Conformance.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Seams;

namespace NicEmu.Conformance.Cases;

/// <summary>C183, C185, C186, C189: rings, descriptors and buffers that are wrong, and the order of completions.</summary>
internal static class RingFaultCases
{
    private const string Manual = "register manual, rings, doorbells, completions";
    private const ulong Unmapped = 0x7FFF_FFFF_0000;

    [Case("C183", CaseProfile.Faults, "A doorbell backwards, beyond the ring or far away stops its queue with an error; nothing outside the ring is fetched, no frame leaves, other queues run.", Source = Manual, Stimulus = "Wrong tails and a wrong consumer index after one good descriptor.", Observes = "status register, DMA, wire")]
    public static void WrongDoorbellStopsTheQueue(DeviceCase c)
    {
        (string What, Func<uint, uint> Tail)[] wrong =
        [
            ("one beyond the ring", done => done + 65), ("a ring and a half ahead", done => done + 96), ("backwards by one", done => done - 1),
            ("backwards by a ring", done => done - 64), ("half the index space away", done => done + 0x8000_0000), ("all ones", _ => 0xFFFF_FFFF),
        ];
        foreach ((string what, Func<uint, uint> tail) in wrong)
        {
            RawCard card = DescriptorCases.PoweredUp(c);
            var flow = new RawTxFlow(card, c.Seed, "doorbell");
            flow.ExpectRecord(50, "the record before");
            RawTxQueue queue = card.Tx();
            int from = card.Rig.Events.Count;

            queue.Doorbell(tail(queue.Tail));
            card.Run();

            Expect.Equal((card.Read(queue.Registers + 0x10) >> 8) & 0xFF, 2u, $"ERROR of the queue after a tail {what}");
            Expect.That(card.Rig.Events.GuestErrors(from).Contains(GuestErrorCode.DoorbellRange), $"a tail {what} is reported");
            Expect.Equal(flow.TakePayload().Length, 0, $"the number of bytes that leave after a tail {what}");
            foreach ((TraceEvent e, _) in card.Rig.Events.Of(TraceEventKind.DmaRead, from))
            {
                bool inside = e.Address >= queue.Ring.BusAddress && e.Address + (ulong)e.Length <= queue.Ring.BusAddress + (64 << 6);
                Expect.That(inside, $"after a tail {what} nothing outside the ring is read (0x{e.Address:X})");
            }

            RunsAgain(card, queue, flow);
        }

        RawCard consumer = DescriptorCases.PoweredUp(c);
        var victim = new RawTxFlow(consumer, c.Seed, "consumer");
        victim.ExpectRecord(50, "the record before");
        consumer.Rig.Bus.Write(2, 4, 4, 100);
        consumer.Tx().Put(victim.Segment(victim.Next, victim.Record(10).Framed));
        consumer.Tx().Doorbell();
        consumer.Run();
        Expect.Equal((consumer.Read(consumer.Tx().Registers + 0x10) >> 8) & 0xFF, 5u, "ERROR of the queue after a consumer index beyond the producer's");
    }

    [Case("C185", CaseProfile.Faults, "A DMA fault anywhere in the middle of a record leaves wire and context agreed: the state moves when the frame left, and only then.", Source = Manual, Stimulus = "A record in three segments; each bus access of the second is refused in turn; its second buffer is unmapped.", Observes = "wire, completions, mailbox snapshot")]
    public static void FaultInMidRecordMovesNothing(DeviceCase c)
    {
        for (int access = -1; access < 4; access++)
        {
            RawCard card = DescriptorCases.PoweredUp(c);
            var flow = new RawTxFlow(card, c.Seed, "fault");
            (byte[] framed, byte[] right) = flow.Record(2500);
            Expect.Equal(flow.Send(framed.AsSpan(0, 900)), (byte)0, "the status of the first segment");
            flow.TakePayload();
            uint middle = flow.Next;
            byte[] split = InTwo(card, flow, framed.AsSpan(900, 900), access < 0);
            RawTxQueue queue = card.Tx();
            int from = card.Rig.Events.Count;

            if (access >= 0) card.Rig.Controls.FailDma(access, 1);
            queue.Put(split);
            queue.Doorbell();
            card.Run();

            string what = access < 0 ? "an unmapped second buffer" : $"access {access} refused";
            IReadOnlyList<RawCompletion> completions = queue.Take();
            byte[] sent = flow.TakePayload();
            bool stopped = (card.Read(queue.Registers + 0x10) >> 8 & 0xFF) != 0;
            uint head = Expected(card, flow.Context);
            Expect.That(sent.Length is 0 or 900, $"the second segment leaves whole or not at all with {what}");
            Expect.Equal(head, sent.Length == 0 ? middle : middle + 900, $"the expected sequence number with {what}");
            if (access < 0) Expect.Equal(RawTxFlow.Status(completions), (byte)0x09, "the status of DATA with an unmapped buffer");
            if (sent.Length == 0 && !stopped) Expect.That(completions.Any(x => x.Status == 0x09), $"a DMA fault is completed with {what}");
            bool isFaulted = card.Rig.Events.Of(TraceEventKind.DmaRead, from).Concat(card.Rig.Events.Of(TraceEventKind.DmaWrite, from)).Any(e => e.Event.Code != 0);
            if (access >= 0) Expect.That(isFaulted, $"an access fails with {what}");
            if (stopped) Restart(card, queue);
            if (sent.Length == 0)
            {
                byte skipping = RawTxFlow.Status(queue.Post(flow.Segment(middle + 900, framed.AsSpan(1800))));
                Expect.Equal(skipping, (byte)0x01, $"the status of the third segment without the second, with {what}");
                Expect.Equal(flow.TakePayload().Length, 0, $"the number of bytes of the third segment that leave, with {what}");
                Expect.Equal(RawTxFlow.Status(queue.Post(flow.Segment(middle, framed.AsSpan(900, 900)))), (byte)0, "the status of the second segment sent again");
                sent = flow.TakePayload();
            }

            Expect.Equal(RawTxFlow.Status(queue.Post(flow.Segment(middle + 900, framed.AsSpan(1800)))), (byte)0, "the status of the third segment");
            Expect.Bytes([.. sent, .. flow.TakePayload()], right.AsSpan(900), $"the rest of the record with {what}");
        }
    }

    [Case("C186", CaseProfile.Faults, "A malformed descriptor or chain is completed with an error, sends nothing and moves nothing; the queue goes on.", Source = "register manual, DataDescriptor", Stimulus = "Each field of DATA out of its range in turn, chains without end, headers that do not parse.", Observes = "completions, wire")]
    public static void MalformedDescriptorIsRefused(DeviceCase c)
    {
        RawCard card = DescriptorCases.PoweredUp(c);
        var flow = new RawTxFlow(card, c.Seed, "malformed");
        (byte[] framed, byte[] right) = flow.Record(600);
        byte[] good = flow.Segment(flow.Next, framed);
        (string What, int Offset, byte Value)[] wrong =
        [
            ("opcode 0", 0, 0), ("opcode 2", 0, 2), ("opcode 0x1E", 0, 0x1E), ("opcode 0xFF", 0, 0xFF), ("a reserved flag", 1, 0x81), ("ADVANCE on DATA", 1, 0x05),
            ("no segment", 2, 0), ("three segments", 2, 3), ("two segments and one address", 2, 2), ("a reserved offload", 3, 0x30), ("segmentation without MSS", 3, 0x14),
            ("MSS without segmentation", 16, 100), ("header length 0", 18, 0), ("header length one less", 18, 53), ("header length one more", 18, 55), ("header length beyond the frame", 19, 0x40),
            ("VLAN tag not asked for", 20, 5), ("reserved byte 22", 22, 1), ("reserved byte 24", 24, 1), ("reserved byte 31", 31, 1), ("length 0", 40, 0), ("length beyond 16 bits", 42, 1),
            ("reserved byte 44", 44, 1), ("a second length without segment", 56, 1), ("a second address without segment", 48, 1), ("reserved byte 60", 60, 1), ("a handle without the offload", 3, 0),
        ];
        foreach ((string what, int offset, byte value) in wrong)
        {
            byte[] bad = [.. good];
            bad[offset] = value;
            if (what == "length 0") bad[41] = 0;
            Refused(card, flow, what, bad);
        }

        byte[] more = [.. good];
        more[1] = 0x02;
        Refused(card, flow, "a chain that NOP breaks", more, RawTxQueue.Bare(0x1F, flags: 0).Span.ToArray());
        byte[] notTcp = [.. good];
        using DmaBuffer odd = card.Rig.Bus.AllocateDma(700);
        RawFrames.Tcp(flow.Next, framed).CopyTo(odd.Span);
        odd.Span[12] = 0x86;
        BinaryPrimitives.WriteUInt64LittleEndian(notTcp.AsSpan(32), odd.BusAddress);
        Refused(card, flow, "a frame that is not IP", notTcp);
        byte[] cutOff = [.. good];
        BinaryPrimitives.WriteUInt32LittleEndian(cutOff.AsSpan(40), 40);
        Refused(card, flow, "a frame that ends in its headers", cutOff);
        (byte[] longFramed, _) = new RawTxFlow(card, c.Seed, "long", start: 90_000).Record(3000);
        Refused(card, flow, "a frame above the MTU", flow.Segment(flow.Next, longFramed));

        Expect.Equal(RawTxFlow.Status(card.Tx().Post(good)), (byte)0, "the status of the good descriptor afterwards");
        Expect.Bytes(flow.TakePayload(), right, "the record");
    }

    [Case("C189", CaseProfile.Faults, "Every descriptor is completed once, in order, over all turns of the ring; Head names the place behind its chain, also for errors; a flush completes the rest.", Source = Manual, Stimulus = "200 descriptors on a ring of 16: silent ones, chains, errors; then one that cannot run, and the queue switched off.", Observes = "completions")]
    public static void CompletionsComeOnceAndInOrder(DeviceCase c)
    {
        RawCard card = DescriptorCases.PoweredUp(c);
        RawTxQueue queue = card.Tx(0, 4);
        byte[] bytes = RawFrames.Tcp(1, new byte[40]);
        using DmaBuffer frame = card.Rig.Bus.AllocateDma(bytes.Length);
        bytes.CopyTo(frame.Span);
        for (uint round = 0; round < 60; round++)
        {
            uint cookie = round * 10;
            uint head = queue.Tail;
            byte[] silent = RawTxQueue.Data(frame.BusAddress, (uint)bytes.Length, cookie: cookie);
            silent[1] = 0;
            byte[] first = RawTxQueue.Data(frame.BusAddress, 30, cookie: cookie + 1);
            first[1] = 0x02;
            byte[] second = RawTxQueue.Data(frame.BusAddress + 30, (uint)bytes.Length - 30, cookie: cookie + 2);
            byte[] bad = RawTxQueue.Data(round % 2 == 0 ? Unmapped : frame.BusAddress, round % 2 == 0 ? 60u : 0u, cookie: cookie + 3);
            bad[1] = 0;

            IReadOnlyList<RawCompletion> came = queue.Post(silent, first, second, bad, RawTxQueue.Bare(0x17, cookie: cookie + 4).Span.ToArray());

            string all = string.Join(", ", came.Select(x => $"{x.Cookie}:{x.Head}:{x.Status:X2}"));
            Expect.Equal(came.Count, 3, $"the number of completions in round {round} ({all})");
            Expect.That(came[0] is { Status: 0, Opcode: 1, Frames: 1 } && came[0].Cookie == cookie + 1 && came[0].Head == head + 3, $"the chain of round {round} is completed first, with the place behind it ({all})");
            Expect.That(came[1].Status != 0 && came[1].Cookie == cookie + 3 && came[1].Head == head + 4, $"the error of round {round} is completed, with the place behind it ({all})");
            Expect.That(came[2] is { Status: 0, Opcode: 0x17 } && came[2].Cookie == cookie + 4 && came[2].Head == head + 5, $"FENCE of round {round} is completed last ({all})");
        }

        card.Write(0x0008, 0x2);
        queue.Put(RawTxQueue.Data(frame.BusAddress, (uint)bytes.Length, cookie: 7777));
        queue.Doorbell();
        card.Run();
        Expect.Equal(queue.Take().Count, 0, "the number of completions while sending is off");
        card.Write(queue.Registers + 0x0C, 0);
        card.Run();
        IReadOnlyList<RawCompletion> flushed = queue.Take();
        Expect.That(flushed.Count == 1 && flushed[0] is { Status: 0x11, Cookie: 7777 }, "the descriptor that did not run is flushed, once");
    }

    private static byte[] InTwo(RawCard card, RawTxFlow flow, ReadOnlySpan<byte> payload, bool unmapped)
    {
        byte[] descriptor = flow.Segment(flow.Next, payload);
        ulong address = BinaryPrimitives.ReadUInt64LittleEndian(descriptor.AsSpan(32));
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(descriptor.AsSpan(40));
        descriptor[2] = 2;
        BinaryPrimitives.WriteUInt32LittleEndian(descriptor.AsSpan(40), 400);
        BinaryPrimitives.WriteUInt64LittleEndian(descriptor.AsSpan(48), unmapped ? Unmapped : address + 400);
        BinaryPrimitives.WriteUInt32LittleEndian(descriptor.AsSpan(56), length - 400);
        return descriptor;
    }

    private static uint Expected(RawCard card, ulong context)
    {
        Expect.Equal(card.Submit(64, context), 0u, "the status of CONTEXT_QUERY");
        return BinaryPrimitives.ReadUInt32LittleEndian(card.Reply(64).AsSpan(0x10));
    }

    private static void Refused(RawCard card, RawTxFlow flow, string what, params byte[][] descriptors)
    {
        IReadOnlyList<RawCompletion> completions = card.Tx().Post(descriptors);

        Expect.AtLeast(completions.Count, 1, $"the number of completions of DATA with {what}");
        Expect.That(completions[0].Status != 0, $"DATA with {what} is refused");
        Expect.Equal(flow.TakePayload().Length, 0, $"the number of bytes that leave for DATA with {what}");
        Expect.Equal(card.Read(card.Tx().Registers + 0x10), 1u, $"TXQ_STATUS after DATA with {what}");
    }

    private static void RunsAgain(RawCard card, RawTxQueue queue, RawTxFlow flow)
    {
        Restart(card, queue);
        flow.ExpectRecord(50, "a record after the queue was enabled again");
    }

    private static void Restart(RawCard card, RawTxQueue queue)
    {
        card.Write(queue.Registers + 0x0C, 0);
        card.Run();
        queue.Enable();
    }
}
