using NicEmu.Conformance.Card;
using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Peer;
using NicEmu.Net;
using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Cases;

/// <summary>C096 to C107 as far as they speak of packets: verdict and bytes of each packet that a card hands over.</summary>
internal static class ReceivePacketCases
{
    private const string Document = "Linux tls-offload.rst, RX; register manual, TLS receive";
    private const byte NotTls = 0;
    private const byte Decrypted = 1;
    private const byte ResyncRequest = 3;
    private const byte BadTag = 7;
    private const byte BeforeExpected = 1;

    private static readonly TlsVersion[] Versions = [TlsVersion.Tls13, TlsVersion.Tls12];

    [Case("C096", CaseProfile.Rx, "Packets of a record are decrypted before its tag came, and a wrong tag changes nothing but the packet that ends the record.", Source = Document, Stimulus = "A record over five packets with a right tag, then one with a wrong tag, then a right one.", Observes = "completions, bytes")]
    public static void RecordOverPackets(DeviceCase c)
    {
        RawCard card = TransmitCardCases.PowerUp(c);
        ushort port = 5000;
        foreach ((TlsVersion version, TlsCipher cipher) in TransmitInOrderCases.AllCiphers())
        {
            var flow = new RawRxFlow(card, c.Seed, version, cipher, remotePort: port++);
            int good = flow.Add(CaseKeys.Bytes(c.Seed, "good", 900));
            int bad = flow.Add(CaseKeys.Bytes(c.Seed, "bad", 900), 200);
            int next = flow.Add(CaseKeys.Bytes(c.Seed, "next", 300));
            int step = (bad - good + 4) / 5;
            for (int at = good; at < bad; at += step) flow.ExpectDecrypted(at, Math.Min(step, bad - at), $"bytes from {at} of a record with {version} {cipher}");
            for (int i = 0; i < 4; i++) Expect.Equal(flow.Deliver(bad + (i * step), step).Verdict, Decrypted, $"the verdict on packet {i} of a record whose tag is wrong");
            RawRxCompletion end = flow.ExpectUntouched(bad + (4 * step), next - bad - (4 * step), "the packet with the wrong tag");
            Expect.Equal(end.Reason, BadTag, "the reason");
            flow.ExpectDecrypted(next, flow.Length - next, "the record behind it");
        }
    }

    [Case("C097", CaseProfile.Rx, "A packet of many records of which the last is not authentic is handed over as it came, all of it.", Source = Document, Stimulus = "Nine records in a packet, a byte of the last, of the fifth, of the first spoiled.", Observes = "completions, bytes")]
    public static void OneBadRecordSpoilsItsPacket(DeviceCase c)
    {
        RawCard card = TransmitCardCases.PowerUp(c);
        ushort port = 5000;
        foreach (TlsVersion version in Versions)
        {
            foreach (int spoiled in new[] { 8, 4, 0 })
            {
                var flow = new RawRxFlow(card, c.Seed, version, remotePort: port++);
                for (int i = 0; i < 9; i++) flow.Add(CaseKeys.Bytes(c.Seed, $"record {i}", 40 + i), i == spoiled ? flow.Codec.PrefixLength + 3 : -1);
                int length = flow.Length;
                int behind = flow.Add(CaseKeys.Bytes(c.Seed, "behind", 100));

                RawRxCompletion completion = flow.ExpectUntouched(0, length, $"a packet whose record {spoiled} is spoiled");
                Expect.Equal(completion.Reason, BadTag, $"the reason when record {spoiled} is spoiled");
                flow.ExpectDecrypted(behind, flow.Length - behind, "the packet behind it");
            }
        }
    }

    [Case("C100", CaseProfile.Rx, "A packet with a wrong checksum is not looked at, and moves nothing.", Source = Document + "; RFC 9293 §3.1, RFC 791 §3.1", Stimulus = "A record with a wrong TCP checksum, with a wrong IPv4 header checksum, with a byte changed on the way, then right.", Observes = "completions, checksum flags")]
    public static void WrongChecksumMovesNothing(DeviceCase c)
    {
        RawCard card = TransmitCardCases.PowerUp(c);
        var flow = new RawRxFlow(card, c.Seed);
        flow.Add(CaseKeys.Bytes(c.Seed, "first", 200));
        int length = flow.Length;
        flow.Add(CaseKeys.Bytes(c.Seed, "second", 200));
        // Offsets in the frame: 24 is the IPv4 header checksum, 50 the TCP checksum, 100 payload.
        foreach ((int offset, int good, string name) in new[] { (50, 0x08, "TCP"), (24, 0x02, "IPv4 header"), (100, 0x08, "TCP (payload changed)") })
        {
            byte[] packet = flow.Packet(0, length);
            packet[offset] ^= 0x40;
            RawRxCompletion completion = flow.Deliver(packet);
            Expect.That(completion.Verdict != Decrypted, $"a packet with a wrong {name} checksum is not decrypted");
            Expect.Equal(completion.Flags & good, 0, $"the flag that the {name} checksum is right");
            Expect.Bytes(completion.Frame, packet, $"the packet with a wrong {name} checksum");
        }

        flow.ExpectDecrypted(0, length, "the packet when it comes right");
        flow.ExpectDecrypted(length, flow.Length - length, "the packet behind it");
    }

