using NicEmu.Conformance.Card;
using NicEmu.Conformance.Core;
using NicEmu.Spec.Testing;

namespace NicEmu.Conformance.Cases;

/// <summary>C164, C177, C178: what is left after resets, power states and restarts.</summary>
internal static class ResetCases
{
    private const string Manual = "register manual, handles and start-up";
    private const uint RxStart = 7000;

    [Case("C164", CaseProfile.Lifecycle, "Handles from before a reset are refused as stale everywhere, also when their places are used again.", Source = Manual, Stimulus = "Key, transmit and receive context; DEV_CTRL.RESET; new objects in the same places; the old handles in mailbox and descriptors.", Observes = "mailbox, completions, wire")]
    public static void OldEpochIsRefused(DeviceCase c)
    {
        RawCard before = DescriptorCases.PoweredUp(c);
        var old = new RawTxFlow(before, c.Seed, "old");
        ulong oldRx = Receiver(before, old.Keys, old.Key);
        uint epoch = before.Read(0x0010);

        // PowerUp begins with DEV_CTRL.RESET.
        var card = new RawCard(before.Rig);
        card.PowerUp();
        var flow = new RawTxFlow(card, c.Seed, "new");
        ulong rx = Receiver(card, flow.Keys, flow.Key);

        Expect.Equal(card.Read(0x0010), epoch + 1, "DEV_EPOCH");
        Expect.That(flow.Key != old.Key && flow.Context != old.Context && rx != oldRx, "no handle is given out again");
        foreach ((ushort opcode, ulong handle) in new[] { ((ushort)33, old.Context), ((ushort)51, oldRx), ((ushort)49, oldRx), ((ushort)18, old.Key), ((ushort)20, old.Key), ((ushort)64, old.Context) })
        {
            Expect.Equal(card.Submit(opcode, handle), 5u, $"the status of command {opcode} with a handle of before the reset");
        }

        Expect.Equal(card.TxCreate(flow.Keys, old.Key, 1, out _), 5u, "the status of TX_CREATE under a key of before the reset");
        byte[] stale = old.Segment(old.Next, old.Record(100).Framed);
        // The old flow's descriptor, in the new card's queue.
        Expect.Equal(RawTxFlow.Status(card.Tx().Post(stale)), (byte)0x03, "the status of DATA with a handle of before the reset");
        byte answer = RawTxFlow.Status(card.Tx().Post(RawTxQueue.Bare(0x16, oldRx).U8(2, 1).U32(16, RxStart).Span.ToArray()));
        Expect.That(answer != 0, "RESYNC_ANSWER with a handle of before the reset is refused");
        Expect.Equal(flow.TakePayload().Length, 0, "the number of bytes that leave");
        flow.ExpectRecord(100, "a record under a handle of after the reset");
    }

    [Case("C177", CaseProfile.Security, "A function level reset takes every key, context and rule away; statistics go on; nothing is protected until it is installed again.", Source = Manual, Stimulus = "Live contexts in both directions, a key half staged, a chain half posted; FLR.", Observes = "registers, mailbox, wire, completions")]
    public static void FunctionLevelResetForgetsEverything(DeviceCase c)
    {
        RawCard before = DescriptorCases.PoweredUp(c);
        var old = new RawTxFlow(before, c.Seed, "old");
        ulong oldRx = Receiver(before, old.Keys, old.Key);
        old.ExpectRecord(200, "a record before the reset");
        ulong frames = before.Read64(0x1000);
        ulong encrypted = before.Read64(0x1050);
        uint epoch = before.Read(0x0010);
        before.StageKey(old.Keys.Key.Span);
        before.Tx().Put(old.Segment(old.Next, old.Record(300).Framed));
        before.Tx().Doorbell();

        before.Rig.Controls.ResetFunction();
        before.Run();
        Expect.Equal(old.TakePayload().Length, 0, "the number of bytes of the interrupted chain that leave");
        var card = new RawCard(before.Rig);
        before.Rig.Bus.ConfigWrite(0x04, 2, 0x0002);
        Expect.AtLeast(card.Read(0x0010), epoch + 1, "DEV_EPOCH after the reset");
        Expect.Equal(card.Read(0x0170) & 0x700FF, 0u, "the words staged in KEY_STAGE");
        card.PowerUp();

        Expect.Equal(card.Read64(0x1000), frames, "STAT_TX_FRAMES after the reset");
        Expect.Equal(card.Read64(0x1050), encrypted, "STAT_TX_TLS_ENCRYPTED_PACKETS after the reset");
        Expect.Equal(card.Mailbox(16, new Bytes(16).U8(8, 1).Span), 9u, "the status of KEY_CREATE with nothing staged since the reset");
        Expect.Equal(card.Submit(33, old.Context), 5u, "the status of TX_DESTROY with the old handle");
        Expect.Equal(card.Submit(51, oldRx), 5u, "the status of RX_DESTROY with the old handle");
        Expect.Equal(RawTxFlow.Status(card.Tx().Post(old.Segment(old.Next, old.Record(10).Framed))), (byte)0x03, "the status of DATA with the old handle");
        Expect.Equal(old.TakePayload().Length, 0, "the number of bytes that leave under the old handle");
        ExpectUntouched(card, old.Codec.Seal(23, new byte[50], 0), "the reset");
        var again = new RawTxFlow(card, c.Seed, "again");
        again.ExpectRecord(200, "a record of a context installed again");
    }

