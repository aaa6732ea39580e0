using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Peer;
using NicEmu.Spec.Testing;
using NicEmu.Spec.Tls;
using TcpSequence = NicEmu.Net.TcpSequence;

namespace NicEmu.Conformance.Cases;

/// <summary>C032 to C051: segments without data, control records, full sockets, many connections, ends of streams and of numbers.</summary>
internal static class TransmitStreamCases
{
    private const string Document = "Linux tls-offload.rst, TX";
    private const long Second = 1_000_000_000_000;

    [Case("C032", CaseProfile.Tx, "Segments without data and window probes leave the order of the stream alone.", Source = Document, Stimulus = "Data of the peer to acknowledge and keepalives between the machine's records; then a closed window with probes.", Observes = "wire, tx_tls_ooo, tx_tls_encrypted_packets")]
    public static void EmptySegmentsMoveNothing(DriverCase c)
    {
        DriverRig rig = c.Boot();
        TestFlow flow = TestFlow.Open(rig, c.Seed);
        for (int i = 0; i < 8; i++)
        {
            flow.SendDrawn(500);
            byte[] content = CaseKeys.Bytes(c.Seed, $"to acknowledge {i}", 300);
            flow.Deliver(flow.SealNext(content));
            // RFC 9293 §3.8.4: a keepalive stands one byte before the next one.
            flow.Connection.SendAt(flow.Connection.NextSequence - 1, []);
            rig.Settle();
        }

        Expect.Equal(rig.Statistic("tx_tls_ooo"), 0, "tx_tls_ooo after segments without data");
        Expect.Equal(rig.Statistic("tx_tls_encrypted_packets"), flow.Connection.DataSegments.Count(), "tx_tls_encrypted_packets, which counts no segment without data");
        flow.Connection.Options = flow.Connection.Options with { Window = 0 };
        flow.SendDrawn(100);
        flow.UntilQuiet();
        flow.SendDrawn(3000);
        rig.Settle(3 * Second);
        flow.Connection.Options = flow.Connection.Options with { Window = 65535 };
        flow.Connection.Acknowledge();
        flow.UntilQuiet();

        flow.ExpectWire();
        long repeated = OutOfOrder(flow);
        Expect.That(rig.Statistic("tx_tls_ooo") <= repeated, $"tx_tls_ooo counts no more than the {repeated} data segments that were out of order");
    }