    [Case("C101", CaseProfile.Rx, "A packet that differs from the rule in one address or port is none of its stream.", Source = Document, Stimulus = "The next packet of the stream with another source address, destination address, source port, destination port, and over IPv6.", Observes = "completions, bytes")]
    public static void OtherTupleIsUntouched(DeviceCase c)
    {
        RawCard card = TransmitCardCases.PowerUp(c);
        var flow = new RawRxFlow(card, c.Seed);
        flow.Add(CaseKeys.Bytes(c.Seed, "matched", 300));
        byte[] payload = flow.Wire.ToArray();
        foreach ((TcpTuple tuple, string name) in Others())
        {
            byte[] packet = RawFrames.From(tuple, flow.Start, payload);
            RawRxCompletion completion = flow.Deliver(packet);
            Expect.Equal(completion.Verdict, NotTls, $"the verdict on a packet with another {name}");
            Expect.Equal(completion.Handle, 0ul, $"the context of a packet with another {name}");
            Expect.Bytes(completion.Frame, packet, $"the packet with another {name}");
        }

        flow.ExpectDecrypted(0, flow.Length, "the packet of the stream");
    }

    [Case("C103", CaseProfile.Rx, "Where addresses are rewritten on the way, packets miss the rule and come as on the wire, and only those that match move the context.", Source = Document, Stimulus = "Every second record under a rewritten port, the others under the rule's.", Observes = "completions, bytes")]
    public static void RewrittenAddressesMissTheRule(DeviceCase c)
    {
        RawCard card = TransmitCardCases.PowerUp(c);
        var flow = new RawRxFlow(card, c.Seed);
        for (int i = 0; i < 6; i++) flow.Add(CaseKeys.Bytes(c.Seed, $"record {i}", 150));
        for (int i = 0; i < 6; i++)
        {
            int at = flow.OffsetOf(i);
            int length = (i == 5 ? flow.Length : flow.OffsetOf(i + 1)) - at;
            byte[] rewritten = RawFrames.FromPeer(flow.Start + (uint)at, flow.Wire.Slice(at, length), 4999);
            RawRxCompletion completion = flow.Deliver(rewritten);
            Expect.Equal(completion.Verdict, NotTls, $"the verdict on record {i} under a rewritten port");
            Expect.Bytes(completion.Frame, rewritten, $"record {i} under a rewritten port");
            flow.ExpectDecrypted(at, length, $"record {i} under the rule's port");
        }
    }

    [Case("C104", CaseProfile.Rx, "A gap without a header in it costs the rest of its record only.", Source = Document, Stimulus = "One of eight packets of a record is lost: each but the first; packets that end before, at and behind the next header.", Observes = "completions, bytes")]
    public static void GapWithinRecord(DeviceCase c)
    {
        RawCard card = TransmitCardCases.PowerUp(c);
        ushort port = 5000;
        foreach (TlsVersion version in Versions)
        {
            for (int lost = 1; lost < 8; lost++)
            {
                var flow = new RawRxFlow(card, c.Seed, version, remotePort: port++);
                int next = flow.Add(CaseKeys.Bytes(c.Seed, "damaged", 800 - flow.Codec.Overhead)) + 800;
                flow.Add(CaseKeys.Bytes(c.Seed, "next", 400));
                for (int i = 0; i < lost; i++) flow.ExpectDecrypted(i * 100, 100, $"packet {i} before the gap");
                for (int i = lost + 1; i < 8; i++) flow.ExpectUntouched(i * 100, 100, $"packet {i} behind the gap, in the damaged record");
                if (lost == 7)
                {
                    // The lost packet ends the record: the next one begins with a header.
                    flow.ExpectDecrypted(next, 100, "the first packet behind a gap that ends at a header");
                    flow.ExpectDecrypted(next + 100, flow.Length - next - 100, "the rest of the next record");
                }
                else
                {
                    flow.ExpectDecrypted(next, flow.Length - next, $"the next record, packet {lost} lost");
                }

                flow.ExpectUntouched(lost * 100, 100, "the lost packet when it comes late");
                int behind = flow.Add(CaseKeys.Bytes(c.Seed, "behind", 60));
                flow.ExpectDecrypted(behind, flow.Length - behind, "the record behind");
            }
        }
    }

