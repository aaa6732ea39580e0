using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Peer;
using NicEmu.Spec.Events;
using NicEmu.Spec.Testing;
using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Cases;

/// <summary>C116 to C125: slow readers, padding, types, headers that are not allowed, empty records, beginnings and ends.</summary>
internal static class ReceiveStreamCases
{
    private const string Document = "Linux tls-offload.rst, RX";

    private static readonly TlsVersion[] Versions = [TlsVersion.Tls13, TlsVersion.Tls12];

    [Case("C116", CaseProfile.Rx, "An application that reads late gets the same as one that reads at once, decrypted in part or whole.", Source = Document, Stimulus = "Sixty records while nothing is read, every third packet as on the wire; then reading by turns.", Observes = "application data")]
    public static void LateReader(DriverCase c)
    {
        DriverRig rig = c.Boot();
        foreach (TlsVersion version in Versions)
        {
            TestFlow flow = Open(rig, c, $"{version}", version);
            byte[] data = CaseKeys.Bytes(c.Seed, "late", 60 * 700);
            byte[] stream = [.. data.Chunk(700).SelectMany(part => flow.SealNext(part))];
            var packets = new CutStream(flow, stream, 1000);
            flow.Flow.SetReading(false);
            for (int i = 0; i < packets.Count; i++)
            {
                if (i % 3 == 0) packets.SendForCardOnly(i);
                packets.Send(i);
                if (i % 16 == 15) flow.Flow.SetReading(i % 32 == 15);
            }

            flow.Flow.SetReading(true);
            flow.ExpectDelivered(data);
        }
    }

    [Case("C118", CaseProfile.Rx, "Padding of TLS 1.3 is taken away wherever packets end, and a record of nothing else is an error.", Source = "RFC 8446 §5.4; " + Document, Stimulus = "0 to 255 bytes of padding on records of 0, 1 and 100 bytes; the inner type in another packet than its padding; padding only.", Observes = "application data, error")]
    public static void PaddingIsTakenAway(DriverCase c)
    {
        DriverRig rig = c.Boot();
        TestFlow flow = Open(rig, c, "padded");
        var expected = new List<byte>();
        foreach (int padding in (ReadOnlySpan<int>)[0, 1, 2, 15, 16, 17, 100, 255])
        {
            foreach (int content in (ReadOnlySpan<int>)[0, 1, 100])
            {
                byte[] data = CaseKeys.Bytes(c.Seed, $"{padding}/{content}", content);
                byte[] record = flow.SealNext(data, 23, padding);
                // The cut falls before the inner type, then behind it.
                var packets = new CutStream(flow, record, 5 + content + (padding & 1), 2000);
                packets.SendMixed((ulong)(padding & 3));
                expected.AddRange(data);
            }
        }

        flow.ExpectDelivered([.. expected]);
        Expect.Equal(flow.Flow.RxError, DriverError.None, "the error behind padded records");
        flow.Deliver(flow.SealNext([], 0, 40));
        rig.Until(() => flow.Flow.RxError != DriverError.None, "a record of padding only is an error");
        Expect.Equal(flow.Flow.RxError, DriverError.BadMessage, "the error of a record of padding only");
    }

    [Case("C120", CaseProfile.Rx, "TLS 1.3 takes no outer type but 23; TLS 1.2 delivers a record of an unknown type with it, or ends the stream.", Source = "RFC 8446 §5.2, RFC 5246 §6", Stimulus = "Outer types 20 to 22 and 99 in TLS 1.3; a record of type 99 in TLS 1.2.", Observes = "records delivered, error", Tolerates = ["NE3308"])]
    public static void UnknownTypes(DriverCase c)
    {
        DriverRig rig = c.Boot();
        foreach (byte type in new byte[] { 20, 21, 22, 99 })
        {
            TestFlow flow = Open(rig, c, $"type {type}");
            // The tag is right: nothing but the type is wrong.
            byte[] record = flow.RxCodec.Seal(23, new byte[100], flow.NextRxRecord++, outerType: type);
            flow.Deliver([.. record, .. flow.SealNext(new byte[300])]);
            rig.Until(() => flow.Flow.RxError != DriverError.None, $"outer type {type} is an error");
            Expect.That(flow.TakeReceived().Count == 0, $"nothing of a record of outer type {type} is delivered");
        }

        TestFlow old = Open(rig, c, "unknown", TlsVersion.Tls12);
        old.Deliver([.. old.SealNext([1, 2, 3], 99), .. old.SealNext(new byte[300])]);
        rig.Settle();
        IReadOnlyList<ReceivedRecord> received = old.TakeReceived();
        Expect.That(old.Flow.RxError != DriverError.None || (received.Count == 2 && received[0] is { Type: 99, Content: [1, 2, 3] }), "a record of type 99 is delivered as such, or ends the stream");
    }

