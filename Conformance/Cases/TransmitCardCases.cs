using NicEmu.Conformance.Card;
using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Peer;
using NicEmu.Net;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Cases;

/// <summary>C030, C031, C033, C042, C047, C052, C076: what a card does with descriptors of a stream, seen from the ring.</summary>
internal static class TransmitCardCases
{
    private const string Manual = "register manual, TLS transmit";
    private const int EthernetAddresses = 12;
    private const byte NotInSequence = 0x01;
    private const byte WrongQueue = 0x0D;

    private static readonly TlsVersion[] Versions = [TlsVersion.Tls13, TlsVersion.Tls12];

    [Case("C030", CaseProfile.Tx, "VLAN tags, put in by the driver, by the card, or both, change nothing of the ciphertext.", Source = Manual + "; IEEE 802.1Q", Stimulus = "The same records without a tag, with one in the frame, with one inserted, and with one inserted before one in the frame.", Observes = "wire")]
    public static void TagsChangeNoCiphertext(DeviceCase c)
    {
        foreach (TlsVersion version in Versions)
        {
            RawCard card = PowerUp(c);
            var flow = new RawTxStream(card, c.Seed, version);
            foreach ((int inFrame, bool inserted, string name) in new[] { (0, false, "no tag"), (1, false, "a tag in the frame"), (0, true, "a tag inserted"), (1, true, "two tags") })
            {
                int at = flow.Add(CaseKeys.Bytes(c.Seed, name, 777));
                byte[] frame = RawFrames.Tcp(flow.Start + (uint)at, flow.Plain(at, flow.Length - at));
                if (inFrame == 1) frame = [.. frame[..EthernetAddresses], 0x81, 0x00, 0x20, 0x07, .. frame[EthernetAddresses..]];
                using DmaBuffer memory = card.Rig.Bus.AllocateDma(frame.Length);
                frame.CopyTo(memory.Span);
                byte[] descriptor = RawTxQueue.Data(memory.BusAddress, (uint)frame.Length, flow.Handle, (ushort)(RawFrames.HeaderLength + (4 * inFrame)));
                if (inserted) (descriptor[3], descriptor[20], descriptor[21]) = ((byte)(descriptor[3] | 0x08), 0x09, 0x40);
                flow.Post(0, name, [descriptor]);

                int tags = inFrame + (inserted ? 1 : 0);
                Expect.Equal(flow.TakeFrames(name, sent => WithoutOuterTag(sent, tags)).Count, 1, $"the number of frames with {name}");
            }
        }
    }

    [Case("C031", CaseProfile.Tx, "Extension headers and options before the payload change nothing of the ciphertext.", Source = Manual + "; RFC 8200 §4, RFC 9293 §3.2", Stimulus = "IPv6 with 0 to 2 extension headers and IPv4 with 0 to 40 bytes of options, each with 0 to 40 bytes of TCP options.", Observes = "wire")]
    public static void OptionsChangeNoCiphertext(DeviceCase c)
    {
        RawCard card = PowerUp(c);
        var flow = new RawTxStream(card, c.Seed);
        foreach (bool ipv6 in new[] { true, false })
        {
            for (int options = 0; options <= 40; options += 4)
            {
                for (int extra = 0; extra <= 2; extra++)
                {
                    string name = $"IPv{(ipv6 ? 6 : 4)} with {extra} extensions and {options} bytes of TCP options";
                    int at = flow.Add(CaseKeys.Bytes(c.Seed, name, 91));
                    byte[] headers = Headers(ipv6, extra, options, flow.Start + (uint)at, flow.Length - at);
                    byte[] frame = [.. headers, .. flow.Plain(at, flow.Length - at)];
                    using DmaBuffer memory = card.Rig.Bus.AllocateDma(frame.Length);
                    frame.CopyTo(memory.Span);
                    flow.Post(0, name, [RawTxQueue.Data(memory.BusAddress, (uint)frame.Length, flow.Handle, (ushort)headers.Length)]);
                    Expect.Equal(flow.TakeFrames(name).Count, 1, $"the number of frames with {name}");
                }
            }
        }
    }

    [Case("C033", CaseProfile.Tx, "A keepalive with a byte of garbage that was acknowledged long ago is never encrypted as new data.", Source = Manual + "; RFC 9293 §3.8.4", Stimulus = "DATA of one byte at the sequence number before the next one, then the next record.", Observes = "completions, wire")]
    public static void KeepaliveWithGarbageMovesNothing(DeviceCase c)
    {
        RawCard card = PowerUp(c);
        var flow = new RawTxStream(card, c.Seed);
        int first = flow.Add(CaseKeys.Bytes(c.Seed, "first", 300));
        flow.Post(0, "the first record", [flow.Data(first, flow.Length)]);
        flow.TakeFrames("the first record");

        byte[] garbage = RawFrames.Tcp(flow.Start + (uint)flow.Length - 1, [0x5A]);
        using DmaBuffer memory = card.Rig.Bus.AllocateDma(garbage.Length);
        garbage.CopyTo(memory.Span);
        flow.Post(NotInSequence, "the keepalive", [RawTxQueue.Data(memory.BusAddress, (uint)garbage.Length, flow.Handle, RawFrames.HeaderLength)]);
        Expect.That(!card.Rig.Wire.TryTakeFromDevice(out _), "no frame of the keepalive leaves");

        int second = flow.Add(CaseKeys.Bytes(c.Seed, "second", 300));
        flow.Post(0, "the record behind it", [flow.Data(second, flow.Length - second)]);
        Expect.Equal(flow.TakeFrames("the record behind it").Count, 1, "the number of frames behind it");
    }