    [Case("C034", CaseProfile.Tx, "FIN and RST leave with data and without, and without data they use no key.", Source = Document, Stimulus = "Close with data queued; close when quiet; abort when quiet.", Observes = "wire, tx_tls_encrypted_packets")]
    public static void EndOfStreamIsRight(DriverCase c)
    {
        DriverRig rig = c.Boot();
        TestFlow queued = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = "queued" });
        queued.SendDrawn(1500);
        queued.Flow.Close();
        rig.Until(() => queued.Connection.HasFin, "FIN follows the data that was queued");
        queued.ExpectWire();
        Expect.Equal(queued.Connection.Received.Contiguous - queued.TlsOffset, 1500 + queued.TxCodec.Overhead, "the bytes before FIN");

        TestFlow quiet = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = "quiet" });
        quiet.SendDrawn(1500);
        quiet.UntilQuiet();
        long encrypted = rig.Statistic("tx_tls_encrypted_packets");
        quiet.Flow.Close();
        rig.Until(() => quiet.Connection.HasFin, "FIN leaves alone");
        Expect.Equal(quiet.Connection.Segments[^1].Payload.Length, 0, "the payload of a FIN alone");
        quiet.ExpectWire();

        TestFlow aborted = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = "aborted" });
        aborted.SendDrawn(200);
        aborted.UntilQuiet();
        aborted.Flow.Abort();
        rig.Until(() => aborted.Connection.HasRst, "RST leaves");
        aborted.ExpectWire();
        Expect.Equal(rig.Statistic("tx_tls_encrypted_packets") - encrypted, 1, "the number of packets encrypted since: FIN and RST alone are none");
    }

    [Case("C036", CaseProfile.Tx, "A control record leaves whole with its type: outside in TLS 1.2, inside in TLS 1.3.", Source = "RFC 5246 §6.2.1, RFC 8446 §5.2", Stimulus = "Records of every type from 0 to 255 (TLS 1.3: from 1) but 23 between application data; then an alert into a full socket.", Observes = "wire, result of the call")]
    public static void ControlRecordsAreRight(DriverCase c)
    {
        DriverRig rig = c.Boot();
        rig.Needs(DriverAbilities.ControlRecords);
        byte[] all = [.. Enumerable.Range(0, 256).Select(t => (byte)t).Where(t => t != 23)];
        // RFC 8446 §5.4: an inner type of 0 is padding. RFC 5246 §6.2.1 knows three types of control records; others are those of extensions.
        ControlRecords(c, rig, TlsVersion.Tls13, [.. all.Skip(1)]);
        ControlRecords(c, rig, TlsVersion.Tls12, [20, 21, 22]);
        ControlRecords(c, rig, TlsVersion.Tls12, all);
    }

    private static void ControlRecords(DriverCase c, DriverRig rig, TlsVersion version, byte[] types)
    {
        TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Version = version, Label = $"{version} {types.Length}", SendBufferBytes = 4000, PeerPort = (ushort)(4433 + types.Length) });
        foreach (byte type in types)
        {
            flow.SendDrawn(50);
            DriverResult result = default;
            rig.Until(() => (result = flow.Flow.SendRecord(type, [type, 1, 2])).Error != DriverError.TryAgain, $"the machine takes a record of type {type}");
            Expect.Equal(result, new DriverResult(DriverError.None, 3), $"the result of sending type {type}");
        }

        flow.UntilQuiet();
        flow.ExpectWire();
        OpenedRecord[] control = [.. flow.OpenWire().Where(r => r.Type != 23)];
        Expect.Bytes([.. control.Select(r => r.Type)], types, $"{version}: the types of the control records");
        Expect.That(control.All(r => r.Content is [var first, 1, 2] && first == r.Type), $"{version}: no control record is cut");
        Expect.That(version == TlsVersion.Tls12 || control.All(r => flow.Connection.Wire.Bytes[flow.TlsOffset + r.Offset] == 23), "the outer type of TLS 1.3 is 23");

        flow.Connection.Options = flow.Connection.Options with { AcknowledgesAtOnce = false };
        while (flow.Flow.Send([1]).Value > 0) flow.Note([1]);
        DriverResult full = flow.Flow.SendRecord(21, new byte[100]);
        Expect.Equal(full, new DriverResult(DriverError.TryAgain, 0), $"{version}: the result of sending an alert into a full socket");
        flow.Connection.Options = flow.Connection.Options with { AcknowledgesAtOnce = true };
        rig.Settle();
        flow.Connection.Acknowledge();
        flow.UntilQuiet();
        Expect.That(flow.OpenWire().Count(r => r.Type == 21) == 1, $"{version}: nothing of an alert that was refused leaves");
    }

    [Case("C043", CaseProfile.Tx, "A socket that is too small for what is sent goes on where it stopped, without gap or repetition.", Source = Document, Stimulus = "100000 bytes into a socket of 20000, acknowledged in uneven steps.", Observes = "wire")]
    public static void FullSocketGoesOn(DriverCase c)
    {
        foreach (int buffer in new[] { 20_000, 3_000 })
        {
            DriverRig rig = c.Boot();
            rig.Peer.Options = new PeerOptions { AcknowledgesAtOnce = false };
            TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { SendBufferBytes = buffer });
            byte[] data = CaseKeys.Bytes(c.Seed, "much", 5 * buffer);
            flow.Note(data);
            int sent = 0;
            for (int turn = 0; sent < data.Length && turn < 1000; turn++)
            {
                sent += flow.Flow.Send(data.AsSpan(sent)).Value;
                rig.Settle(1_000_000_000);
                // In the middle of a record as well as at its end.
                uint half = flow.Connection.Received.Start + (uint)(flow.Connection.Received.Contiguous - (turn % 3 * 7));
                flow.Connection.Acknowledge(half);
                rig.Settle(1_000_000_000);
                flow.Connection.Acknowledge();
                rig.Settle(1_000_000_000);
            }

            Expect.Equal(sent, data.Length, $"the bytes taken by a socket of {buffer}");
            flow.UntilQuiet();
            flow.ExpectWire();
        }
    }

    [Case("C044", CaseProfile.Tx, "What a full socket did not take is sent once, when the application offers it again.", Source = Document, Stimulus = "Sends of 30000 bytes into a socket of 10000; after each short count or EAGAIN the rest is offered again, unchanged.", Observes = "wire, results")]
    public static void ShortCountIsExact(DriverCase c)
    {
        DriverRig rig = c.Boot();
        TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { SendBufferBytes = 10_000 });
        byte[] data = CaseKeys.Bytes(c.Seed, "again", 30_000);
        flow.Note(data);
        byte[] rest = data;
        bool wasShort = false;
        rig.Until(
            () =>
            {
                DriverResult result = flow.Flow.Send(rest);
                Expect.That(result.Ok || result is { Error: DriverError.TryAgain, Value: 0 }, $"a full socket says EAGAIN and takes nothing (it says {result})");
                wasShort |= result.Value < rest.Length;
                rest = rest[result.Value..];
                return rest.Length == 0;
            },
            "all is taken at last");

        flow.UntilQuiet();
        Expect.That(wasShort, "the socket was full in between");
        flow.ExpectWire();
        Expect.Equal(flow.OpenWire().Sum(r => r.Content.Length), data.Length, "the bytes of content on the wire");
    }

    [Case("C046", CaseProfile.Tx, "Connections that send by turns never mix their contexts.", Source = Document, Stimulus = "Twenty-four connections over four queues, versions and ciphers mixed, some not offloaded; five rounds of one segment each.", Observes = "wire")]
    public static void InterleavedConnectionsStayApart(DriverCase c)
    {
        DriverRig rig = c.Boot(new DriverSetup { QueuePairs = 4 });
        (TlsVersion Version, TlsCipher Cipher)[] kinds = [.. TransmitInOrderCases.AllCiphers()];
        var flows = new List<TestFlow>();
        for (int i = 0; i < 24; i++)
        {
            (TlsVersion version, TlsCipher cipher) = kinds[i % kinds.Length];
            flows.Add(TestFlow.Open(rig, c.Seed, new FlowPlan { Label = $"flow {i}", Version = version, Cipher = cipher, MustOffload = false, PeerPort = (ushort)(4433 + (i % 3)) }));
        }

        for (int round = 0; round < 5; round++)
        {
            foreach (TestFlow flow in flows) flow.SendDrawn(100 + (round * 331));
            if (round % 2 == 0) rig.Settle();
        }

        foreach (TestFlow flow in flows)
        {
            flow.UntilQuiet();
            flow.ExpectWire();
        }
    }

    [Case("C049", CaseProfile.Tx, "A connection that lives when checksum offload is switched off goes on with right checksums.", Source = Document, Stimulus = "tx-checksumming off between two sends.", Observes = "wire")]
    public static void ChecksumOffloadOffOnLiveFlow(DriverCase c)
    {
        DriverRig rig = c.Boot();
        rig.Needs(DriverAbilities.FeatureSwitches);
        TestFlow flow = TestFlow.Open(rig, c.Seed);
        flow.SendDrawn(3000);
        flow.UntilQuiet();

        rig.Driver.SetFeature(DriverFeature.TransmitChecksum, false);
        flow.SendDrawn(3000);
        flow.UntilQuiet();

        flow.ExpectWire();
    }

    [Case("C050", CaseProfile.Tx, "Segments whose size changes in the midst of a record are right.", Source = Document, Stimulus = "A record of 16384 bytes while the peer's window opens by 1, 17, 500, 1460 and 3000 bytes at a time, cut by the card and by TCP.", Observes = "wire",
        Narrower = "The MTU does not change while a connection lives, because the emulated machine has no path MTU discovery and no call that changes it; the window makes segments of all lengths instead.")]
    public static void SegmentSizeChangesInRecord(DriverCase c)
    {
        foreach (bool cardCuts in new[] { true, false })
        {
            DriverRig rig = c.Boot(new DriverSetup { SegmentationOffload = cardCuts });
            rig.Peer.Options = new PeerOptions { WindowScale = -1, Window = 900, AcknowledgesAtOnce = false };
            TestFlow flow = TestFlow.Open(rig, c.Seed);
            flow.SendDrawn(16384);
            rig.Settle();
            int[] steps = [1, 17, 500, 1460, 3000];
            for (int i = 0; flow.OnWire < 16384 + flow.TxCodec.Overhead && i < 1000; i++)
            {
                flow.Connection.Options = flow.Connection.Options with { Window = (ushort)steps[i % steps.Length] };
                flow.Connection.Acknowledge();
                // Silly-window avoidance waits for its timer before it sends little.
                rig.Settle(Second / 2);
            }

            flow.Connection.Acknowledge();
            flow.UntilQuiet();
            flow.ExpectWire();
            int sizes = flow.Connection.DataSegments.Select(s => s.Payload.Length).Distinct().Count();
            Expect.AtLeast(sizes, 4, "the number of different segment lengths");
        }
    }

    [Case("C051", CaseProfile.Tx, "The record number never wraps: the connection stops before.", Source = "RFC 8446 §5.3, RFC 5246 §6.1", Stimulus = "Three records from number 2^64 - 2 on.", Observes = "wire, results")]
    public static void RecordNumberDoesNotWrap(DriverCase c)
    {
        DriverRig rig = c.Boot();
        foreach (TlsVersion version in new[] { TlsVersion.Tls12, TlsVersion.Tls13 })
        {
            TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Version = version, Label = $"{version}", TxRecordNumber = ulong.MaxValue - 1 });
            int taken = 0;
            for (byte i = 0; i < 4; i++)
            {
                DriverResult result = flow.Flow.Send([i, i, i]);
                if (result.Ok && result.Value > 0)
                {
                    flow.Note([i, i, i]);
                    taken++;
                }

                rig.Settle();
            }

            Expect.That(taken is 1 or 2, $"{version}: one or two records are taken; it was {taken}");
            Expect.Equal(flow.Flow.Send([9]).Error, DriverError.BadMessage, $"{version}: the result of a further send");
            flow.ExpectWire();
            Expect.Equal(flow.OpenWire().Count, taken, $"{version}: the number of records on the wire");
        }
    }

    /// <summary>Data segments that did not begin where the one before them ended.</summary>
    internal static long OutOfOrder(TestFlow flow)
    {
        long count = 0;
        uint next = flow.TlsStart;
        foreach (SeenSegment segment in flow.Connection.DataSegments)
        {
            if (segment.Sequence != next) count++;
            next = TcpSequence.Max(next, segment.End);
        }

        return count;
    }
}
