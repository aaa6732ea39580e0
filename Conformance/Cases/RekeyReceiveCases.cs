using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Peer;
using NicEmu.Spec.Events;
using NicEmu.Spec.Testing;

namespace NicEmu.Conformance.Cases;

/// <summary>C149 to C152 and C162: new keys for what is received.</summary>
internal static class RekeyReceiveCases
{
    private const string Document = "RFC 8446 §4.6.3; TLS 1.3 hardware offload series (Linux, proposed)";
    private const ushort KeyCreate = 16;
    private static readonly byte[] s_keyUpdate = [24, 0, 0, 1, 0];

    [Case("C149", CaseProfile.Rekey, "Records behind a KeyUpdate that the card already worked on under the old key reach the application right.", Source = Document, Stimulus = "KeyUpdate and three records under the new key in one burst, the key afterwards.", Observes = "application data, statistics")]
    public static void RecordsBehindTheKeyUpdateAreUndone(DriverCase c)
    {
        TestFlow flow = Open(c);
        byte[] before = Deliver(flow, c.Seed, 3000);
        FlowKeys keys = Keys(flow, c.Seed, "second");
        var codec = new RecordCodec(keys);
        byte[] after = CaseKeys.Bytes(c.Seed, "behind", 12_000);
        byte[] stream = [.. flow.SealNext(s_keyUpdate, 22), .. Sealed(codec, after, 0)];

        flow.Deliver(stream);
        Expect.Equal(flow.Flow.RxError, DriverError.KeyExpired, "what reading says before the new key");
        Expect.Equal(flow.Flow.SetRx(keys), DriverError.None, "the answer to the new key");

        ExpectApplication(flow, before, after);
        Expect.AtLeast(flow.Rig.Statistic("rx_tls_records_undone"), 1, "the number of records undone");
        ExpectCardAgain(flow, codec, 3);
    }

    [Case("C150", CaseProfile.Rekey, "Segments that arrive late around a key change are opened with the key of their place.", Source = Document, Stimulus = "A segment of the old key is lost; KeyUpdate and new records follow; the segment comes last.", Observes = "application data")]
    public static void LateSegmentsKeepTheirKey(DriverCase c)
    {
        TestFlow flow = Open(c);
        byte[] before = CaseKeys.Bytes(c.Seed, "before", 6000);
        FlowKeys keys = Keys(flow, c.Seed, "second");
        var codec = new RecordCodec(keys);
        byte[] after = CaseKeys.Bytes(c.Seed, "behind", 8000);
        byte[] stream = [.. before.Chunk(2000).SelectMany(part => flow.SealNext(part)), .. flow.SealNext(s_keyUpdate, 22), .. Sealed(codec, after, 0)];
        uint start = flow.Connection.NextSequence;

        flow.Connection.Send(stream.AsSpan(0, 1400), 1400);
        flow.Connection.NextSequence = start + 2800;
        flow.Connection.Send(stream.AsSpan(2800), 1400);
        flow.Rig.Settle();
        flow.Connection.SendAt(start + 1400, stream.AsSpan(1400, 1400));
        flow.Rig.Until(() => flow.Flow.RxError == DriverError.KeyExpired, "the KeyUpdate is read");
        Expect.Equal(flow.Flow.SetRx(keys), DriverError.None, "the answer to the new key");

        ExpectApplication(flow, before, after);
    }

