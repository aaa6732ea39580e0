using NicEmu.Conformance.Card;
using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Spec.Events;
using NicEmu.Spec.Testing;
using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Cases;

/// <summary>C156, C157, C159: keys and contexts that are removed, and whose places are used anew.</summary>
internal static class DeleteCases
{
    private const string Manual = "register manual, handles and mailbox";

    [Case("C156", CaseProfile.Lifecycle, "Descriptors that are posted when their context is removed run under its own key or are refused, never under the next owner's key; a removal that meets them says BUSY, and is done once.", Source = Manual, Stimulus = "16 KiB of DATA posted, and thirty times as much; TX_DESTROY, and a new key and context, at several moments of its execution.", Observes = "wire, completions, mailbox, descriptors fetched")]
    public static void RemovalUnderQueuedDescriptors(DeviceCase c)
    {
        foreach (int nanoseconds in new[] { 0, 200, 500, 1000, 2000, 5000, 20_000 })
        {
            RawCard card = DescriptorCases.PoweredUp(c);
            var first = new RawTxFlow(card, c.Seed, "first");
            (byte[] framed, byte[] right) = first.Record(16000);
            // With TX_ENABLE clear nothing is fetched: the last round deletes before the queue looks at its ring.
            if (nanoseconds == 0) card.Write(0x0008, 0x2);
            card.Tx().Put(first.Segment(first.Next, framed, 1448));
            card.Tx().Doorbell();
            card.Run(nanoseconds * 1000L);
            uint removal = card.Submit(33, first.Context);
            card.Submit(20, first.Key);
            var second = new RawTxFlow(card, c.Seed, "second");
            card.Write(0x0008, 0x3);
            card.Run();

            Expect.That(removal is 0 or 7, $"TX_DESTROY says OK or BUSY (it says {removal} after {nanoseconds} ns)");
            IReadOnlyList<RawCompletion> completions = card.Tx().Take();
            Expect.Equal(completions.Count, 1, $"the number of completions with a removal after {nanoseconds} ns");
            byte[] sent = first.TakePayload();
            if (completions[0].Status == 0) Expect.Bytes(sent, right, $"what leaves with a removal after {nanoseconds} ns");
            else Expect.Equal(sent.Length, 0, $"the number of bytes that leave of a refused chain with a removal after {nanoseconds} ns");
            second.ExpectRecord(100, "the next owner's first record");
        }

        int met = 0;
        foreach (int wanted in new[] { 1, 12, 20 }) met += RemovalMeetsDescriptors(c, wanted) ? 1 : 0;
        Expect.Can(met > 0, "the card is done with every descriptor that it fetched before a command can end");
    }

    [Case("C157", CaseProfile.Lifecycle, "A place that is used anew at once uses the new key from the first packet on, and the new handle is another.", Source = Manual, Stimulus = "Contexts and keys made and removed in turns; a key rotated; a receive rule set up anew with another key.", Observes = "wire, completions, handles")]
    public static void ReusedPlaceUsesTheNewKey(DeviceCase c)
    {
        RawCard card = DescriptorCases.PoweredUp(c);
        var handles = new HashSet<ulong>();
        for (int i = 0; i < 12; i++)
        {
            var flow = new RawTxFlow(card, c.Seed, $"owner {i}", cipher: i % 3 == 1 ? TlsCipher.Aes256Gcm : TlsCipher.Aes128Gcm);
            Expect.That(handles.Add(flow.Key) && handles.Add(flow.Context), $"the handles of round {i} were not given before");
            flow.ExpectRecord(64, $"the first record of owner {i}");
            Expect.Equal(card.Submit(33, flow.Context), 0u, "the status of TX_DESTROY");
            Expect.Equal(card.Submit(20, flow.Key), 0u, "the status of KEY_DESTROY");
        }

        OnlyPlaceIsUsedAgain(card, c.Seed);
        RotatedKeyIsUsed(card, c.Seed);
        RawRxQueue queue = card.Rx();
        for (int i = 0; i < 4; i++)
        {
            FlowKeys keys = CaseKeys.Draw(c.Seed, $"receiver {i}", TlsVersion.Tls13, TlsCipher.Aes128Gcm);
            Expect.Equal(card.KeyCreate(keys, out ulong key), 0u, "the status of KEY_CREATE");
            Expect.Equal(card.RxCreate(keys, key, 7000, RawFrames.PeerPort, RawFrames.CardPort, out ulong rx), 0u, "the status of RX_CREATE");
            Expect.Equal(card.Submit(49, rx), 0u, "the status of RX_ACTIVATE");
            byte[] content = CaseKeys.Bytes(c.Seed, $"received {i}", 90);

            IReadOnlyList<RawRxCompletion> taken = queue.Deliver(RawFrames.FromPeer(7000, new RecordCodec(keys).Seal(23, content, 0)));

            Expect.Equal(taken[0].Verdict, (byte)1, $"the verdict about the first packet of receiver {i}");
            Expect.Equal(taken[0].Handle, rx, $"the handle in the completion of receiver {i}");
            Expect.Bytes(taken[0].Frame.AsSpan(RawFrames.HeaderLength + 5, 90), content, $"the content for receiver {i}");
            Expect.Equal(card.Submit(51, rx), 0u, "the status of RX_DESTROY");
            Expect.Equal(card.Submit(20, key), 0u, "the status of KEY_DESTROY");
        }
    }