    [Case("C178", CaseProfile.Lifecycle, "No power state, restart of the program or new driver gives an earlier driver's context to anybody.", Source = Manual + "; PCI power management", Stimulus = "D3hot and back, FW_CTRL.RESTART, and the reset that a new driver begins with, each with live contexts.", Observes = "wire, completions, handles, mailbox")]
    public static void EarlierContextsAreNotInherited(DeviceCase c)
    {
        RawCard card = DescriptorCases.PoweredUp(c);
        var flow = new RawTxFlow(card, c.Seed, "first driver");
        ulong rx = Receiver(card, flow.Keys, flow.Key);

        int power = PowerCapability(card);
        (byte[] framed, byte[] right) = flow.Record(100);
        card.Tx().Put(flow.Segment(flow.Next, framed));
        card.Rig.Bus.ConfigWrite(power + 4, 2, 3);
        card.Tx().Doorbell();
        card.Rig.Wire.SendToDevice(RawFrames.FromPeer(RxStart, flow.Codec.Seal(23, new byte[50], 0)));
        card.Run();
        Expect.Equal(card.Read(0), 0xFFFF_FFFF, "a register in D3hot");
        Expect.Equal(flow.TakePayload().Length, 0, "the number of bytes that leave in D3hot");
        card.Rig.Bus.ConfigWrite(power + 4, 2, 0);
        card.Run();
        Expect.Equal(flow.TakePayload().Length, 0, "the number of bytes that leave for a doorbell of D3hot");
        card.Tx().Doorbell();
        card.Run();
        Expect.Equal(RawTxFlow.Status(card.Tx().Take()), (byte)0, "the status of the descriptor in D0");
        Expect.Bytes(flow.TakePayload(), right, "the record in D0");

        card.Write(0x018C, 1);
        card.Run();
        card.Wait(() => (card.Read(0x000C) & 1) != 0, "the program is ready again");
        var later = new RawTxFlow(card, c.Seed, "after the restart", start: 20_000);
        Expect.That(later.Context != flow.Context && later.Key != flow.Key, "the restarted program gives out no live handle");
        later.ExpectRecord(80, "a record of a context made after the restart");
        Expect.Equal(card.Submit(20, flow.Key), 7u, "the status of KEY_DESTROY under contexts made before the restart");

        // What a new driver does: no word to the old contexts, a reset, its own objects.
        var next = new RawCard(card.Rig);
        next.PowerUp();
        ExpectUntouched(next, flow.Codec.Seal(23, new byte[50], 0), "the new driver's reset");
        var own = new RawTxFlow(next, c.Seed, "second driver");
        Expect.Equal(RawTxFlow.Status(next.Tx().Post(flow.Segment(1000, new byte[60]))), (byte)0x03, "the status of DATA under the first driver's context");
        Expect.Equal(next.Submit(51, rx), 5u, "the status of RX_DESTROY with the first driver's handle");
        own.TakePayload();
        own.ExpectRecord(100, "a record of the second driver");
    }

    private static ulong Receiver(RawCard card, FlowKeys keys, ulong key)
    {
        Expect.Equal(card.RxCreate(keys, key, RxStart, RawFrames.PeerPort, RawFrames.CardPort, out ulong handle), 0u, "the status of RX_CREATE");
        Expect.Equal(card.Submit(49, handle), 0u, "the status of RX_ACTIVATE");
        return handle;
    }

    private static void ExpectUntouched(RawCard card, byte[] record, string since)
    {
        byte[] frame = RawFrames.FromPeer(RxStart, record);
        IReadOnlyList<RawRxCompletion> taken = card.Rx().Deliver(frame);
        Expect.Equal(taken.Count, 1, $"the number of frames delivered after {since}");
        Expect.Equal(taken[0].Verdict, (byte)0, $"the verdict about a packet of the old connection after {since}");
        Expect.Bytes(taken[0].Frame, frame, $"the frame delivered after {since}");
    }

    private static int PowerCapability(RawCard card)
    {
        uint at = card.Rig.Bus.ConfigRead(0x34, 1);
        for (int guard = 0; guard < 48 && at != 0; guard++)
        {
            if (card.Rig.Bus.ConfigRead((int)at, 1) == 1) return (int)at;
            at = card.Rig.Bus.ConfigRead((int)at + 1, 1);
        }

        throw new CaseSkippedException("the card has no power management capability");
    }
}