    [Case("C042", CaseProfile.Tx, "A record without content has a right tag: in TLS 1.2 over nothing, in TLS 1.3 over its inner type.", Source = "RFC 5246 §6.2.1, RFC 8446 §5.4; " + Manual, Stimulus = "Empty records of application data and handshake, alone and between others, whole and cut at every byte.", Observes = "wire")]
    public static void EmptyRecordsAreRight(DeviceCase c)
    {
        RawCard card = PowerUp(c);
        foreach ((TlsVersion version, TlsCipher cipher) in TransmitInOrderCases.AllCiphers())
        {
            var flow = new RawTxStream(card, c.Seed, version, cipher, 5000);
            flow.Add([]);
            flow.Add([], 22);
            flow.Add([1, 2, 3]);
            flow.Add([]);
            flow.Post(0, $"empty records with {version} {cipher}", [flow.Data(0, flow.Length)]);
            Expect.Equal(flow.TakeFrames($"empty records with {version} {cipher}").Count, 1, "the number of frames");
            int at = flow.Add([]);
            for (int cut = at; cut < flow.Length; cut++) flow.Post(0, "one byte of an empty record", [flow.Data(cut, 1)]);
            Expect.Equal(flow.TakeFrames("an empty record byte by byte").Count, flow.Length - at, "the number of frames");
        }
    }

    [Case("C047", CaseProfile.Tx, "A connection that moves to another queue is right there, and refused where it does not belong.", Source = Manual, Stimulus = "DATA on queue 1 of a context bound to queue 0, TX_MOVE in the midst of a record, DATA on both.", Observes = "completions, wire")]
    public static void ContextMovesToAnotherQueue(DeviceCase c)
    {
        RawCard card = PowerUp(c);
        var flow = new RawTxStream(card, c.Seed);
        card.Tx(1);
        flow.Add(CaseKeys.Bytes(c.Seed, "moves", 500));
        flow.Post(0, "the beginning on queue 0", [flow.Data(0, 200)]);
        flow.TakeFrames("the beginning");
        flow.Post(WrongQueue, "a segment on queue 1", [flow.Data(200, 100)], 1);
        Expect.That(!card.Rig.Wire.TryTakeFromDevice(out _), "no frame leaves from the wrong queue");

        Expect.Equal(card.Mailbox(34, new Bytes(16).U64(0, flow.Handle).U16(8, 1).Span), 0u, "the status of TX_MOVE");
        flow.Post(0, "the middle on queue 1", [flow.Data(200, 100)], 1);
        Expect.Equal(flow.TakeFrames("the middle").Count, 1, "the number of frames from queue 1");
        flow.Post(WrongQueue, "a segment on queue 0", [flow.Data(300, 50)]);
        Expect.That(!card.Rig.Wire.TryTakeFromDevice(out _), "no frame leaves from the former queue");
        flow.Post(0, "the rest on queue 1", [flow.Data(300, flow.Length - 300)], 1);
        Expect.Equal(flow.TakeFrames("the rest").Count, 1, "the number of frames of the rest");
    }

    [Case("C052", CaseProfile.Tx, "What stands where the tag will be is neither sent nor part of the tag.", Source = Manual, Stimulus = "Records whose tag place is filled with 0x00, 0x41 and 0xFF, sent whole, cut within the tag, and again.", Observes = "wire")]
    public static void PlaceholderNeverLeaves(DeviceCase c)
    {
        RawCard card = PowerUp(c);
        foreach ((TlsVersion version, TlsCipher cipher) in TransmitInOrderCases.AllCiphers())
        {
            var flow = new RawTxStream(card, c.Seed, version, cipher, 7000);
            int record = 0;
            foreach (byte filler in new byte[] { 0x00, 0x41, 0xFF })
            {
                string name = $"a record with 0x{filler:X2} as placeholder, {version} {cipher}";
                int at = flow.Add(CaseKeys.Bytes(c.Seed, name, 64), 23, filler);
                int cut = flow.Length - at - 7;
                flow.Post(0, name, [flow.Data(at, cut), flow.Data(at + cut, 7)]);
                Expect.Equal(flow.TakeFrames(name).Count, 2, $"the number of frames of {name}");
                flow.Post(0, name + ", again", [flow.Position(record), flow.Replay(at, cut), flow.Data(at + cut, 7)]);
                Expect.Equal(flow.TakeFrames(name + ", again").Count, 1, $"the number of frames of {name}, again");
                record++;
            }
        }
    }