    [Case("C159", CaseProfile.Lifecycle, "A removal that is refused, late or repeated leaves every other object alone, and its handle is not given out again.", Source = Manual, Stimulus = "KEY_DESTROY under a live context, the same TX_DESTROY twice, and a TX_DESTROY while the program in the card is silent.", Observes = "mailbox, wire, handles")]
    public static void RefusedRemovalHurtsNobody(DeviceCase c)
    {
        RawCard card = DescriptorCases.PoweredUp(c);
        var flow = new RawTxFlow(card, c.Seed, "refused");
        Expect.Equal(card.Submit(20, flow.Key), 7u, "the status of KEY_DESTROY under a live context");
        flow.ExpectRecord(100, "a record after the refusal");
        Expect.Equal(card.Submit(33, flow.Context), 0u, "the status of TX_DESTROY");
        var heir = new RawTxFlow(card, c.Seed, "heir");
        Expect.That(heir.Context != flow.Context && heir.Key != flow.Key, "the heir has handles of its own");
        Expect.Equal(card.Submit(33, flow.Context), 5u, "the status of a second TX_DESTROY");
        heir.ExpectRecord(100, "the heir's record after the second TX_DESTROY");

        card.Rig.Controls.SetFirmware(false);
        card.StartCommand(33, new Bytes(8).U64(0, heir.Context).Span);
        card.Run(20 * RawCard.Millisecond);
        Expect.Equal(card.Read(0x104) & 3, 1u, "BUSY and DONE while the program is silent");
        card.Rig.Controls.SetFirmware(true);
        Expect.Equal(card.EndCommand(33), 0u, "the status of the late TX_DESTROY");
        var last = new RawTxFlow(card, c.Seed, "last");
        Expect.That(last.Context != heir.Context, "the handle of the late removal is not given out again");
        Expect.That(heir.Send(heir.Record(10).Framed) != 0, "the context of the late removal is gone");
        last.ExpectRecord(100, "a record of the last owner");
    }