    [Case("C151", CaseProfile.Rekey, "Two key changes in a row before anything was read give the right data.", Source = Document, Stimulus = "Two KeyUpdates with records between and behind in one burst, then both keys; the second while the card makes the context for the first.", Observes = "application data, statistics")]
    public static void TwoKeyChangesBeforeReading(DriverCase c)
    {
        TestFlow flow = Open(c);
        FlowKeys second = Keys(flow, c.Seed, "second");
        FlowKeys third = Keys(flow, c.Seed, "third");
        var secondCodec = new RecordCodec(second);
        byte[] between = CaseKeys.Bytes(c.Seed, "between", 5000);
        byte[] behind = CaseKeys.Bytes(c.Seed, "behind", 5000);
        byte[] stream = [.. flow.SealNext(s_keyUpdate, 22), .. Sealed(secondCodec, between, 0), .. secondCodec.Seal(22, s_keyUpdate, 3), .. Sealed(new RecordCodec(third), behind, 0)];

        flow.Deliver(stream);
        Expect.Equal(flow.Flow.SetRx(second), DriverError.None, "the answer to the second key");
        flow.Rig.Until(() => flow.Flow.RxError == DriverError.KeyExpired, "the second KeyUpdate is read");
        Expect.Equal(flow.Flow.SetRx(third), DriverError.None, "the answer to the third key");

        ExpectApplication(flow, between, behind);
        Expect.Equal(flow.Rig.Statistic("TlsRxRekeyReceived"), 2L, "the number of KeyUpdates received");
        CaseSight.ExpectInterfaceGoesDown(flow.Rig, "after two key changes");
        OvertakenWhileTheCardMakesIt(c);
    }

    [Case("C152", CaseProfile.Rekey, "Reading before the new key says KeyExpired and gives nothing.", Source = "Linux tls.rst, TLS 1.3 key updates", Stimulus = "KeyUpdate and a record under the new key; the key a second later; with the card and in software.", Observes = "API result, TlsCurrRxRekey")]
    public static void ReadingBeforeTheKeySaysExpired(DriverCase c)
    {
        ReadBeforeTheKey(c, Open(c));
        TestFlow software = TestFlow.Open(c.Boot(new DriverSetup { OffloadRx = false }), c.Seed);
        Expect.Equal(software.Flow.RxPlace, FlowPlace.Software, "where receiving is protected with the feature off");
        ReadBeforeTheKey(c, software);
    }

    private static void ReadBeforeTheKey(DriverCase c, TestFlow flow)
    {
        FlowKeys keys = Keys(flow, c.Seed, "second");
        byte[] after = CaseKeys.Bytes(c.Seed, "behind", 1000);
        flow.Deliver([.. flow.SealNext(s_keyUpdate, 22), .. new RecordCodec(keys).Seal(23, after, 0)]);
        flow.TakeReceived();
        flow.Rig.Settle(1_000_000_000_000);

        Expect.Equal(flow.Flow.RxError, DriverError.KeyExpired, "what reading says");
        Expect.Equal(flow.TakeReceived().Count, 0, "the number of records readable");
        Expect.Equal(flow.Rig.Statistic("TlsCurrRxRekey"), 1, "TlsCurrRxRekey while the key is awaited");
        Expect.Equal(flow.Flow.SetRx(keys), DriverError.None, "the answer to the new key");
        flow.ExpectDelivered(after);
        flow.Rig.Settle();
        Expect.Equal(flow.Rig.Statistic("TlsCurrRxRekey"), 0, "TlsCurrRxRekey behind the new key");
    }

    [Case("C162", CaseProfile.Lifecycle, "Removing one direction's context leaves the other's alone.", Source = Document, Stimulus = "A KeyUpdate ends the receive context; the machine goes on sending.", Observes = "mailbox commands, wire, statistics")]
    public static void OneDirectionGoesAlone(DriverCase c)
    {
        TestFlow flow = Open(c);
        int from = flow.Rig.Events.Count;
        flow.Deliver(flow.SealNext(s_keyUpdate, 22));
        flow.Rig.Until(() => flow.Rig.Events.Of(TraceEventKind.ContextRemoved, from).Any(), "the receive context goes");
        long fallback = flow.Rig.Statistic("tx_tls_fallback");

        flow.SendDrawn(9000);
        flow.UntilQuiet();

        flow.ExpectWire();
        Expect.Equal(flow.Flow.TxPlace, FlowPlace.Device, "where sending is protected");
        Expect.Equal(flow.Rig.Events.Of(TraceEventKind.ContextRemoved, from).Count(), 1, "the number of contexts removed");
        Expect.Equal(flow.Rig.Statistic("tx_tls_fallback"), fallback, "the number of segments encrypted in software");
    }

