using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Peer;
using NicEmu.Spec.Testing;
using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Cases;

/// <summary>C095 to C115 as far as they speak of what an application gets: records decrypted by the card, in part, or not at all.</summary>
internal static class ReceiveCases
{
    private const string Document = "Linux tls-offload.rst, RX";

    private static readonly TlsVersion[] Versions = [TlsVersion.Tls13, TlsVersion.Tls12];

    [Case("C095", CaseProfile.Rx, "Records that arrive in order come decrypted by the card, whatever their cuts.", Source = Document, Stimulus = "Five records of 2000 bytes in segments of 1, 7, 13, 16, 17, 536 and 1460 bytes, in both versions; 16384 bytes with every cipher.", Observes = "application data, statistics")]
    public static void RecordsInOrderAreDecrypted(DriverCase c)
    {
        DriverRig rig = c.Boot();
        foreach ((TlsVersion version, TlsCipher cipher) in TransmitInOrderCases.AllCiphers())
        {
            int[] cuts = cipher == TlsCipher.Aes128Gcm ? [1, 7, 13, 16, 17, 536, 1460] : [1460];
            foreach (int cut in cuts)
            {
                TestFlow flow = Open(rig, c, $"{version}/{cipher}/{cut}", version, cipher);
                byte[] data = CaseKeys.Bytes(c.Seed, "received", cut == 1 ? 600 : cut < 100 ? 4000 : 40_000);
                long before = rig.Statistic("rx_tls_decrypted_packets");
                byte[] stream = [.. data.Chunk(cut < 100 ? 400 : 16384).SelectMany(part => flow.SealNext(part))];

                flow.Deliver(stream, cut);
                flow.ExpectDelivered(data);

                if (flow.Flow.RxPlace != FlowPlace.Device) continue;
                Expect.Equal(rig.Statistic("rx_tls_decrypted_packets") - before, (stream.Length + cut - 1) / cut, $"the number of packets of {cut} bytes that came decrypted with {version} {cipher}");
            }
        }
    }

    [Case("C098", CaseProfile.Rx, "A record with a wrong tag of which the card decrypted the first packets ends the stream, and nothing of it is delivered.", Source = Document, Stimulus = "A record over three packets with a byte of content, of the tag, of the header's length spoiled.", Observes = "application data, error, TlsDecryptError", Tolerates = ["NE3308"])]
    public static void PartlyDecryptedBadRecordIsRefused(DriverCase c)
    {
        DriverRig rig = c.Boot();
        foreach (TlsVersion version in Versions)
        {
            foreach (int spoiled in new[] { 20, 1500, 2900, -1 })
            {
                TestFlow flow = Open(rig, c, $"{version}/{spoiled}", version);
                byte[] good = CaseKeys.Bytes(c.Seed, "good", 500);
                byte[] bad = flow.SealNext(good);
                byte[] record = flow.SealNext(CaseKeys.Bytes(c.Seed, "bad", 3000));
                record[spoiled < 0 ? record.Length - 1 : spoiled] ^= 1;
                long errors = rig.Statistic("TlsDecryptError");

                flow.Deliver([.. bad, .. record, .. flow.SealNext(good)], 1000);
                rig.Until(() => flow.Flow.RxError != DriverError.None, $"{version}: the record spoiled at {spoiled} is noticed");

                Expect.Equal(flow.Flow.RxError, DriverError.BadMessage, $"{version}: the error of a record spoiled at {spoiled}");
                Expect.Bytes([.. flow.TakeReceived().SelectMany(r => r.Content)], good, $"{version}: what is delivered before a record spoiled at {spoiled}");
                Expect.Equal(rig.Statistic("TlsDecryptError") - errors, 1, "TlsDecryptError");
                flow.Flow.Abort();
                rig.Settle();
            }
        }
    }