    [Case("C076", CaseProfile.Resync, "A repetition that is queued while the first copy is still in the ring is the same.", Source = Manual, Stimulus = "One doorbell for a record, itself again, its second half, its tag, and the next record.", Observes = "wire")]
    public static void RepetitionBehindFirstCopyInRing(DeviceCase c)
    {
        RawCard card = PowerUp(c);
        foreach (TlsVersion version in Versions)
        {
            var flow = new RawTxStream(card, c.Seed, version, start: 0xFFFF_FF00);
            flow.Add(CaseKeys.Bytes(c.Seed, "twice", 700));
            int length = flow.Length;
            flow.Add(CaseKeys.Bytes(c.Seed, "behind", 100));

            flow.Post(0, "a record and its repetitions",
            [
                flow.Data(0, length),
                flow.Position(0), flow.Data(0, length),
                flow.Position(0), flow.Replay(0, 350), flow.Data(350, length - 350),
                flow.Position(0), flow.Replay(0, length - 16), flow.Data(length - 16, 16),
                flow.Data(length, flow.Length - length),
            ]);

            IReadOnlyList<(int Offset, int Length)> frames = flow.TakeFrames("a record and its repetitions");
            Expect.Equal(frames.Count, 5, $"{version}: the number of frames");
        }
    }

    internal static RawCard PowerUp(DeviceCase c)
    {
        var card = new RawCard(c.Boot());
        card.PowerUp();
        return card;
    }

    private static byte[] WithoutOuterTag(byte[] frame, int tags)
    {
        // The reader of frames knows one tag at most.
        for (int i = 0; i < tags; i++)
        {
            int at = EthernetAddresses + (4 * i);
            Expect.That(frame[at] == 0x81 && frame[at + 1] == 0, $"tag {i} is on the wire");
        }

        return tags == 2 ? [.. frame[..EthernetAddresses], .. frame[(EthernetAddresses + 4)..]] : frame;
    }

    /// <summary>Headers with extensions and options whose checksums are left to the card.</summary>
    private static byte[] Headers(bool ipv6, int extra, int options, uint sequence, int payload)
    {
        var tcp = new byte[TcpHeader.MinimumLength + options];
        new TcpHeader { SourcePort = RawFrames.CardPort, DestinationPort = RawFrames.PeerPort, Sequence = sequence, Acknowledgment = 1, Flags = TcpFlags.Ack, Window = 65535, HeaderLength = tcp.Length }.Write(tcp);
        // RFC 9293 §3.2: option 1 is no operation.
        tcp.AsSpan(TcpHeader.MinimumLength).Fill(1);
        byte[] ethernet = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 2, 0, 0, 0, 0, 1, (byte)(ipv6 ? 0x86 : 0x08), (byte)(ipv6 ? 0xDD : 0x00)];
        byte[] ip = ipv6 ? Ipv6(extra, tcp.Length + payload) : Ipv4(extra, tcp.Length + payload);
        return [.. ethernet, .. ip, .. tcp];
    }

    // RFC 8200 §4.3, §4.6: hop-by-hop options (0) and destination options (60), each of eight bytes with PadN.
    private static byte[] Ipv6(int extensions, int upper)
    {
        var ip = new byte[Ipv6Header.FixedLength + (8 * extensions)];
        byte first = extensions switch { 0 => (byte)6, 1 => (byte)60, _ => (byte)0 };
        new Ipv6Header { PayloadLength = (8 * extensions) + upper, UpperProtocol = first, HopLimit = 64, Source = PeerAddresses.Machine6, Destination = PeerAddresses.Peer6 }.Write(ip);
        for (int i = 0; i < extensions; i++)
        {
            byte next = i == extensions - 1 ? (byte)6 : (byte)60;
            new byte[] { next, 0, 1, 4, 0, 0, 0, 0 }.CopyTo(ip, Ipv6Header.FixedLength + (8 * i));
        }

        return ip;
    }

    // RFC 791 §3.1: option 1 is no operation; the header grows by 20 bytes for each extension asked for.
    private static byte[] Ipv4(int extra, int upper)
    {
        var ip = new byte[Ipv4Header.MinimumLength + (20 * extra)];
        new Ipv4Header { TotalLength = ip.Length + upper, Identification = 9, TimeToLive = 64, Protocol = 6, Source = PeerAddresses.Machine4, Destination = PeerAddresses.Peer4 }.Write(ip, false);
        ip[0] = (byte)(0x40 | (ip.Length / 4));
        ip.AsSpan(Ipv4Header.MinimumLength).Fill(1);
        return ip;
    }
}