    [Case("C121", CaseProfile.Security, "A header that is not allowed ends the stream with its error, and the card does not run beyond it.", Source = "RFC 8446 §5.1, RFC 5246 §6.2.1; " + Document, Stimulus = "Lengths of 0, one less than the overhead, more than allowed and 65535; versions 0x0301 and 0; other connections go on.", Observes = "error, other connections")]
    public static void HeadersThatAreNotAllowed(DriverCase c)
    {
        DriverRig rig = c.Boot();
        TestFlow other = Open(rig, c, "other");
        foreach (TlsVersion version in Versions)
        {
            int least = version == TlsVersion.Tls12 ? 24 : 17;
            (int Length, ushort Protocol, DriverError Error)[] headers =
            [
                (0, 0x0303, DriverError.BadMessage), (least - 1, 0x0303, DriverError.BadMessage), (16384 + least + 240, 0x0303, DriverError.MessageTooLong),
                (65535, 0x0303, DriverError.MessageTooLong), (100, 0x0301, DriverError.InvalidArgument), (100, 0, DriverError.InvalidArgument),
            ];
            foreach ((int length, ushort protocol, DriverError error) in headers)
            {
                TestFlow flow = Open(rig, c, $"{version}/{length}/{protocol}", version);
                byte[] good = CaseKeys.Bytes(c.Seed, "good", 50);
                byte[] bad = [23, (byte)(protocol >> 8), (byte)protocol, (byte)(length >> 8), (byte)length, .. new byte[200]];
                flow.Deliver([.. flow.SealNext(good), .. bad, .. flow.SealNext(good)]);
                rig.Until(() => flow.Flow.RxError != DriverError.None, $"{version}: a header of length {length} and version 0x{protocol:X4} is noticed");
                Expect.Equal(flow.Flow.RxError, error, $"{version}: the error of a header of length {length} and version 0x{protocol:X4}");
                Expect.Bytes([.. flow.TakeReceived().SelectMany(r => r.Content)], good, "what is delivered before the header");
                flow.Flow.Abort();
                byte[] data = CaseKeys.Bytes(c.Seed, $"other {length}", 400);
                other.Deliver(other.SealNext(data));
                other.ExpectDelivered(data);
            }
        }
    }

    [Case("C122", CaseProfile.Rx, "Records of different types are delivered apart, each with its type.", Source = "RFC 8446 §5.1; " + Document, Stimulus = "Alerts and handshake messages between application data, three records in each packet.", Observes = "records delivered")]
    public static void TypesAreNeverMixed(DriverCase c)
    {
        DriverRig rig = c.Boot();
        foreach (TlsVersion version in Versions)
        {
            TestFlow flow = Open(rig, c, $"{version}", version);
            byte[] types = [23, 22, 23, 23, 21, 21, 22, 23, 22];
            byte[] stream = [.. types.SelectMany((type, i) => flow.SealNext([4, (byte)i, 7], type))];
            flow.Deliver(stream, stream.Length / 3);
            rig.Settle();
            IReadOnlyList<ReceivedRecord> received = flow.TakeReceived();
            Expect.Bytes([.. received.Select(r => r.Type)], types, $"{version}: the types delivered");
            for (int i = 0; i < types.Length; i++) Expect.Bytes(received[i].Content, [4, (byte)i, 7], $"{version}: the content of record {i}");
        }
    }

    [Case("C123", CaseProfile.Rx, "Records without content, thousands of them, hold nothing up.", Source = "RFC 8446 §5.4, RFC 5246 §6.2.1", Stimulus = "2000 empty records of application data, then one with content.", Observes = "application data, time")]
    public static void EmptyRecords(DriverCase c)
    {
        DriverRig rig = c.Boot();
        foreach (TlsVersion version in Versions)
        {
            TestFlow flow = Open(rig, c, $"{version}", version);
            var stream = new List<byte>();
            for (int i = 0; i < 2000; i++) stream.AddRange(flow.SealNext([]));
            byte[] data = CaseKeys.Bytes(c.Seed, "behind", 100);
            stream.AddRange(flow.SealNext(data));
            flow.Deliver([.. stream]);
            flow.ExpectDelivered(data);
        }
    }