    /// <summary>The next KeyUpdate is read behind the command that makes the context, and before its answer.</summary>
    private static void OvertakenWhileTheCardMakesIt(DriverCase c)
    {
        TestFlow flow = Open(c);
        DriverRig rig = flow.Rig;
        FlowKeys second = Keys(flow, c.Seed, "second");
        FlowKeys third = Keys(flow, c.Seed, "third");
        var secondCodec = new RecordCodec(second);
        byte[] between = CaseKeys.Bytes(c.Seed, "between", 5000);
        byte[] behind = CaseKeys.Bytes(c.Seed, "behind", 5000);
        flow.Deliver(flow.SealNext(s_keyUpdate, 22));
        rig.Until(() => flow.Flow.RxError == DriverError.KeyExpired, "the KeyUpdate is read");
        int from = rig.Events.Count;
        Expect.Equal(flow.Flow.SetRx(second), DriverError.None, "the answer to the second key");
        rig.Until(() => CaseSight.Commands(rig.Events, KeyCreate, from).Count > 0, "the card has the second key");
        rig.Controls.SetFirmware(false);
        flow.Deliver([.. Sealed(secondCodec, between, 0), .. secondCodec.Seal(22, s_keyUpdate, 3)]);
        rig.Controls.SetFirmware(true);
        rig.Until(() => flow.Flow.RxError == DriverError.KeyExpired, "the second KeyUpdate is read");
        Expect.Equal(flow.Flow.SetRx(third), DriverError.None, "the answer to the third key");
        flow.Deliver(Sealed(new RecordCodec(third), behind, 0));

        ExpectApplication(flow, between, behind);
        CaseSight.ExpectInterfaceGoesDown(rig, "after a key change in the midst of an installation");
    }

    private static TestFlow Open(DriverCase c)
    {
        DriverRig rig = c.Boot();
        rig.Needs(DriverAbilities.Rekey);
        return TestFlow.Open(rig, c.Seed);
    }

    private static FlowKeys Keys(TestFlow flow, ulong seed, string label) => CaseKeys.Draw(seed, label, flow.Plan.Version, flow.Plan.Cipher);

    private static byte[] Sealed(RecordCodec codec, byte[] data, ulong first) => [.. data.Chunk((data.Length + 2) / 3).SelectMany((part, i) => codec.Seal(23, part, first + (ulong)i))];

    private static byte[] Deliver(TestFlow flow, ulong seed, int length)
    {
        byte[] data = CaseKeys.Bytes(seed, "before", length);
        flow.Deliver(flow.SealNext(data));
        return data;
    }

    private static void ExpectApplication(TestFlow flow, byte[] before, byte[] after)
    {
        var got = new List<byte>();
        flow.Rig.Until(
            () =>
            {
                got.AddRange(flow.TakeReceived().Where(r => r.Type == 23).SelectMany(r => r.Content));
                return got.Count >= before.Length + after.Length;
            },
            "everything is delivered");
        Expect.Bytes([.. got], [.. before, .. after], "the bytes delivered");
    }

    private static void ExpectCardAgain(TestFlow flow, RecordCodec codec, ulong next)
    {
        flow.Rig.Until(() => flow.Flow.RxPlace == FlowPlace.Device, "the card has the new key");
        long records = flow.Rig.Statistic("rx_tls_records_device");
        byte[] more = CaseKeys.Bytes(next, "more", 3000);
        flow.Deliver(codec.Seal(23, more, next));
        flow.Deliver(codec.Seal(23, more, next + 1));
        flow.ExpectDelivered([.. more, .. more]);
        Expect.AtLeast(flow.Rig.Statistic("rx_tls_records_device") - records, 1, "the number of records that came decrypted under the new key");
    }
}
