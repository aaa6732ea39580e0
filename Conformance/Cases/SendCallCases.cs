using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Peer;
using NicEmu.Net;
using NicEmu.Spec.Testing;
using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Cases;

/// <summary>C035 to C041: what callers ask of a send.</summary>
internal static class SendCallCases
{
    private const string Document = "Linux tls.rst; sendmsg(2)";
    private const long Second = 1_000_000_000_000;
    private const byte Alert = 21;

    private static readonly TlsVersion[] Versions = [TlsVersion.Tls13, TlsVersion.Tls12];

    [Case("C035", CaseProfile.Tx, "Urgent data is refused, takes nothing and leaves no mark on the stream.", Source = Document, Stimulus = "MSG_OOB alone and with other flags, as data and as a control record, between two sends and while a record is open.", Observes = "results, wire")]
    public static void UrgentDataIsRefused(DriverCase c)
    {
        DriverRig rig = c.Boot();
        rig.Needs(DriverAbilities.MessageFlags | DriverAbilities.ControlRecords);
        TestFlow flow = TestFlow.Open(rig, c.Seed);
        byte[] urgent = CaseKeys.Bytes(c.Seed, "urgent", 40);
        flow.SendDrawn(500);
        foreach (SendFlags also in new[] { SendFlags.None, SendFlags.More, SendFlags.EndOfRecord })
        {
            flow.Send(CaseKeys.Bytes(c.Seed, $"open {also}", 60), SendFlags.More);
            Expect.Equal(flow.Flow.Send(urgent, SendFlags.OutOfBand | also), new DriverResult(DriverError.NotSupported, 0), $"the result of urgent data with {also}");
            Expect.Equal(flow.Flow.SendRecord(Alert, urgent, SendFlags.OutOfBand | also), new DriverResult(DriverError.NotSupported, 0), $"the result of an urgent alert with {also}");
            flow.SendDrawn(60, $"after {also}");
        }

        flow.UntilQuiet();
        flow.ExpectWire();
        Expect.That(flow.OpenWire().All(r => r.Type == 23), "no alert leaves");
        Expect.That(flow.Connection.Segments.All(s => (s.Header.Flags & TcpFlags.Urg) == 0), "no segment is urgent");
    }