    [Case("C124", CaseProfile.Rx, "A key that is set while records wait, or in the midst of one, opens them in software, and the card takes over where the stream meets it.", Source = Document, Stimulus = "Records before and during the installation, also one that the card's program delays, cut in the midst of one; then more.", Observes = "application data, records by place, the place that the card is told")]
    public static void KeySetInMidstOfStream(DriverCase c)
    {
        DriverRig rig = c.Boot();
        foreach (TlsVersion version in Versions)
        {
            foreach (int early in (ReadOnlySpan<int>)[1, 5, 700, 1900])
            {
                TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = $"{version}/{early}", Version = version, Rx = false });
                byte[] data = CaseKeys.Bytes(c.Seed, "early", 600 * 30);
                byte[] stream = [.. data.Chunk(600).SelectMany(part => flow.SealNext(part))];
                long before = rig.Statistic("rx_tls_decrypted_packets");
                // The card is being given the key while these bytes come.
                Expect.Equal(flow.Flow.SetRx(flow.RxKeys), DriverError.None, "the result of setting the key");
                flow.Connection.Send(stream.AsSpan(0, early));
                rig.Until(() => flow.Flow.RxPlace != FlowPlace.Installing, "the key is installed");
                flow.Deliver(stream.AsSpan(early), 1000);
                flow.ExpectDelivered(data);
                for (int i = 0; i < 10; i++)
                {
                    flow.Deliver(flow.SealNext(data.AsSpan(0, 500)));
                    flow.ExpectDelivered(data.AsSpan(0, 500));
                }

                Expect.AtLeast(rig.Statistic("rx_tls_decrypted_packets") - before, 5, $"{version}: the packets that came decrypted after {early} early bytes");
            }

            foreach (int early in (ReadOnlySpan<int>)[3, 700]) InstalledInMidstOfRecord(rig, c, version, early);
        }
    }

    [Case("C125", CaseProfile.Rx, "A stream that ends in the midst of a record delivers what was whole, and then its end.", Source = "RFC 9293 §3.10.7; " + Document, Stimulus = "FIN and RST behind a header, half a record, and all but the tag's last byte.", Observes = "application data, end of stream")]
    public static void EndInMidstOfRecord(DriverCase c)
    {
        DriverRig rig = c.Boot();
        foreach (bool fin in new[] { true, false })
        {
            foreach (int part in (ReadOnlySpan<int>)[3, 5, 400, -1])
            {
                TestFlow flow = Open(rig, c, $"{fin}/{part}");
                byte[] data = CaseKeys.Bytes(c.Seed, "whole", 900);
                byte[] whole = flow.SealNext(data);
                byte[] cut = flow.SealNext(data);
                flow.Deliver([.. whole, .. cut.AsSpan(0, part < 0 ? cut.Length - 1 : part)]);
                if (fin) flow.Connection.SendFin();
                else flow.Connection.SendRst();
                rig.Until(() => flow.Flow.IsEndOfStream || flow.Flow.State == FlowState.Closed || flow.Flow.RxError != DriverError.None, $"the end behind {part} bytes of a record is noticed");
                rig.Settle();
                Expect.Bytes([.. flow.TakeReceived().SelectMany(r => r.Content)], data, $"what is delivered before the end behind {part} bytes of a record");
                flow.Flow.Abort();
                rig.Settle();
            }
        }
    }

    /// <summary>Half a record is read before the card makes the context: its place is where that record began.</summary>
    private static void InstalledInMidstOfRecord(DriverRig rig, DriverCase c, TlsVersion version, int early)
    {
        TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = $"{version}/{early} delayed", Version = version, Rx = false });
        byte[] data = CaseKeys.Bytes(c.Seed, "early", 600 * 10);
        byte[] stream = [.. data.Chunk(600).SelectMany(part => flow.SealNext(part))];
        int mark = rig.Events.Count;
        rig.Controls.SetFirmware(false);
        Expect.Equal(flow.Flow.SetRx(flow.RxKeys), DriverError.None, "the result of setting the key");
        flow.Connection.Send(stream.AsSpan(0, early));
        rig.Settle();
        rig.Controls.SetFirmware(true);
        rig.Until(() => flow.Flow.RxPlace != FlowPlace.Installing, "the key is installed");

        TraceEvent told = rig.Events.Of(TraceEventKind.ContextInstalled, mark).Single().Event;
        bool begins = flow.RxPlaces.TryGetValue(told.TcpSequence, out ulong number);
        Expect.That(begins && number == told.RecordNumber, $"{version}: a record begins at the place 0x{told.TcpSequence:X8} that the card is told behind {early} bytes, and its number is {told.RecordNumber}");
        flow.Deliver(stream.AsSpan(early), 1000);
        flow.ExpectDelivered(data);
    }

    private static TestFlow Open(DriverRig rig, DriverCase c, string label, TlsVersion version = TlsVersion.Tls13) =>
        TestFlow.Open(rig, c.Seed, new FlowPlan { Label = label, Version = version });
}