    [Case("C099", CaseProfile.Security, "A record with any bit changed is not accepted.", Source = "RFC 5116 §2.2; " + Document, Stimulus = "One bit of type, version, length, explicit nonce, content, inner type and tag; another record number.", Observes = "application data, error", Tolerates = ["NE3308"])]
    public static void ChangedBitsAreNotAccepted(DriverCase c)
    {
        DriverRig rig = c.Boot();
        foreach (TlsVersion version in Versions)
        {
            int length = 100 + (version == TlsVersion.Tls12 ? 29 : 22);
            int[] places = [0, 1, 2, 3, 4, 5, 12, 13, 60, length - 17, length - 16, length - 1];
            for (int i = 0; i <= places.Length; i++)
            {
                TestFlow flow = Open(rig, c, $"{version}/{i}", version);
                if (i == places.Length) flow.NextRxRecord++;
                byte[] record = flow.SealNext(CaseKeys.Bytes(c.Seed, "changed", 100));
                if (i < places.Length) record[places[i]] ^= 1;
                flow.Deliver([.. record, .. flow.SealNext(new byte[400]), .. flow.SealNext(new byte[400])]);
                rig.Settle();
                string what = i < places.Length ? $"byte {places[i]} changed" : "another record number";
                Expect.That(flow.TakeReceived().Count == 0, $"{version}: nothing is delivered of a record with {what}");
                // A longer length waits for bytes that may never come.
                if (i < places.Length && places[i] == 3) continue;
                Expect.That(flow.Flow.RxError != DriverError.None, $"{version}: a record with {what} is an error");
            }
        }
    }

