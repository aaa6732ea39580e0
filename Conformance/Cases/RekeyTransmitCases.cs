using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Peer;
using NicEmu.Spec.Events;
using NicEmu.Spec.Testing;
using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Cases;

/// <summary>C141 to C148, C153, C154: new keys for what is sent.</summary>
internal static class RekeyTransmitCases
{
    private const string Document = "RFC 8446 §4.6.3, §7.2; TLS 1.3 hardware offload series (Linux, proposed)";
    private const long Second = 1_000_000_000_000;
    private static readonly byte[] s_keyUpdate = [24, 0, 0, 1, 0];

    [Case("C141", CaseProfile.Rekey, "A new key with nothing unacknowledged replaces the old context at once; record numbers begin at zero.", Source = Document, Stimulus = "Data, KeyUpdate, all acknowledged, new key, data.", Observes = "wire, mailbox commands")]
    public static void NewKeyReplacesTheContext(DriverCase c)
    {
        TestFlow flow = Open(c);
        flow.SendDrawn(5000);
        Update(flow);
        flow.Rig.Settle();

        RecordCodec codec = SetNewKey(flow, c.Seed, "second");
        byte[] after = SendUnder(flow, c.Seed, 7000);

        ExpectBothKeys(flow, codec, after);
        Expect.Equal(flow.Flow.TxPlace, FlowPlace.Device, "where sending is protected");
        Expect.AtLeast(flow.Rig.Events.Of(TraceEventKind.ContextRemoved).Count(), 1, "the number of contexts removed");
    }

    [Case("C142", CaseProfile.Rekey, "With old records unacknowledged, old data is repeated under the old key and new data goes under the new one; no packet holds both.", Source = Document, Stimulus = "Old segments are lost, new key, new data, retransmission.", Observes = "wire")]
    public static void OldDataKeepsTheOldKey(DriverCase c)
    {
        TestFlow flow = Open(c);
        LoseFirstCopies(flow);
        flow.SendDrawn(5000);
        Update(flow);
        int boundary = OldBytes(flow, 5000);

        RecordCodec codec = SetNewKey(flow, c.Seed, "second");
        byte[] after = SendUnder(flow, c.Seed, 7000);

        ExpectBothKeys(flow, codec, after);
        uint edge = flow.TlsStart + (uint)boundary;
        Expect.That(
            flow.Connection.DataSegments.All(s => !(TcpSequence.IsBefore(s.Sequence, edge) && TcpSequence.IsAfter(s.End, edge))),
            "no packet holds data of both keys");
        flow.SendDrawn(100, "back");
        Expect.Equal(flow.Rig.Statistic("TlsTxRekeyOk") + flow.Rig.Statistic("TlsTxRekeyFallback"), 1L, "the number of outcomes");
    }

    [Case("C143", CaseProfile.Rekey, "A new key closes a record that MSG_MORE left open under the old key.", Source = Document, Stimulus = "MSG_MORE, KeyUpdate, new key, data; and the new key without a KeyUpdate before it.", Observes = "wire")]
    public static void OpenRecordEndsUnderTheOldKey(DriverCase c)
    {
        foreach (bool told in new[] { true, false })
        {
            TestFlow flow = Open(c);
            flow.Rig.Needs(DriverAbilities.MessageFlags);
            byte[] open = CaseKeys.Bytes(c.Seed, "open", 300);
            flow.Send(open, SendFlags.More);
            flow.Rig.Settle();
            Expect.Equal(flow.Connection.Wire.Contiguous, flow.TlsOffset, "the bytes on the wire while the record is open");
            if (told) Update(flow);

            RecordCodec codec = SetNewKey(flow, c.Seed, "second");
            byte[] after = SendUnder(flow, c.Seed, 500, wait: told);

            if (told)
            {
                ExpectBothKeys(flow, codec, after);
                continue;
            }

            byte[] all = [.. flow.TxCodec.Seal(23, open, 0), .. codec.Seal(23, after, 0)];
            flow.UntilReceived(all.Length);
            Expect.Bytes(flow.Connection.Wire.Bytes[flow.TlsOffset..], all, "a record under the old key and one under the new");
        }
    }

