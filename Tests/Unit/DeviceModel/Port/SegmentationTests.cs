using System.Buffers.Binary;
using CsCheck;
using NicEmu.DeviceModel.Port;
using NicEmu.Spec.Core;
using NicEmu.Tests.Block.Core;
using NUnit.Framework;
using PacketDotNet;

namespace NicEmu.Tests.Unit.DeviceModel.Port;

internal sealed class SegmentationTests
{
    private const byte Fin = 0x01;
    private const byte Push = 0x08;
    private const byte Cwr = 0x80;

    [Test]
    public void BuildHeaders_ThreeSegmentsOfIpv4_AreTheseBytes()
    {
        // 10 payload bytes, MSS 4, flags CWR|ACK|PSH|FIN; checksums of the chain are garbage.
        byte[] chain = Convert.FromHexString(
            "020000000001" + "020000000002" + "0800" + "45000000FFFF40004006DEADC0000202C0000201"
            + "01BBC350FFFFFFFE0A0B0C0D5099FFEEBEEF0000" + "00010203040506070809");
        string[] expected =
        [
            "020000000001" + "020000000002" + "0800" + "4500002CFFFF40004006B6C8C0000202C0000201" + "01BBC350FFFFFFFE0A0B0C0D5090FFEE4E370000" + "00010203",
            "020000000001" + "020000000002" + "0800" + "4500002C000040004006B6C8C0000202C0000201" + "01BBC350000000020A0B0C0D5010FFEE46AC0000" + "04050607",
            "020000000001" + "020000000002" + "0800" + "4500002A000140004006B6C9C0000202C0000201" + "01BBC350000000060A0B0C0D5019FFEE48A40000" + "0809",
        ];

        List<byte[]> frames = Cut(chain, TxOffloads.Segmentation, 4);

        Assert.That(frames.Select(Convert.ToHexString), Is.EqualTo(expected));
    }

    [Test]
    public void BuildHeaders_AnyChain_AgreesWithPacketDotNetAndKeepsTheStream() =>
        Gen.Select(Gen.Bool, Gen.Int[0, 2], Gen.Int[0, 5], Gen.Int[0, 10], Gen.Int[1, 1460], Gen.Int[0, 9000], Gen.UInt, Gen.Byte).Sample(
            (ipv6, tags, ipOptions, tcpOptions, mss, length, sequence, flags) =>
            {
                var template = new TcpFrame
                {
                    Ipv6 = ipv6,
                    Vlan = tags == 0 ? [] : tags == 1 ? [(0x8100, 5)] : [(0x88A8, 7), (0x8100, 5)],
                    IpOptions = ipOptions * 8,
                    TcpOptions = Options(tcpOptions * 4),
                    Payload = Pattern(length),
                    Sequence = sequence,
                    Flags = flags,
                    Identification = 0xFFF0,
                };
                return AllRight(template, Cut(template.Build(), TxOffloads.Segmentation, mss), mss);
            },
            iter: 300);

    [Test]
    public void BuildHeaders_LargestChain_FillsEverySegmentButTheLast()
    {
        var template = new TcpFrame { Payload = Pattern(65536) };

        List<byte[]> frames = Cut(template.Build(), TxOffloads.Segmentation, 1448);

        Assert.That(AllRight(template, frames, 1448), Is.True);
        Assert.That((frames.Count, frames[^1].Length), Is.EqualTo((46, 54 + (65536 - (45 * 1448)))));
    }

    [Test]
    public void BuildHeaders_VlanInserted_StandsBeforeTheTypeAndChangesNothingElse([Values] bool segmentation)
    {
        var template = new TcpFrame { Payload = Pattern(100) };
        byte[] plain = Cut(template.Build(), segmentation ? TxOffloads.Segmentation : TxOffloads.None, segmentation ? 200 : 0)[0];

        byte[] tagged = Cut(template.Build(), (segmentation ? TxOffloads.Segmentation : TxOffloads.None) | TxOffloads.VlanInsert, segmentation ? 200 : 0)[0];

        Assert.That(tagged, Is.EqualTo((byte[])[.. plain[..12], 0x81, 0x00, 0xBE, 0xEF, .. plain[12..]]));
    }