    [Case("C105", CaseProfile.Resync, "A gap with a header in it starts a search; the context asks, and decrypts again only under the number that it is told.", Source = Document, Stimulus = "The packet with a header is lost, whole and cut within the header; the request is acknowledged.", Observes = "completions, bytes, candidate")]
    public static void GapWithHeader(DeviceCase c)
    {
        RawCard card = TransmitCardCases.PowerUp(c);
        ushort port = 5000;
        foreach (TlsVersion version in Versions)
        {
            // The gap ends behind the lost header, or in it.
            foreach (int resume in new[] { 60, 3, 1 })
            {
                var flow = new RawRxFlow(card, c.Seed, version, remotePort: port++);
                for (int i = 0; i < 8; i++) flow.Add(CaseKeys.Bytes(c.Seed, $"record {i}", 200));
                int lost = flow.OffsetOf(2);
                flow.ExpectDecrypted(0, lost - 20, "what is before the gap");
                flow.ExpectUntouched(lost + resume, flow.OffsetOf(3) - lost - resume, "the rest of the record whose header is lost");
                RawRxCompletion request = flow.ExpectUntouched(flow.OffsetOf(3), flow.OffsetOf(4) - flow.OffsetOf(3), "the next record");
                Expect.Equal(request.Verdict, ResyncRequest, "the verdict on the next record");
                Expect.Equal(request.Candidate, flow.Start + (uint)flow.OffsetOf(3), "the candidate");
                flow.ExpectUntouched(flow.OffsetOf(4), flow.OffsetOf(5) - flow.OffsetOf(4) + 10, "a record while nothing was answered");
                Expect.Equal(flow.Answer(1, request.Candidate, 3), (byte)0, "the status of the answer");
                flow.ExpectUntouched(flow.OffsetOf(5) + 10, flow.OffsetOf(6) - flow.OffsetOf(5) - 10, "the rest of the record that the answer came in");
                flow.ExpectDecrypted(flow.OffsetOf(6), flow.OffsetOf(7) - flow.OffsetOf(6), "the record that begins behind the answer");
                flow.ExpectDecrypted(flow.OffsetOf(7), flow.Length - flow.OffsetOf(7), "the record behind it");
            }
        }
    }

    [Case("C106", CaseProfile.Rx, "Packets that come late come as on the wire, and leave the context where it is.", Source = Document, Stimulus = "A packet late by 1, 2 and 10 others, from the midst of a long record.", Observes = "completions, bytes")]
    public static void LatePackets(DeviceCase c)
    {
        RawCard card = TransmitCardCases.PowerUp(c);
        ushort port = 5000;
        foreach (int late in new[] { 1, 2, 10 })
        {
            var flow = new RawRxFlow(card, c.Seed, remotePort: port++);
            flow.Add(CaseKeys.Bytes(c.Seed, "long", 1500));
            int next = flow.Length;
            flow.Add(CaseKeys.Bytes(c.Seed, "next", 500));
            flow.ExpectDecrypted(0, 100, "the first packet");
            for (int i = 0; i < late; i++) flow.ExpectUntouched(200 + (i * 100), 100, $"packet {i} of {late} that overtake");
            RawRxCompletion completion = flow.ExpectUntouched(100, 100, $"the packet that is late by {late}");
            Expect.Equal(completion.Reason, BeforeExpected, "the reason");
            for (int at = 200 + (late * 100); at < next; at += 100) flow.ExpectUntouched(at, Math.Min(100, next - at), $"the record's rest from byte {at}");
            flow.ExpectDecrypted(next, 250, $"the next record's beginning, packet late by {late}");
            flow.ExpectDecrypted(next + 250, flow.Length - next - 250, "its rest");
        }
    }

    [Case("C107", CaseProfile.Rx, "A packet that comes twice passes untouched the second time, and moves nothing.", Source = Document, Stimulus = "Each of six packets twice, the first one again at the end.", Observes = "completions, bytes")]
    public static void RepeatedPackets(DeviceCase c)
    {
        RawCard card = TransmitCardCases.PowerUp(c);
        ushort port = 5000;
        foreach ((TlsVersion version, TlsCipher cipher) in TransmitInOrderCases.AllCiphers())
        {
            var flow = new RawRxFlow(card, c.Seed, version, cipher, 0xFFFF_FF80, port++);
            flow.Add(CaseKeys.Bytes(c.Seed, "first", 230));
            flow.Add(CaseKeys.Bytes(c.Seed, "second", 230));
            int step = (flow.Length / 6) - 1;
            for (int i = 0; i < 6; i++)
            {
                flow.ExpectDecrypted(i * step, step, $"packet {i} with {version} {cipher}");
                flow.ExpectUntouched(i * step, step, $"packet {i} again");
            }

            flow.ExpectUntouched(0, step, "the first packet at the end");
            flow.ExpectDecrypted(6 * step, flow.Length - (6 * step), "the last bytes");
        }
    }

    private static IEnumerable<(TcpTuple Tuple, string Name)> Others()
    {
        IpAddress other = IpAddress.Parse("192.0.2.77");
        yield return (new TcpTuple(other, RawFrames.PeerPort, PeerAddresses.Machine4, RawFrames.CardPort), "source address");
        yield return (new TcpTuple(PeerAddresses.Peer4, RawFrames.PeerPort, other, RawFrames.CardPort), "destination address");
        yield return (new TcpTuple(PeerAddresses.Peer4, RawFrames.PeerPort + 1, PeerAddresses.Machine4, RawFrames.CardPort), "source port");
        yield return (new TcpTuple(PeerAddresses.Peer4, RawFrames.PeerPort, PeerAddresses.Machine4, RawFrames.CardPort + 1), "destination port");
        yield return (new TcpTuple(PeerAddresses.Peer6, RawFrames.PeerPort, PeerAddresses.Machine6, RawFrames.CardPort), "protocol");
    }
}