    /// <summary>All places but one are taken, so that one is used again and again at once.</summary>
    private static void OnlyPlaceIsUsedAgain(RawCard card, ulong seed)
    {
        FlowKeys keys = CaseKeys.Draw(seed, "filler", TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        Expect.Equal(card.KeyCreate(keys, out ulong key), 0u, "the status of KEY_CREATE");
        var filling = new List<ulong>();
        while (filling.Count < 20_000 && card.TxCreate(keys, key, 1, out ulong made) == 0) filling.Add(made);
        Expect.That(filling.Distinct().Count() == filling.Count, "every handle that fills the table is another");
        Expect.Equal(card.Submit(33, filling[0]), 0u, "the status of TX_DESTROY in a full table");
        var given = new HashSet<ulong>(filling);
        for (int i = 0; i < 3; i++)
        {
            var flow = new RawTxFlow(card, seed, $"only place {i}");
            Expect.That(given.Add(flow.Context), $"the only free place gives a handle that was not given before (0x{flow.Context:X16} in round {i})");
            flow.ExpectRecord(40, $"a record in the only free place, round {i}");
            Expect.Equal(card.Submit(33, flow.Context), 0u, "the status of TX_DESTROY in a full table");
            Expect.That(flow.Send(flow.Record(10).Framed) != 0, "DATA under the handle of before is refused");
            Expect.Equal(card.Submit(20, flow.Key), 0u, "the status of KEY_DESTROY");
        }

        foreach (ulong context in filling.Skip(1)) Expect.Equal(card.Submit(33, context), 0u, "the status of TX_DESTROY");
        Expect.Equal(card.Submit(20, key), 0u, "the status of KEY_DESTROY behind its contexts");
    }

    /// <summary>So much is posted that the command ends before it is done; returns whether that came about.</summary>
    private static bool RemovalMeetsDescriptors(DeviceCase c, int wanted)
    {
        RawCard card = DescriptorCases.PoweredUp(c);
        var flow = new RawTxFlow(card, c.Seed, "long");
        var right = new List<byte>();
        int from = card.Rig.Events.Count;
        for (int i = 0; i < 30; i++)
        {
            (byte[] framed, byte[] wire) = flow.Record(16_000);
            card.Tx().Put(flow.Segment(flow.Next, framed, 1448));
            flow.Next += (uint)framed.Length;
            right.AddRange(wire);
        }

        card.Tx().Doorbell();
        card.Wait(() => card.Tx().Fetched(from) >= wanted, $"{wanted} descriptors are fetched");
        int fetched = card.Tx().Fetched(from);
        uint removal = card.Submit(33, flow.Context);
        var completions = new List<RawCompletion>(card.Tx().Take());
        if (fetched <= completions.Count) return false;

        Expect.Equal(removal, 7u, $"the status of TX_DESTROY with {fetched - completions.Count} fetched descriptors under way");
        Expect.Equal(card.Submit(20, flow.Key), 7u, "the status of KEY_DESTROY while the context's last descriptors run");
        int underWay = completions.Count;
        card.Run();
        completions.AddRange(card.Tx().Take());
        int good = completions.TakeWhile(d => d.Status == 0).Count();
        Expect.AtLeast(good, Math.Max(fetched, underWay), "the number of chains that run: those that the card had fetched");
        Expect.That(completions.Skip(good).All(d => d.Status is 2 or 3), "every chain behind them is refused because its context is gone");
        Expect.Equal(completions.Count, 30, "the number of completions");
        Expect.Bytes(flow.TakePayload(), right.GetRange(0, right.Count / 30 * good).ToArray(), "what leaves of a context that is being removed");
        Expect.Equal(card.Rig.Events.Of(TraceEventKind.ContextRemoved, from).Count(e => e.Event.Handle == flow.Context), 1, "the number of removals");
        Expect.Equal(card.Submit(33, flow.Context), 5u, "the status of a second TX_DESTROY");
        Expect.Equal(card.Submit(20, flow.Key), 0u, "the status of KEY_DESTROY behind the last descriptor");
        return true;
    }

    private static void RotatedKeyIsUsed(RawCard card, ulong seed)
    {
        var before = new RawTxFlow(card, seed, "before rotation");
        FlowKeys keys = CaseKeys.Draw(seed, "after rotation", TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        card.StageKey(keys.Key.Span);
        Expect.Equal(card.Mailbox(17, new Bytes(16).U64(0, before.Key).U8(8, 1).Span), 0u, "the status of KEY_ROTATE");
        ulong rotated = System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(card.Reply(8));
        Expect.Equal(card.Mailbox(19, []), 0u, "the status of KEY_SYNC");
        Expect.Equal(card.TxCreate(keys, rotated, 9000, out ulong context), 0u, "the status of TX_CREATE under the rotated key");
        byte[] content = CaseKeys.Bytes(seed, "rotated", 70);
        byte[] right = new RecordCodec(keys).Seal(23, content, 0);
        byte[] framed = [.. right.AsSpan(0, 5), .. content, 23, .. new byte[16]];
        byte[] descriptor = before.Segment(9000, framed);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(descriptor.AsSpan(8), context);
        Expect.Equal(RawTxFlow.Status(card.Tx().Post(descriptor)), (byte)0, "the status of DATA under the rotated key");
        Expect.Bytes(before.TakePayload(), right, "the first record under the rotated key");
        before.ExpectRecord(70, "a record of the context that was made before the rotation");
        Expect.That(card.TxCreate(keys, before.Key, 1, out _) != 0, "the key's handle of before the rotation is refused");
    }
}