    [Case("C144", CaseProfile.Rekey, "When the new key cannot be installed the connection goes on in software under it, and the next key tries the card again.", Source = Document, Stimulus = "TX_CREATE is refused for the second key, then a third key.", Observes = "wire, statistics", Tolerates = ["NE1103"])]
    public static void RefusedKeyGoesOnInSoftware(DriverCase c)
    {
        TestFlow flow = Open(c);
        flow.SendDrawn(3000);
        Update(flow);
        flow.Rig.Settle();
        flow.Rig.Controls.FailCommand(32, 6, 1);

        RecordCodec second = SetNewKey(flow, c.Seed, "second");
        byte[] after = SendUnder(flow, c.Seed, 4000);
        ExpectBothKeys(flow, second, after);
        Expect.Equal(flow.Flow.TxPlace, FlowPlace.Software, "where sending is protected after the refusal");
        Expect.Equal(flow.Rig.Statistic("TlsTxRekeyFallback") + flow.Rig.Statistic("TlsTxRekeyError"), 1L, "the number of rekeys that did not reach the card");

        Expect.That(flow.Flow.SendRecord(22, s_keyUpdate).Ok, "a KeyUpdate can be sent under the second key");
        flow.Rig.Settle();
        SetNewKey(flow, c.Seed, "third");
        Expect.Equal(flow.Flow.TxPlace, FlowPlace.Device, "where sending is protected after the third key");
    }

    [Case("C145", CaseProfile.Rekey, "A second key while the first is pending overtakes it; every key has one outcome.", Source = Document, Stimulus = "Old data is lost, two keys in a row, data under each.", Observes = "wire, statistics")]
    public static void SecondKeyOvertakesAPendingOne(DriverCase c)
    {
        TestFlow flow = Open(c);
        LoseFirstCopies(flow);
        flow.SendDrawn(4000);
        Update(flow);
        int first = OldBytes(flow, 4000);

        FlowKeys secondKeys = Keys(flow, c.Seed, "second");
        Expect.Equal(flow.Flow.SetTx(secondKeys), DriverError.None, "the answer to the second key");
        byte[] under = CaseKeys.Bytes(c.Seed, "under second", 2000);
        Expect.Equal(flow.Flow.Send(under).Value, under.Length, "the bytes taken under the second key");
        Expect.That(flow.Flow.SendRecord(22, s_keyUpdate).Ok, "a KeyUpdate can be sent under the second key");
        var second = new RecordCodec(secondKeys);
        int middle = first + under.Length + second.Overhead + s_keyUpdate.Length + second.Overhead;
        RecordCodec third = SetNewKey(flow, c.Seed, "third");
        byte[] last = CaseKeys.Bytes(c.Seed, "under third", 3000);
        Expect.Equal(flow.Flow.Send(last).Value, last.Length, "the bytes taken under the third key");
        flow.UntilReceived(middle + last.Length + third.Overhead);
        flow.Rig.Settle(Second);

        byte[] wire = flow.Connection.Wire.Bytes[flow.TlsOffset..].ToArray();
        Expect.That(flow.Connection.Wire.Conflict is null, "every repeated byte is what it was before");
        TestFlow.OpenStream(wire.AsSpan(0, first), flow.TxCodec, 0);
        Expect.Bytes(TestFlow.OpenStream(wire.AsSpan(first, middle - first), second, 0)[0].Content, under, "the data under the second key");
        Expect.Bytes(TestFlow.OpenStream(wire.AsSpan(middle), third, 0)[0].Content, last, "the data under the third key");
        Expect.Equal(flow.Rig.Statistic("TlsTxRekeyOk") + flow.Rig.Statistic("TlsTxRekeyFallback") + flow.Rig.Statistic("TlsTxRekeyAborted"), 2L, "the number of outcomes of two keys");
    }

    [Case("C146", CaseProfile.Rekey, "A context that is installed late begins with the record number of that moment, not of the call.", Source = Document, Stimulus = "New key with old data unacknowledged, three records in software, then the acknowledgement and more.", Observes = "wire, statistics")]
    public static void LateContextBeginsWithTheLiveNumber(DriverCase c)
    {
        TestFlow flow = Open(c);
        LoseFirstCopies(flow);
        flow.SendDrawn(3000);
        Update(flow);
        int boundary = OldBytes(flow, 3000);
        RecordCodec codec = SetNewKey(flow, c.Seed, "second");
        var sent = new List<byte>();
        for (int i = 0; i < 3; i++) sent.AddRange(SendUnder(flow, c.Seed + (ulong)i, 700, wait: false));
        flow.UntilReceived(boundary + sent.Count);
        flow.Rig.Until(() => flow.Flow.TxPlace == FlowPlace.Device, "the card has the new key once the old data is acknowledged", 30 * Second);

        for (int i = 3; i < 6; i++) sent.AddRange(SendUnder(flow, c.Seed + (ulong)i, 700, wait: false));
        flow.UntilReceived(boundary + sent.Count + (6 * codec.Overhead));

        ExpectBothKeys(flow, codec, [.. sent]);
    }

