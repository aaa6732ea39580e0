using System.Buffers.Binary;
using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Peer;
using NicEmu.Net;
using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Cases;

/// <summary>C021 to C029: cuts of records that are sent in order.</summary>
internal static class TransmitInOrderCases
{
    private const string Document = "Linux tls-offload.rst, TX";
    private const int Tag = 16;

    private static readonly TlsVersion[] Versions = [TlsVersion.Tls13, TlsVersion.Tls12];

    [Case("C021", CaseProfile.Tx, "A record in one segment leaves with the right ciphertext and tag, header and lengths untouched.", Source = Document, Stimulus = "One record of 1, 15, 16, 17, 255, 1400 and 16384 bytes, in both versions with every cipher; then more than a record holds; then with timestamps and a VLAN tag.", Observes = "wire")]
    public static void RecordOfEverySizeIsRight(DriverCase c)
    {
        DriverRig rig = c.Boot();
        foreach ((TlsVersion version, TlsCipher cipher) in AllCiphers())
        {
            TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Version = version, Cipher = cipher, Label = $"{version}/{cipher}", MustOffload = cipher == TlsCipher.Aes128Gcm });
            int[] sizes = [1, 15, 16, 17, 255, 1400, 16384];
            foreach (int size in sizes)
            {
                flow.SendDrawn(size);
                flow.UntilQuiet();
            }