    [Case("C037", CaseProfile.Tx, "What MSG_MORE holds back is one record, and leaves once with whatever ends it.", Source = Document, Stimulus = "Three sends with MSG_MORE; then a send, MSG_EOR with data and without, an alert, a file, the greatest length, or close.", Observes = "wire, results")]
    public static void HeldRecordLeavesOnce(DriverCase c)
    {
        foreach (TlsVersion version in Versions)
        {
            foreach (string end in new[] { "a send", "MSG_EOR", "MSG_EOR without data", "an alert", "a file", "the greatest length", "close" })
            {
                DriverRig rig = c.Boot();
                rig.Needs(DriverAbilities.MessageFlags | DriverAbilities.ControlRecords | (end == "a file" ? DriverAbilities.SendFile : DriverAbilities.None));
                TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Version = version });
                string what = $"{version}, ended by {end}";
                flow.SendDrawn(100, "before");
                flow.UntilQuiet();
                int before = flow.OnWire;
                for (int i = 0; i < 3; i++) flow.Send(CaseKeys.Bytes(c.Seed, $"held {i}", 100), SendFlags.More);
                rig.Settle(2 * Second);
                Expect.Equal(flow.OnWire, before, $"the bytes on the wire while the record is open ({what})");

                int[] expected = EndRecord(c, flow, end);

                if (end == "close") rig.Until(() => flow.Connection.HasFin, "the stream ends");
                else flow.UntilQuiet();
                flow.ExpectWire();
                int[] lengths = [.. flow.OpenWire().Skip(1).Where(r => r.Type == 23).Select(r => r.Content.Length)];
                if (end == "a file") Expect.That(lengths is [300, 500] or [800], $"the held record and the file leave apart or as one (lengths {string.Join(", ", lengths)})");
                else Expect.That(lengths.SequenceEqual(expected), $"the records hold {string.Join(", ", expected)} bytes, not {string.Join(", ", lengths)} ({what})");
                Expect.Equal(flow.Connection.Wire.Repeated, 0, $"the bytes sent twice ({what})");
                if (end != "an alert") continue;
                OpenedRecord last = flow.OpenWire()[^1];
                Expect.That(last.Type == Alert && last.Content.AsSpan().SequenceEqual(new byte[] { 1, 0 }), "the alert follows what was held");
            }
        }
    }

    [Case("C038", CaseProfile.Tx, "A record that is held open is closed before it has more fragments than fit.", Source = "Linux skbuff.h, MAX_SKB_FRAGS (17, one for the tag); " + Document, Stimulus = "Sixty sends of 7 bytes with MSG_MORE, each from a buffer of its own that is overwritten afterwards; 15, 16, 17 and 18 of them, then a send.", Observes = "wire, guest errors")]
    public static void ManyFragmentsCloseTheRecord(DriverCase c)
    {
        const int Part = 7;
        foreach (int count in new[] { 15, 16, 17, 18, 60 })
        {
            DriverRig rig = c.Boot();
            rig.Needs(DriverAbilities.MessageFlags);
            TestFlow flow = TestFlow.Open(rig, c.Seed);
            for (int i = 0; i < count; i++)
            {
                byte[] page = CaseKeys.Bytes(c.Seed, $"page {i}", 4096);
                byte[] part = page.AsSpan(4096 - Part).ToArray();
                flow.Note(part);
                Expect.Equal(flow.Flow.Send(part, SendFlags.More), new DriverResult(DriverError.None, Part), $"the result of send {i} of {count}");
                part.AsSpan().Clear();
            }

            flow.SendDrawn(Part, "last");
            flow.UntilQuiet();

            flow.ExpectWire();
            IReadOnlyList<OpenedRecord> records = flow.OpenWire();
            Expect.That(records.All(r => r.Content.Length is > 0 and <= 16 * Part), $"no record holds more than 16 fragments and the tag with {count} sends, and none nothing");
            Expect.That(records.SkipLast(1).All(r => r.Content.Length >= 8 * Part), $"records are held until they are near their limit with {count} sends");
            Expect.That(!rig.Events.GuestErrors().Any(), $"the card sees no mistake with {count} sends");
        }
    }

    [Case("C039", CaseProfile.Tx, "A file leaves as the same records with copies and without; with copies it leaves as it was when it was sent.", Source = "Linux tls.rst, TLS_TX_ZEROCOPY_RO", Stimulus = "Ranges of a file around the sizes of page and record, and nothing, with copies and without; a file that changes while the window is closed.", Observes = "wire, compared")]
    public static void FileLeavesAsTheSameRecords(DriverCase c)
    {
        foreach (TlsVersion version in Versions)
        {
            byte[] copied = StreamOf(c, version, zeroCopy: false);
            byte[] referred = StreamOf(c, version, zeroCopy: true);
            Expect.Bytes(referred, copied, $"{version}: the stream without copies");

            DriverRig rig = c.Boot();
            rig.Peer.Options = new PeerOptions { WindowScale = -1, Window = 0 };
            TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Version = version });
            byte[] content = CaseKeys.Bytes(c.Seed, "file", 9000);
            int file = rig.Driver.CreateFile(content);
            Expect.Equal(flow.Flow.SendFile(file, 0, content.Length, zeroCopy: false).Value, content.Length, "the bytes of the file taken");
            flow.Note(content);
            rig.Driver.ChangeFile(file, 0, CaseKeys.Bytes(c.Seed, "changed", 9000));
            flow.Connection.Options = flow.Connection.Options with { Window = 65535 };
            flow.Connection.Acknowledge();
            flow.UntilQuiet();
            flow.ExpectWire();
        }
    }

    [Case("C040", CaseProfile.Tx, "A file sent with copies that changes before bytes are sent again leaves again as it was.", Source = "Linux tls.rst, TLS_TX_ZEROCOPY_RO", Stimulus = "A file of three records, changed after each, then ranges of every kind sent again, by every strategy.", Observes = "wire")]
    public static void ChangedFileIsSentAgainAsItWas(DriverCase c)
    {
        IReadOnlyList<string> strategies = c.Boot().Driver.Strategies;
        foreach (string strategy in strategies)
        {
            foreach (TlsVersion version in Versions)
            {
                DriverRig rig = c.Boot(new DriverSetup { Strategy = strategies.Count > 1 ? strategy : null });
                rig.Needs(DriverAbilities.SendFile);
                rig.Peer.Options = new PeerOptions { AcknowledgesAtOnce = false };
                TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Version = version });
                byte[] content = CaseKeys.Bytes(c.Seed, "file", 400);
                int file = rig.Driver.CreateFile(content);
                foreach ((int from, int to) in new[] { (0, 400), (5, 90), (100, 399), (200, 201), (410, 415) })
                {
                    int start = flow.OnWire;
                    Expect.Equal(flow.Flow.SendFile(file, 0, content.Length, zeroCopy: false).Value, content.Length, $"the bytes of the file taken ({strategy})");
                    flow.Note(content);
                    rig.Settle();
                    content = CaseKeys.Bytes(c.Seed, $"changed {from}", 400);
                    rig.Driver.ChangeFile(file, 0, content);
                    flow.SendDrawn(64);
                    rig.Settle();
                    Repetition.Exactly(flow, start + from, start + to);
                    Repetition.End(flow);
                }

                flow.ExpectWire();
            }
        }
    }

    [Case("C041", CaseProfile.Tx, "No record holds more than the limit that was set; a limit out of range, or while a record is open, is refused and changes nothing.", Source = "Linux tls.rst, TLS_TX_MAX_PAYLOAD_LEN", Stimulus = "Limits 63, 64, 128, 1000 and 16384 with data, MSG_MORE, files and control records; 0, 62, 16385 and others; a limit while a record is open.", Observes = "results, wire")]
    public static void RecordLimitIsKept(DriverCase c)
    {
        foreach (TlsVersion version in Versions)
        {
            DriverRig rig = c.Boot();
            rig.Needs(DriverAbilities.RecordLimit | DriverAbilities.MessageFlags | DriverAbilities.SendFile | DriverAbilities.ControlRecords);
            TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Version = version });
            int least = version == TlsVersion.Tls13 ? 63 : 64;
            byte[] content = CaseKeys.Bytes(c.Seed, "file", 3000);
            int file = rig.Driver.CreateFile(content);
            foreach (int limit in new[] { least, 64, 128, 1000, 16384 })
            {
                Expect.Equal(flow.Flow.SetRecordLimit(limit), DriverError.None, $"{version}: the result of the limit {limit}");
                foreach (int wrong in new[] { int.MinValue, -1, 0, least - 1, 16385, int.MaxValue }) Expect.Equal(flow.Flow.SetRecordLimit(wrong), DriverError.InvalidArgument, $"{version}: the result of the limit {wrong}");
                flow.Send(CaseKeys.Bytes(c.Seed, $"open {limit}", 10), SendFlags.More);
                Expect.Equal(flow.Flow.SetRecordLimit(limit == 128 ? 64 : 128), DriverError.Busy, $"{version}: the result of a limit while a record is open");
                flow.SendDrawn(2 * limit, "joined");
                flow.UntilQuiet();
                int before = flow.OpenWire().Count;
                flow.SendDrawn(3000, "long");
                flow.UntilQuiet();
                Expect.Equal(flow.OpenWire().Count - before, (3000 + limit - 1) / limit, $"{version}: the number of records of 3000 bytes at the limit {limit}");
                Expect.Equal(flow.Flow.SendFile(file, 0, content.Length, zeroCopy: false).Value, content.Length, "the bytes of the file taken");
                flow.Note(content);
                rig.Until(() => flow.Flow.SendRecord(Alert, CaseKeys.Bytes(c.Seed, "alert", 40)).Ok, "a control record is taken");
                flow.UntilQuiet();
                flow.ExpectWire();
                Expect.That(flow.OpenWire().Skip(before).All(r => r.Content.Length <= limit), $"{version}: no record is above the limit {limit}");
            }

            Expect.Equal(flow.OpenWire().Max(r => r.Content.Length), 16384, $"{version}: the longest record");
        }
    }

    /// <summary>Ends the record of 300 bytes that is open.</summary>
    /// <returns>Lengths of the records that must leave.</returns>
    private static int[] EndRecord(DriverCase c, TestFlow flow, string end)
    {
        switch (end)
        {
            case "a send":
                flow.SendDrawn(50, "end");
                return [350];
            case "MSG_EOR":
                flow.Send(CaseKeys.Bytes(c.Seed, "end", 50), SendFlags.EndOfRecord);
                flow.SendDrawn(20, "next");
                return [350, 20];
            case "MSG_EOR without data":
                Expect.That(flow.Flow.Send([], SendFlags.EndOfRecord).Ok, "MSG_EOR without data is accepted");
                return [300];
            case "an alert":
                Expect.That(flow.Flow.SendRecord(Alert, [1, 0]).Ok, "an alert is taken");
                return [300];
            case "a file":
                byte[] content = CaseKeys.Bytes(c.Seed, "file", 500);
                Expect.Equal(flow.Flow.SendFile(flow.Rig.Driver.CreateFile(content), 0, 500, zeroCopy: false).Value, 500, "the bytes of the file taken");
                flow.Note(content);
                return [300, 500];
            case "the greatest length":
                int before = flow.OnWire;
                flow.Send(CaseKeys.Bytes(c.Seed, "long", 20_000), SendFlags.More);
                flow.Rig.Settle(2 * Second);
                Expect.Equal(flow.OnWire - before, 16384 + flow.TxCodec.Overhead, "the bytes of the record that reached its greatest length");
                flow.SendDrawn(1, "end");
                return [16384, 300 + 20_000 + 1 - 16384];
            default:
                flow.Flow.Close();
                return [300];
        }
    }

    private static byte[] StreamOf(DriverCase c, TlsVersion version, bool zeroCopy)
    {
        DriverRig rig = c.Boot();
        rig.Needs(DriverAbilities.SendFile | (zeroCopy ? DriverAbilities.ZeroCopy : DriverAbilities.None));
        TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Version = version });
        byte[] content = CaseKeys.Bytes(c.Seed, "file", 50_000);
        int file = rig.Driver.CreateFile(content);
        foreach ((int offset, int length) in new[] { (0, 1), (4095, 1), (4095, 2), (1, 4096), (100, 4097), (0, 0), (4096, 0), (0, 16384), (3, 16385), (7, 40_000), (49_999, 1) })
        {
            DriverResult result = flow.Flow.SendFile(file, offset, length, zeroCopy);
            Expect.Equal(result, new DriverResult(DriverError.None, length), $"the result of {length} bytes from {offset}");
            flow.Note(content.AsSpan(offset, length));
            flow.UntilQuiet();
        }

        flow.ExpectWire();
        Expect.That(flow.OpenWire().All(r => r.Content.Length > 0), "no record is empty");
        return flow.Connection.Wire.Bytes.ToArray();
    }
}