    [Case("C147", CaseProfile.Rekey, "When the interface goes down, or the connection ends, while a key is pending, the outcome is counted once and no context stays; the connection that lives goes on in software.", Source = Document, Stimulus = "New key with old data unacknowledged; NETDEV_DOWN and up, or an abort.", Observes = "wire, statistics, mailbox commands")]
    public static void DownWhilePendingGoesOnInSoftware(DriverCase c)
    {
        TestFlow flow = Open(c);
        DriverRig rig = flow.Rig;
        rig.Needs(DriverAbilities.InterfaceState);
        flow.Connection.Loses = s => s.Payload.Length > 0;
        flow.SendDrawn(3000);
        Update(flow);
        FlowKeys keys = Keys(flow, c.Seed, "second");
        Expect.Equal(flow.Flow.SetTx(keys), DriverError.None, "the answer to the new key");

        rig.Driver.SetInterface(false);
        rig.Settle(50_000_000_000);
        rig.Driver.SetInterface(true);
        rig.Until(() => rig.Driver.IsReady, "the interface is up again", 30 * Second);
        flow.Connection.Loses = null;
        byte[] after = SendUnder(flow, c.Seed, 2000);

        ExpectBothKeys(flow, new RecordCodec(keys), after);
        Expect.Equal(rig.Statistic("TlsTxRekeyOk") + rig.Statistic("TlsTxRekeyFallback") + rig.Statistic("TlsTxRekeyAborted"), 1L, "the number of outcomes");
        CaseSight.ExpectAllRemovedOnce(rig.Events);

        TestFlow ended = Open(c);
        ended.Connection.Loses = s => s.Payload.Length > 0;
        ended.SendDrawn(3000);
        Update(ended);
        Expect.Equal(ended.Flow.SetTx(Keys(ended, c.Seed, "never used")), DriverError.None, "the answer to a key that is never used");
        Expect.Equal(ended.Rig.Statistic("TlsCurrTxRekey"), 1, "TlsCurrTxRekey while the key is pending");
        ended.Flow.Abort();
        ended.Rig.Settle(50_000_000_000);
        Expect.Equal(ended.Rig.Statistic("TlsCurrTxRekey"), 0, "TlsCurrTxRekey after the connection ended");
        Expect.Equal(ended.Rig.Statistic("TlsTxRekeyAborted"), 1, "TlsTxRekeyAborted after the connection ended");
        Expect.Equal(ended.Rig.Statistic("TlsTxRekeyOk") + ended.Rig.Statistic("TlsTxRekeyFallback"), 0, "other outcomes after the connection ended");
        CaseSight.ExpectAllRemovedOnce(ended.Rig.Events);
    }

    [Case("C153", CaseProfile.Rekey, "Another cipher, another version, and any second key of TLS 1.2 are refused; the old key works on.", Source = "Linux tls.rst, TLS 1.3 key updates", Stimulus = "SetTx with AES-256-GCM on AES-128-GCM; SetTx on TLS 1.2.", Observes = "API result, wire")]
    public static void OtherCipherIsRefused(DriverCase c)
    {
        TestFlow flow = Open(c);
        flow.SendDrawn(1000);
        FlowKeys other = CaseKeys.Draw(c.Seed, "other", TlsVersion.Tls13, TlsCipher.Aes256Gcm);
        Expect.Equal(flow.Flow.SetTx(other), DriverError.InvalidArgument, "the answer to another cipher");
        flow.SendDrawn(1000, "more");
        flow.UntilQuiet();
        flow.ExpectWire();

        TestFlow old = TestFlow.Open(c.Boot(), c.Seed, new FlowPlan { Version = TlsVersion.Tls12 });
        old.SendDrawn(1000);
        Expect.Equal(old.Flow.SetTx(Keys(old, c.Seed, "second")), DriverError.Busy, "the answer to a second key of TLS 1.2");
        old.SendDrawn(1000, "more");
        old.UntilQuiet();
        old.ExpectWire();
    }

    [Case("C154", CaseProfile.Rekey, "A new key goes to the card that had the old one, whatever the route is now.", Source = Document, Stimulus = "The route moves to a second card, then a new key.", Observes = "mailbox commands of both cards, wire")]
    public static void NewKeyGoesToTheContextsCard(DriverCase c)
    {
        DriverRig rig = c.Boot(new DriverSetup { SecondPort = true });
        rig.Needs(DriverAbilities.Rekey | DriverAbilities.SecondPort);
        TestFlow flow = TestFlow.Open(rig, c.Seed);
        rig.SecondPeer!.Adopt(flow.Connection);
        flow.SendDrawn(2000);
        flow.UntilQuiet();
        rig.Driver.SetRoute(1);
        Update(flow);
        rig.Settle();

        RecordCodec codec = SetNewKey(flow, c.Seed, "second");
        byte[] after = SendUnder(flow, c.Seed, 3000);

        ExpectBothKeys(flow, codec, after);
        CaseSight.ExpectNoPlaintext(flow);
        Expect.That(rig.Events.Of(TraceEventKind.ContextInstalled).All(e => e.Event.Device == 0), "every context is in the first card");
        ulong first = CaseSight.Contexts(rig.Events)[0];
        Expect.Equal(rig.Events.Of(TraceEventKind.ContextRemoved).Count(e => e.Event.Handle == first && e.Event.Device == 0), 1, "the number of removals of the old context");
    }