            flow.ExpectWire();
            IReadOnlyList<OpenedRecord> records = flow.OpenWire();
            for (int i = 0; i < sizes.Length; i++) Expect.Equal(records[i].Length, sizes[i] + flow.TxCodec.Overhead, $"the length of a record of {sizes[i]} bytes with {version} {cipher}");
            flow.SendDrawn(40_000);
            flow.UntilQuiet();
            flow.ExpectWire();
        }

        DriverRig tagged = c.Boot(new DriverSetup { VlanId = 7 });
        tagged.Peer.Options = new PeerOptions { Timestamps = true };
        TestFlow last = TestFlow.Open(tagged, c.Seed);
        last.SendDrawn(20_000);
        last.UntilQuiet();
        last.ExpectWire();
    }

    [Case("C022", CaseProfile.Tx, "A record over many segments is right wherever it is cut.", Source = Document, Stimulus = "A record of 16384 bytes at an MSS of 536, 1448, 8960, 1, 7, 13, 16 and 17 bytes, cut by the card and by TCP.", Observes = "wire")]
    public static void RecordOverManySegmentsIsRight(DriverCase c)
    {
        foreach (bool cardCuts in new[] { true, false })
        {
            DriverRig rig = c.Boot(new DriverSetup { Mtu = 9000, SegmentationOffload = cardCuts });
            foreach (ushort mss in new ushort[] { 536, 1448, 8960, 1, 7, 13, 16, 17 })
            {
                rig.Peer.Options = new PeerOptions { Mss = mss };
                TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = $"mss {mss}", Version = mss % 2 == 0 ? TlsVersion.Tls13 : TlsVersion.Tls12 });

                flow.SendDrawn(16384);
                flow.UntilQuiet();

                flow.ExpectWire();
                Expect.That(flow.Connection.DataSegments.All(s => s.Payload.Length <= mss), $"no segment holds more than {mss} bytes");
                flow.Flow.Abort();
                rig.Settle();
            }
        }
    }

    [Case("C023", CaseProfile.Tx, "The record number steps at each of many records in one segment.", Source = Document, Stimulus = "Sixty records of 0 to 5 bytes more than one, sent without a pause.", Observes = "wire")]
    public static void ManyRecordsInOneSegmentAreRight(DriverCase c)
    {
        DriverRig rig = c.Boot();
        foreach (TlsVersion version in Versions)
        {
            TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Version = version, Label = $"{version}", TxRecordNumber = 250 });

            for (int i = 0; i < 60; i++) flow.SendDrawn(1 + (i % 6));
            flow.UntilQuiet();

            flow.ExpectWire();
            Expect.Equal(flow.OpenWire().Count, 60, "the number of records");
            // Sixty records of at most 29 + 6 bytes in segments of up to 1460.
            Expect.That(flow.Connection.DataSegments.Count() <= 3, "many records share a segment");
        }
    }

    [Case("C024", CaseProfile.Tx, "A header that is cut over two segments is read across them.", Source = Document, Stimulus = "A segment that ends behind 1 to 4 bytes of a header, cut by the card and by TCP.", Observes = "wire")]
    public static void HeaderOverTwoSegmentsIsRight(DriverCase c) => CutRecords(c, Versions, _ => Enumerable.Range(1, 4));

    [Case("C025", CaseProfile.Tx, "An explicit nonce that is cut over two segments is joined.", Source = "RFC 5288 §3; " + Document, Stimulus = "TLS 1.2: a segment that ends behind 0 to 8 bytes of the nonce.", Observes = "wire")]
    public static void ExplicitNonceOverTwoSegmentsIsRight(DriverCase c) => CutRecords(c, [TlsVersion.Tls12], _ => Enumerable.Range(5, 9));

    [Case("C026", CaseProfile.Tx, "A tag that is cut over two segments is right in both, and so is one alone in a segment.", Source = Document, Stimulus = "A segment that ends behind 0 to 15 bytes of a tag.", Observes = "wire")]
    public static void TagOverTwoSegmentsIsRight(DriverCase c) => CutRecords(c, Versions, length => Enumerable.Range(length - Tag, Tag));

    [Case("C027", CaseProfile.Tx, "The inner content type of TLS 1.3 is encrypted also alone in a segment, or as the first byte of one with the tag.", Source = "RFC 8446 §5.2; " + Document, Stimulus = "A segment that ends before the inner type; segments of one byte.", Observes = "wire")]
    public static void InnerTypeApartFromContentIsRight(DriverCase c)
    {
        CutRecords(c, [TlsVersion.Tls13], length => [length - Tag - 1]);
        DriverRig rig = c.Boot();
        rig.Peer.Options = new PeerOptions { Mss = 1 };
        TestFlow flow = TestFlow.Open(rig, c.Seed);
        flow.SendDrawn(20);
        flow.UntilQuiet();
        flow.ExpectWire();
        Expect.That(flow.Connection.DataSegments.All(s => s.Payload.Length == 1), "each byte has a segment of its own");
    }

    [Case("C028", CaseProfile.Tx, "Segments cut by the card carry the same stream as segments cut by TCP, and as software encryption does.", Source = Document, Stimulus = "The same records at an MSS of 97, sent with and without segmentation offload, and with TLS offload switched off.", Observes = "wire, compared")]
    public static void SegmentationChangesNoByte(DriverCase c)
    {
        foreach (TlsVersion version in Versions)
        {
            byte[] whole = StreamOf(c, version, new DriverSetup());
            byte[] pieces = StreamOf(c, version, new DriverSetup { SegmentationOffload = false });
            byte[] software = StreamOf(c, version, new DriverSetup { OffloadTx = false });

            Expect.Bytes(whole, software, $"{version}: the stream cut by the card");
            Expect.Bytes(pieces, software, $"{version}: the stream cut by TCP");
        }
    }

    [Case("C029", CaseProfile.Tx, "Each piece of a long segment has its own IP identification and sequence number, and PSH and FIN only where they belong.", Source = "RFC 9293 §3.1, RFC 6864 §4; " + Document, Stimulus = "A record of 10000 bytes and the end of the stream, at an MSS of 100, 537 and 1400 bytes, over IPv4 and IPv6.", Observes = "wire")]
    public static void PiecesHaveRightHeaders(DriverCase c)
    {
        foreach (bool ipv6 in new[] { false, true })
        {
            DriverRig rig = c.Boot(new DriverSetup { Ipv6 = ipv6 });
            foreach (ushort mss in new ushort[] { 100, 537, 1400 })
            {
                rig.Peer.Options = new PeerOptions { Mss = mss };
                TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = $"mss {mss}" });
                flow.SendDrawn(10_000);
                flow.Flow.Close();
                rig.Until(() => flow.Connection.HasFin, "the stream ends");

                flow.ExpectWire();
                SeenSegment[] data = [.. flow.Connection.DataSegments];
                Expect.That(Enumerable.Range(1, data.Length - 1).All(i => data[i].Sequence == data[i - 1].End), "sequence numbers follow one another");
                Expect.That(data.SkipLast(1).All(s => s.Payload.Length == mss), $"every piece but the last holds {mss} bytes");
                Expect.That(data.SkipLast(1).All(s => (s.Header.Flags & (TcpFlags.Fin | TcpFlags.Psh)) == 0), "no piece before the last has FIN or PSH");
                Expect.Equal(flow.Connection.Segments.Count(s => (s.Header.Flags & TcpFlags.Fin) != 0), 1, "the number of segments with FIN");
                if (ipv6) continue;
                // All are marked "don't fragment", so that a number may return (RFC 6864 §4), but not in the next packet.
                ushort[] names = [.. data.Select(s => BinaryPrimitives.ReadUInt16BigEndian(s.Frame.AsSpan(18)))];
                Expect.That(Enumerable.Range(1, names.Length - 1).All(i => names[i] != names[i - 1]), "neighbouring packets have different IP identifications");
            }
        }
    }

    internal static IEnumerable<(TlsVersion Version, TlsCipher Cipher)> AllCiphers() =>
        from version in Versions from cipher in new[] { TlsCipher.Aes128Gcm, TlsCipher.Aes256Gcm, TlsCipher.ChaCha20Poly1305 } select (version, cipher);

    /// <summary>Sends records so that a segment ends at chosen bytes of one.</summary>
    private static void CutRecords(DriverCase c, TlsVersion[] versions, Func<int, IEnumerable<int>> cuts)
    {
        const int Mss = 300;
        const int Content = 120;
        foreach (bool cardCuts in new[] { true, false })
        {
            DriverRig rig = c.Boot(new DriverSetup { SegmentationOffload = cardCuts });
            rig.Peer.Options = new PeerOptions { Mss = Mss };
            foreach (TlsVersion version in versions)
            {
                TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Version = version, Label = $"{version}" });
                int length = Content + flow.TxCodec.Overhead;
                foreach (int cut in cuts(length))
                {
                    int start = flow.OnWire;
                    int filler = (2 * Mss) - cut;
                    flow.SendDrawn(filler - flow.TxCodec.Overhead);
                    flow.SendDrawn(Content);
                    // The record's own tag is then a segment by itself.
                    if (cut != length - Tag) flow.SendDrawn(Content);
                    flow.UntilQuiet();
                    flow.ExpectWire();
                    uint place = flow.TlsStart + (uint)(start + filler + cut);
                    Expect.That(flow.Connection.DataSegments.Any(s => s.Sequence == place), $"{version}: a segment begins at byte {cut} of a record");
                }
            }
        }
    }

    private static byte[] StreamOf(DriverCase c, TlsVersion version, DriverSetup setup)
    {
        DriverRig rig = c.Boot(setup);
        rig.Peer.Options = new PeerOptions { Mss = 97 };
        TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Version = version });
        // Lengths without a common factor put a cut into every part of a record sooner or later.
        for (int i = 0; i < 40; i++) flow.SendDrawn(1 + (i * 37 % 211));
        flow.UntilQuiet();
        flow.ExpectWire();
        return flow.Connection.Wire.Bytes.ToArray();
    }
}