    [Test]
    public void BuildHeaders_ChecksumsOnly_RestoresWhatWasThere([Values] bool ipv6)
    {
        byte[] right = new TcpFrame { Ipv6 = ipv6, Payload = Pattern(77), TcpOptions = Options(12) }.Build();
        byte[] broken = [.. right];
        int checksum = FrameParser.Parse(right).L4Offset + 16;
        broken[checksum] ^= 0x5A;
        broken[24] ^= ipv6 ? (byte)0 : (byte)0xFF;

        byte[] frame = Cut(broken, ipv6 ? TxOffloads.L4Checksum : TxOffloads.L4Checksum | TxOffloads.Ipv4Checksum, 0)[0];

        Assert.That(frame, Is.EqualTo(right));
    }

    [Test]
    public void BuildHeaders_UdpWhoseChecksumIsZero_SendsOnes()
    {
        // RFC 768: all ones stand for a computed zero. The last payload word is chosen so that the sum is all ones.
        byte[] frame = Convert.FromHexString("020000000001" + "020000000002" + "0800" + "4500001E000040004011B6C3C0000202C0000201" + "00010002000A0000" + "0000");
        uint sum = TcpFrame.Sum(0, frame.AsSpan(26, 8)) + 17 + 10 + TcpFrame.Sum(0, frame.AsSpan(34));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(42), TcpFrame.Checksum(sum));

        byte[] sent = Cut(frame, TxOffloads.L4Checksum, 0)[0];

        Assert.That(BinaryPrimitives.ReadUInt16BigEndian(sent.AsSpan(40)), Is.EqualTo(0xFFFF));
    }

    [Test]
    public void BuildHeaders_EthernetPadding_IsSentButNotSummed()
    {
        byte[] right = [.. new TcpFrame { Payload = [1, 2, 3] }.Build(), 0xAA, 0xBB, 0xCC];

        byte[] sent = Cut(right, TxOffloads.L4Checksum | TxOffloads.Ipv4Checksum, 0)[0];

        Assert.That(sent, Is.EqualTo(right));
    }

    [TestCase(0, 1448, 1)]
    [TestCase(1448, 1448, 1)]
    [TestCase(1449, 1448, 2)]
    [TestCase(65536, 1, 65536)]
    [TestCase(65536, 0, 1)]
    public void FrameCount_AtItsEdges_IsRight(int payload, int mss, int frames)
    {
        int count = SegmentationEngine.FrameCount(payload, mss);

        Assert.That(count, Is.EqualTo(frames));
    }

    private static List<byte[]> Cut(byte[] chain, TxOffloads offloads, int mss)
    {
        FrameLayout layout = mss > 0 ? FrameParser.ParseUnsegmented(chain) : FrameParser.Parse(chain);
        var room = new byte[SegmentationEngine.HeaderRoom];
        var frames = new List<byte[]>();
        int count = SegmentationEngine.FrameCount(layout.PayloadLength, mss);
        for (int i = 0; i < count; i++)
        {
            int length = SegmentationEngine.BuildHeaders(chain, layout, offloads, mss, 0xBEEF, i, room, out ReadOnlySpan<byte> payload);
            frames.Add([.. room.AsSpan(0, length), .. payload]);
        }

        return frames;
    }

    private static bool AllRight(TcpFrame template, List<byte[]> frames, int mss)
    {
        var stream = new List<byte>();
        for (int i = 0; i < frames.Count; i++)
        {
            Packet packet = Packet.ParsePacket(LinkLayers.Ethernet, frames[i]);
            TcpPacket tcp = packet.Extract<TcpPacket>();
            bool last = i == frames.Count - 1;
            byte flags = template.Flags;
            flags = last ? flags : (byte)(flags & ~(Fin | Push));
            flags = i == 0 ? flags : (byte)(flags & ~Cwr);
            var expected = template with
            {
                Sequence = unchecked(template.Sequence + (uint)(i * mss)),
                Identification = (ushort)(template.Identification + i),
                Flags = flags,
                Payload = template.Payload.AsSpan(i * mss, Math.Min(mss, template.Payload.Length - (i * mss))).ToArray(),
            };
            bool ipValid = template.Ipv6 || packet.Extract<IPv4Packet>().ValidIPChecksum;

            bool tcpValid = tcp.ValidTcpChecksum;
            if (!ipValid || !tcpValid || !frames[i].AsSpan().SequenceEqual(expected.Build()))
            {
                return false;
            }

            stream.AddRange(expected.Payload);
        }

        return stream.SequenceEqual(template.Payload);
    }

    private static byte[] Options(int length)
    {
        var options = new byte[length];
        options.AsSpan().Fill(1);
        return options;
    }

    private static byte[] Pattern(int length)
    {
        var payload = new byte[length];
        for (int i = 0; i < length; i++)
        {
            payload[i] = (byte)((i * 7) + (i >> 8));
        }

        return payload;
    }
}
