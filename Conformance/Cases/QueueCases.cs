using NicEmu.Conformance.Card;
using NicEmu.Conformance.Core;
using NicEmu.Spec.Seams;

namespace NicEmu.Conformance.Cases;

/// <summary>C194, C197: several queues and the one engine behind them.</summary>
internal static class QueueCases
{
    private const string Manual = "register manual, TX_MOVE and TLS transmit";

    [Case("C194", CaseProfile.Faults, "A live context moves to another queue with its place kept; the old queue is refused from then on, and not before. While descriptors name it, it does not move.", Source = Manual, Stimulus = "TX_MOVE in mid-record, back and forth; the old queue is switched off; a move to a queue that does not exist; TX_MOVE while thirty long chains are under way.", Observes = "completions, wire, mailbox, descriptors fetched")]
    public static void ContextMovesBetweenQueues(DeviceCase c)
    {
        RawCard card = DescriptorCases.PoweredUp(c);
        var flow = new RawTxFlow(card, c.Seed, "moving");
        (byte[] framed, byte[] right) = flow.Record(4000);
        card.Tx(1);
        var sent = new List<byte>();
        int at = 0;
        for (int turn = 0; at < framed.Length; turn++)
        {
            int home = turn % 2;
            int part = Math.Min(700, framed.Length - at);
            byte[] descriptor = flow.Segment(flow.Next, framed.AsSpan(at, part));
            Expect.Equal(RawTxFlow.Status(card.Tx(1 - home).Post(descriptor)), (byte)0x0D, $"the status of DATA on the queue that the context is not bound to, in turn {turn}");
            Expect.Equal(RawTxFlow.Status(card.Tx(home).Post(descriptor)), (byte)0, $"the status of DATA on the context's queue in turn {turn}");
            sent.AddRange(flow.TakePayload());
            (at, flow.Next) = (at + part, flow.Next + (uint)part);
            Expect.Equal(Move(card, flow.Context, (ushort)(1 - home)), 0u, $"the status of TX_MOVE in turn {turn}");
        }

        Expect.Bytes([.. sent], right, "the record sent over both queues");
        Expect.That(Move(card, flow.Context, 16) != 0, "TX_MOVE to a queue that does not exist is refused");
        int last = (framed.Length + 699) / 700 % 2;
        card.Write(card.Tx(1 - last).Registers + 0x0C, 0);
        card.Run();
        (byte[] next, byte[] nextRight) = flow.Record(100);
        Expect.Equal(RawTxFlow.Status(card.Tx(last).Post(flow.Segment(flow.Next, next))), (byte)0, "the status of DATA with the other queue switched off");
        Expect.Bytes(flow.TakePayload(), nextRight, "the record with the other queue switched off");
        int met = 0;
        foreach (int wanted in new[] { 1, 12, 20 }) met += MoveMeetsDescriptors(c, wanted) ? 1 : 0;
        Expect.Can(met > 0, "the card is done with every descriptor that it fetched before a command can end");
    }

    [Case("C197", CaseProfile.Faults, "A queue full of TLS work delays a queue of plain frames by no more than the turns that the manual allows it, and each keeps its order.", Source = "register manual, rings; own", Stimulus = "Thirty chains of 16 KiB under TLS on one queue, twenty plain frames on another, doorbells at the same time.", Observes = "wire")]
    public static void PlainQueueIsNotStarved(DeviceCase c)
    {
        RawCard card = DescriptorCases.PoweredUp(c);
        var flow = new RawTxFlow(card, c.Seed, "busy");
        var expected = new List<byte>();
        for (int i = 0; i < 30; i++)
        {
            (byte[] framed, byte[] right) = flow.Record(16_000);
            card.Tx().Put(flow.Segment(flow.Next, framed, 1448));
            flow.Next += (uint)framed.Length;
            expected.AddRange(right);
        }

        var buffers = new List<DmaBuffer>();
        RawTxQueue plain = card.Tx(1);
        for (byte i = 0; i < 20; i++)
        {
            byte[] frame = [2, 2, 2, 2, 2, 2, 4, 4, 4, 4, 4, 4, 0x88, 0xB5, i, .. new byte[60]];
            DmaBuffer buffer = card.Rig.Bus.AllocateDma(frame.Length);
            frame.CopyTo(buffer.Span);
            buffers.Add(buffer);
            plain.Put(RawTxQueue.Data(buffer.BusAddress, (uint)frame.Length));
        }

        card.Tx().Doorbell();
        plain.Doorbell();
        card.Run(20 * RawCard.Millisecond);

        var stream = new List<byte>();
        var order = new List<byte>();
        var before = new List<int>();
        int tls = 0;
        while (card.Rig.Wire.TryTakeFromDevice(out byte[] frame))
        {
            if (frame[12] == 0x88)
            {
                order.Add(frame[14]);
                before.Add(tls);
            }
            else
            {
                stream.AddRange(frame.AsSpan(RawFrames.HeaderLength));
                tls++;
            }
        }

        Expect.Bytes([.. order], [.. Enumerable.Range(0, 20).Select(i => (byte)i)], "the numbers of the plain frames, in the order in which they left");
        Expect.Bytes([.. stream], [.. expected], "the records, in the order in which they left");
        // Queues take turns of 16 descriptors (manual, timing); a chain of 16 KiB is twelve frames.
        for (int i = 0; i < before.Count; i++) Expect.That(before[i] <= (1 + (i / 16)) * 16 * 12, $"plain frame {i} waits for its turn only ({before[i]} of {tls} TLS frames left before it)");
        foreach (DmaBuffer buffer in buffers) buffer.Dispose();
    }

    /// <summary>So much is posted that the command ends before it is done; returns whether that came about.</summary>
    private static bool MoveMeetsDescriptors(DeviceCase c, int wanted)
    {
        RawCard card = DescriptorCases.PoweredUp(c);
        var flow = new RawTxFlow(card, c.Seed, "under way");
        var right = new List<byte>();
        int from = card.Rig.Events.Count;
        for (int i = 0; i < 30; i++)
        {
            (byte[] framed, byte[] wire) = flow.Record(16_000);
            card.Tx().Put(flow.Segment(flow.Next, framed, 1448));
            flow.Next += (uint)framed.Length;
            right.AddRange(wire);
        }

        card.Tx(1);
        card.Tx().Doorbell();
        card.Wait(() => card.Tx().Fetched(from) >= wanted, $"{wanted} descriptors are fetched");
        int fetched = card.Tx().Fetched(from);
        uint status = Move(card, flow.Context, 1);
        var completions = new List<RawCompletion>(card.Tx().Take());
        if (fetched <= completions.Count) return false;

        Expect.Equal(status, 7u, $"the status of TX_MOVE with {fetched - completions.Count} fetched descriptors under way");
        card.Run();
        completions.AddRange(card.Tx().Take());
        Expect.That(completions.Count == 30 && completions.All(d => d.Status == 0), "every chain that was under way runs on the context's queue");
        Expect.Bytes(flow.TakePayload(), right.ToArray(), "the records that were under way");
        Expect.Equal(Move(card, flow.Context, 1), 0u, "the status of TX_MOVE behind the last descriptor");
        return true;
    }

    private static uint Move(RawCard card, ulong context, ushort queue) => card.Mailbox(34, new Bytes(16).U64(0, context).U16(8, queue).Span);
}