    [Case("C102", CaseProfile.Rx, "A connection that uses addresses and ports again is opened with its own key.", Source = Document, Stimulus = "Three connections one after another over the same ports, each aborted, each with another key.", Observes = "application data, wire")]
    public static void TupleIsUsedAgain(DriverCase c)
    {
        DriverRig rig = c.Boot();
        for (int i = 0; i < 3; i++)
        {
            TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = $"user {i}", LocalPort = 40_000 });
            byte[] data = CaseKeys.Bytes(c.Seed, $"user {i}", 3000);
            flow.Deliver(flow.SealNext(data));
            flow.ExpectDelivered(data);
            flow.SendDrawn(3000);
            flow.UntilQuiet();
            flow.ExpectWire();
            // A packet of the stream that comes after its end belongs to nobody.
            uint late = flow.Connection.NextSequence;
            flow.Flow.Abort();
            rig.Settle();
            flow.Connection.SendAt(late, flow.SealNext(data.AsSpan(0, 500)));
            rig.Settle();
        }
    }

    [Case("C108", CaseProfile.Rx, "Bytes that arrive twice, with new ones behind them, are delivered once.", Source = Document, Stimulus = "Segments that overlap the one before by 1, 16, 100 and 700 bytes, within records and over their ends.", Observes = "application data")]
    public static void OverlapIsDeliveredOnce(DriverCase c)
    {
        DriverRig rig = c.Boot();
        foreach (int overlap in new[] { 1, 16, 100, 700 })
        {
            TestFlow flow = Open(rig, c, $"overlap {overlap}");
            byte[] data = CaseKeys.Bytes(c.Seed, "overlapping", 12_000);
            byte[] stream = [.. data.Chunk(1100).SelectMany(part => flow.SealNext(part))];
            uint start = flow.Connection.NextSequence;
            for (int at = 0; at < stream.Length; at += 700)
            {
                int from = Math.Max(0, at - overlap);
                flow.Connection.SendAt(start + (uint)from, stream.AsSpan(from, Math.Min(at + 700, stream.Length) - from));
                rig.Settle(100_000_000);
            }

            flow.Connection.NextSequence = start + (uint)stream.Length;
            flow.ExpectDelivered(data);
        }
    }

    [Case("C109", CaseProfile.Rx, "Where copies of a range come in other cuts, decrypted and not, the application gets each byte once.", Source = Document, Stimulus = "A range comes decrypted, then as on the wire over half of it and new bytes; and the other way round.", Observes = "application data, mixed records")]
    public static void CopiesInOtherCuts(DriverCase c)
    {
        DriverRig rig = c.Boot();
        foreach (TlsVersion version in Versions)
        {
            foreach (bool first in new[] { true, false })
            {
                TestFlow flow = Open(rig, c, $"{version}/{first}", version);
                byte[] data = CaseKeys.Bytes(c.Seed, "copies", 2000);
                byte[] stream = flow.SealNext(data);
                uint start = flow.Connection.NextSequence;
                long mixed = rig.Statistic("rx_tls_records_mixed");
                if (first) flow.Connection.SendAt(start, stream.AsSpan(0, 600));
                else flow.Connection.SendUnacceptable(start, stream.AsSpan(0, 600));
                rig.Settle();
                // It begins before the card's place, so it comes as on the wire; TCP takes what is new of it.
                flow.Connection.SendAt(start + (first ? 300u : 0), stream.AsSpan(first ? 300 : 0, first ? 700 : 1000));
                rig.Settle();
                flow.Connection.SendAt(start + 600, stream.AsSpan(600, 700));
                rig.Settle();
                flow.Connection.SendAt(start + 1100, stream.AsSpan(1100));
                flow.Connection.NextSequence = start + (uint)stream.Length;

                flow.ExpectDelivered(data);
                Expect.That(rig.Statistic("rx_tls_records_mixed") - mixed <= 1, "the record counts once as mixed");
                byte[] next = CaseKeys.Bytes(c.Seed, "next", 300);
                flow.Deliver(flow.SealNext(next));
                flow.ExpectDelivered(next);
            }
        }
    }

    [Case("C110", CaseProfile.Security, "Bytes sent again with other values change nothing that was accepted.", Source = "RFC 9293 §3.10.7.4; " + Document, Stimulus = "Copies of accepted segments with forged bytes, and forged bytes before the true ones at a later place.", Observes = "application data")]
    public static void ForgedCopiesChangeNothing(DriverCase c)
    {
        DriverRig rig = c.Boot();
        foreach (bool isSmall in new[] { true, false })
        {
            TestFlow flow = Open(rig, c, $"small {isSmall}");
            byte[] data = CaseKeys.Bytes(c.Seed, "accepted", 3000);
            byte[] stream = [.. data.Chunk(isSmall ? 150 : 3000).SelectMany(part => flow.SealNext(part))];
            byte[] forged = CaseKeys.Bytes(c.Seed, "forged", stream.Length);
            uint start = flow.Connection.NextSequence;
            for (int at = 0; at + 200 < stream.Length; at += 500)
            {
                int length = Math.Min(500, stream.Length - at);
                flow.Connection.SendAt(start + (uint)at, stream.AsSpan(at, length));
                flow.Connection.SendAt(start + (uint)at, forged.AsSpan(at, length));
                rig.Settle(100_000_000);
                if (at > 0) flow.Connection.SendAt(start + (uint)at - 200, forged.AsSpan(at - 1, 200));
                rig.Settle(100_000_000);
            }

            flow.Connection.SendAt(start + (uint)(stream.Length - 300), stream.AsSpan(stream.Length - 300));
            flow.Connection.NextSequence = start + (uint)stream.Length;
            flow.ExpectDelivered(data);
        }
    }

    [Case("C111", CaseProfile.Rx, "A record of which the card decrypted any part is delivered right.", Source = Document, Stimulus = "A record in five packets, every subset of them decrypted, in three cuts, in both versions.", Observes = "application data, mixed records")]
    public static void EverySubsetOfPacketsDecrypted(DriverCase c)
    {
        foreach (TlsVersion version in Versions)
        {
            DriverRig rig = c.Boot();
            TestFlow flow = Open(rig, c, "subsets", version);
            int[][] cuts = [[400], [5, 1, 700, 700], [900, 900, 3, 150]];
            foreach (int[] cut in cuts)
            {
                for (ulong subset = 0; subset < 32; subset++)
                {
                    int size = cut.Length == 1 ? 2000 - flow.RxCodec.Overhead : cut.Sum() + 30;
                    byte[] data = CaseKeys.Bytes(c.Seed, $"subset {subset}", size);
                    long mixed = rig.Statistic("rx_tls_records_mixed");
                    var packets = new CutStream(flow, flow.SealNext(data), cut.Length == 1 ? cut : [.. cut, 2000]);
                    Expect.Equal(packets.Count, 5, "the number of packets");
                    packets.SendMixed(subset);
                    flow.ExpectDelivered(data);
                    Expect.Equal(rig.Statistic("rx_tls_records_mixed") - mixed, subset is 0 or 31 ? 0 : 1, $"{version}: the number of mixed records with packets {subset:b5} decrypted");
                }
            }
        }
    }

    [Case("C112", CaseProfile.Rx, "A record whose header or tag is a packet of its own is delivered right, decrypted in part or whole.", Source = Document, Stimulus = "Cuts that put header, nonce, inner type and tag alone; every pattern of decrypted packets that has both kinds.", Observes = "application data")]
    public static void HeaderAndTagApart(DriverCase c)
    {
        foreach (TlsVersion version in Versions)
        {
            DriverRig rig = c.Boot();
            TestFlow flow = Open(rig, c, "apart", version);
            int prefix = flow.RxCodec.PrefixLength;
            int body = 100 + flow.RxCodec.Overhead - prefix - 16;
            int[][] cuts = [[prefix, body, 16], [5, prefix - 5 == 0 ? 1 : prefix - 5, 50, 1000], [prefix + body - 1, 1, 16], [prefix + body, 8, 8], [1, prefix, body - 1, 16]];
            foreach (int[] cut in cuts)
            {
                for (ulong subset = 1; subset < (1ul << cut.Length) - 1; subset++)
                {
                    byte[] data = CaseKeys.Bytes(c.Seed, $"apart {subset}", 100);
                    new CutStream(flow, flow.SealNext(data), cut).SendMixed(subset);
                    flow.ExpectDelivered(data);
                }
            }
        }
    }

    [Case("C113", CaseProfile.Rx, "Packets that came decrypted are kept apart from neighbours that did not.", Source = Document, Stimulus = "Packets of three small records each, by turns decrypted and not, also cut within records; all before the application reads. One by one, and many at a time with and without generic receive offload.", Observes = "application data, records by place, statistics")]
    public static void NeighboursAreKeptApart(DriverCase c)
    {
        NeighboursAreKeptApart(c, () => c.Boot(), joins: null);
        foreach (bool joins in new[] { true, false }) NeighboursAreKeptApart(c, () => Batch.Boot(c, joins), joins);
    }

    private static void NeighboursAreKeptApart(DriverCase c, Func<DriverRig> boot, bool? joins)
    {
        foreach (int cut in new[] { 0, 1, 60 })
        {
            DriverRig rig = boot();
            TestFlow flow = Open(rig, c, $"cut {cut}");
            byte[] data = CaseKeys.Bytes(c.Seed, "small", 36 * 50);
            byte[] stream = [.. data.Chunk(50).SelectMany(part => flow.SealNext(part))];
            int three = 3 * (50 + flow.RxCodec.Overhead);
            flow.Flow.SetReading(false);
            new CutStream(flow, stream, three - cut, three).SendMixed(0b1010_0110_0101);
            flow.Flow.SetReading(true);
            flow.ExpectDelivered(data);
            if (joins is { } on) Batch.ExpectJoined(rig, on);
            if (cut != 0) continue;
            Expect.Equal(rig.Statistic("rx_tls_records_device"), 18, "the number of records that came decrypted");
            Expect.Equal(rig.Statistic("rx_tls_records_software"), 18, "the number of records decrypted in software");
        }
    }

    [Case("C115", CaseProfile.Rx, "A packet that the card decrypted passes as checked, though its checksum is that of the ciphertext; one that the card found wrong does not pass.", Source = Document, Stimulus = "Decrypted packets over IPv4 and IPv6; then a packet with a wrong TCP checksum before the right one.", Observes = "acknowledgements, application data")]
    public static void DecryptedPacketsPassAsChecked(DriverCase c)
    {
        foreach (bool ipv6 in new[] { false, true })
        {
            DriverRig rig = c.Boot(new DriverSetup { Ipv6 = ipv6 });
            TestFlow flow = Open(rig, c, "checked");
            byte[] data = CaseKeys.Bytes(c.Seed, "checked", 5000);
            flow.Deliver(flow.SealNext(data), 1400);
            flow.ExpectDelivered(data);
            rig.Until(() => flow.Connection.AcknowledgedByMachine == flow.Connection.NextSequence, "everything is acknowledged");
            Expect.AtLeast(rig.Statistic("rx_tls_decrypted_packets"), 4, "the number of packets that came decrypted");

            byte[] record = flow.SealNext(data.AsSpan(0, 300));
            byte[] wrong = flow.Connection.Build(flow.Connection.NextSequence, record);
            wrong[^40] ^= 0x10;
            rig.Peer.SendRaw(wrong);
            rig.Settle();
            Expect.That(flow.TakeReceived().Count == 0 && flow.Flow.RxError == DriverError.None, "a packet with a wrong checksum goes nowhere");
            flow.Connection.Send(record);
            flow.ExpectDelivered(data.AsSpan(0, 300));
        }
    }

    private static TestFlow Open(DriverRig rig, DriverCase c, string label, TlsVersion version = TlsVersion.Tls13, TlsCipher cipher = TlsCipher.Aes128Gcm) =>
        TestFlow.Open(rig, c.Seed, new FlowPlan { Label = label, Version = version, Cipher = cipher, MustOffload = cipher == TlsCipher.Aes128Gcm });
}