    private static TestFlow Open(DriverCase c)
    {
        DriverRig rig = c.Boot();
        rig.Needs(DriverAbilities.Rekey);
        return TestFlow.Open(rig, c.Seed);
    }

    private static FlowKeys Keys(TestFlow flow, ulong seed, string label) => CaseKeys.Draw(seed, label, flow.Plan.Version, flow.Plan.Cipher);

    private static void Update(TestFlow flow) => Expect.That(flow.Flow.SendRecord(22, s_keyUpdate).Ok, "a KeyUpdate can be sent");

    private static int OldBytes(TestFlow flow, int data) => data + flow.TxCodec.Overhead + s_keyUpdate.Length + flow.TxCodec.Overhead;

    private static RecordCodec SetNewKey(TestFlow flow, ulong seed, string label)
    {
        FlowKeys keys = Keys(flow, seed, label);
        Expect.Equal(flow.Flow.SetTx(keys), DriverError.None, $"the answer to the {label} key");
        flow.Rig.Until(() => flow.Flow.TxPlace != FlowPlace.Installing, "the new key is settled");
        return new RecordCodec(keys);
    }

    private static byte[] SendUnder(TestFlow flow, ulong seed, int length, bool wait = true)
    {
        byte[] data = CaseKeys.Bytes(seed, "under the new key", length);
        flow.Rig.Until(() => flow.Flow.Send(data).Value == length, "the data is taken under the new key");
        if (wait) flow.Rig.Until(() => IsReceived(flow, length), "the data under the new key arrives", 60 * Second);
        return data;
    }

    /// <summary>The network loses what is sent for the first time, and only that.</summary>
    private static void LoseFirstCopies(TestFlow flow)
    {
        uint reached = flow.TlsStart;
        flow.Connection.Loses = s =>
        {
            bool isNew = s.Payload.Length > 0 && TcpSequence.IsAfter(s.End, reached);
            if (isNew) reached = s.End;
            return isNew;
        };
    }

    private static bool IsReceived(TestFlow flow, int length)
    {
        if (flow.Connection.Received.Contiguous != flow.Connection.Wire.Contiguous) return false;
        ReadOnlySpan<byte> wire = flow.Connection.Wire.Bytes[flow.TlsOffset..];
        return BoundaryOf(wire, flow.TxCodec) is { } boundary && wire.Length - boundary >= length + flow.TxCodec.Overhead;
    }

    private static void ExpectBothKeys(TestFlow flow, RecordCodec codec, byte[] after)
    {
        Expect.That(flow.Connection.Wire.Conflict is null, "every repeated byte is what it was before");
        byte[] wire = flow.Connection.Wire.Bytes[flow.TlsOffset..].ToArray();
        int boundary = BoundaryOf(wire, flow.TxCodec) ?? throw new CaseFailedException("expected that the old key's records end with a KeyUpdate");
        IReadOnlyList<OpenedRecord> old = TestFlow.OpenStream(wire.AsSpan(0, boundary), flow.TxCodec, 0);
        Expect.Bytes([.. old.Where(r => r.Type == 23).SelectMany(r => r.Content)], flow.Application, "the data under the old key");
        Expect.Bytes([.. TestFlow.OpenStream(wire.AsSpan(boundary), codec, 0).Where(r => r.Type == 23).SelectMany(r => r.Content)], after, "the data under the new key");
    }

    /// <summary>Offset behind the KeyUpdate, the last record that opens under the old key; null while it is not there.</summary>
    private static int? BoundaryOf(ReadOnlySpan<byte> wire, RecordCodec codec)
    {
        int at = 0;
        for (ulong number = 0; at + 5 <= wire.Length; number++)
        {
            int length = 5 + ((wire[at + 3] << 8) | wire[at + 4]);
            if (at + length > wire.Length || codec.Open(wire.Slice(at, length), number, out byte type, out byte[] content) is not null) break;
            at += length;
            if (type == 22 && content.AsSpan().SequenceEqual(s_keyUpdate)) return at;
        }

        return null;
    }
}
