using NicEmu.Net;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Net;

public sealed class HeaderTests
{
    [Test]
    public void EthernetHeader_Untagged_FourteenBytes()
    {
        byte[] expected = Convert.FromHexString("02a1b2c3d4e506f7182930410800");
        byte[] written = new byte[14];

        bool read = EthernetHeader.TryRead(expected, out EthernetHeader header);
        int length = header.Write(written);

        Assert.That(read, Is.True);
        Assert.That(header.Destination, Is.EqualTo(MacAddress.Parse("02:a1:b2:c3:d4:e5")));
        Assert.That(header.Source.ToString(), Is.EqualTo("06:f7:18:29:30:41"));
        Assert.That(header.VlanId, Is.EqualTo(-1));
        Assert.That(header.EtherType, Is.EqualTo(0x0800));
        Assert.That(written[..length], Is.EqualTo(expected));
    }

    [Test]
    public void EthernetHeader_Tagged_IdentifierWithoutPriority()
    {
        // IEEE 802.1Q: TCI 0xE123 is priority 7, VLAN 0x123.
        bool read = EthernetHeader.TryRead(Convert.FromHexString("02a1b2c3d4e506f7182930418100e12386dd"), out EthernetHeader header);
        byte[] written = new byte[18];
        header.Write(written);

        Assert.That(read, Is.True);
        Assert.That(header, Has.Property(nameof(header.VlanId)).EqualTo(0x123).And.Property(nameof(header.EtherType)).EqualTo(0x86DD).And.Length.EqualTo(18));
        Assert.That(written, Is.EqualTo(Convert.FromHexString("02a1b2c3d4e506f71829304181000123" + "86dd")));
    }

    [Test]
    public void Ipv4Header_Write_LayoutOfRfc791()
    {
        var header = new Ipv4Header
        {
            TotalLength = 0x0273,
            Identification = 0x1C46,
            TimeToLive = 0x3B,
            Protocol = 6,
            Source = IpAddress.Parse("172.16.10.99"),
            Destination = IpAddress.Parse("192.168.1.200"),
        };
        byte[] written = new byte[20];

        header.Write(written, true);

        // Sum of the words without the checksum: 4500+0273+1C46+4000+3B06+AC10+0A63+C0A8+01C8 = 257A2, folded 57A4, complement A85B.
        Assert.That(Convert.ToHexString(written), Is.EqualTo("450002731C4640003B06A85BAC100A63C0A801C8"));
    }

    [Test]
    public void Ipv4Header_ReadWithOptionsAndPadding_FieldsAndLengths()
    {
        byte[] packet = new byte[60];
        Convert.FromHexString("46000020abcd40001106000001020304f5f6f7f801010101").CopyTo(packet, 0);

        DropReason reason = Ipv4Header.Read(packet, false, out Ipv4Header header);

        Assert.That(reason, Is.EqualTo(DropReason.None));
        Assert.That((header.HeaderLength, header.TotalLength, header.Identification), Is.EqualTo((24, 32, (ushort)0xABCD)));
        Assert.That((header.TimeToLive, header.Protocol), Is.EqualTo(((byte)0x11, (byte)6)));
        Assert.That(header.Source, Is.EqualTo(IpAddress.Parse("1.2.3.4")));
        Assert.That(header.Destination, Is.EqualTo(IpAddress.Parse("245.246.247.248")));
    }

    [TestCase("55000014000000004006000001020304f5f6f7f8", DropReason.IpMalformed, TestName = "Ipv4Header_Version5_Malformed")]
    [TestCase("44000014000000004006000001020304f5f6f7f8", DropReason.IpMalformed, TestName = "Ipv4Header_HeaderLength16_Malformed")]
    [TestCase("45000013000000004006000001020304f5f6f7f8", DropReason.IpMalformed, TestName = "Ipv4Header_TotalBelowHeader_Malformed")]
    [TestCase("45000015000000004006000001020304f5f6f7f8", DropReason.IpMalformed, TestName = "Ipv4Header_TotalBeyondPacket_Malformed")]
    [TestCase("46000014000000004006000001020304f5f6f7f8", DropReason.IpMalformed, TestName = "Ipv4Header_OptionsBeyondTotal_Malformed")]
    [TestCase("450000140000200040061ed101020304f5f6f7f8", DropReason.IpFragment, TestName = "Ipv4Header_MoreFragments_Fragment")]
    [TestCase("450000140000000140063ed001020304f5f6f7f8", DropReason.IpFragment, TestName = "Ipv4Header_FragmentOffset_Fragment")]
    public void Ipv4Header_Bad_Reason(string hex, DropReason expected)
    {
        DropReason reason = Ipv4Header.Read(Convert.FromHexString(hex), false, out _);

        Assert.That(reason, Is.EqualTo(expected));
    }

    [Test]
    public void Ipv4Header_ChecksumOffByOne_Refused()
    {
        byte[] packet = Convert.FromHexString("450002731C4640003B06A85CAC100A63C0A801C8").Concat(new byte[0x25F]).ToArray();

        Assert.That(Ipv4Header.Read(packet, true, out _), Is.EqualTo(DropReason.IpChecksum));
        Assert.That(Ipv4Header.Read(packet, false, out _), Is.EqualTo(DropReason.None), "verified by the NIC");
    }

    [Test]
    public void Ipv6Header_Write_LayoutOfRfc8200()
    {
        var header = new Ipv6Header
        {
            PayloadLength = 0x1234,
            UpperProtocol = 6,
            HopLimit = 0x40,
            Source = IpAddress.Parse("2001:db8:1112:1314:1516:1718:191a:1b1c"),
            Destination = IpAddress.Parse("fd21:2223:2425:2627:2829:2a2b:2c2d:2e2f"),
        };
        byte[] written = new byte[40];

        header.Write(written);

        Assert.That(
            Convert.ToHexString(written),
            Is.EqualTo("60000000" + "1234" + "06" + "40" + "20010DB81112131415161718191A1B1C" + "FD212223242526272829" + "2A2B2C2D2E2F"));
    }

    [Test]
    public void Ipv6Header_HopByHopAndDestinationOptions_Skipped()
    {
        byte[] packet = new byte[40 + 8 + 16 + 20 + 3];
        packet[0] = 0x60;
        packet[5] = 44;
        packet[6] = 0; // Hop-by-Hop
        packet[40] = 60; // Destination Options
        packet[48] = 6; // TCP
        packet[49] = 1; // 16 bytes

        DropReason reason = Ipv6Header.Read(packet, out Ipv6Header header);

        Assert.That(reason, Is.EqualTo(DropReason.None));
        Assert.That((header.UpperOffset, header.UpperProtocol, header.PayloadLength), Is.EqualTo((64, (byte)6, 44)));
    }

    [TestCase(0, 44, DropReason.IpFragment)]
    [TestCase(0, 0, DropReason.IpMalformed)]
    [TestCase(255, 6, DropReason.IpMalformed)]
    public void Ipv6Header_ExtensionEndsBadly_Reason(int extensionLength, int next, DropReason expected)
    {
        byte[] packet = new byte[48];
        packet[0] = 0x60;
        packet[5] = 8;
        packet[6] = 60;
        packet[40] = (byte)next;
        packet[41] = (byte)extensionLength;

        Assert.That(Ipv6Header.Read(packet, out _), Is.EqualTo(expected));
    }

    [Test]
    public void TcpHeader_WriteAndRead_LayoutOfRfc9293()
    {
        byte[] expected = Convert.FromHexString("a1b2c3d4e5f60718293a4b5c" + "80" + "1b" + "6d7e" + "00000000" + "0000000000000000" + "00000000");
        var header = new TcpHeader
        {
            SourcePort = 0xA1B2,
            DestinationPort = 0xC3D4,
            Sequence = 0xE5F6_0718,
            Acknowledgment = 0x293A_4B5C,
            HeaderLength = 32,
            Flags = TcpFlags.Ack | TcpFlags.Psh | TcpFlags.Syn | TcpFlags.Fin,
            Window = 0x6D7E,
        };
        byte[] written = new byte[32];

        header.Write(written);
        bool read = TcpHeader.TryRead(expected, out TcpHeader readBack);

        Assert.That(written, Is.EqualTo(expected));
        Assert.That(read, Is.True);
        Assert.That(readBack, Is.EqualTo(header));
    }

    [TestCase(0x40, 20)]
    [TestCase(0x60, 20)]
    [TestCase(0x50, 19)]
    public void TcpHeader_DataOffsetOrLengthTooSmall_NotRead(int offsetByte, int length)
    {
        byte[] segment = new byte[length];
        segment[12] = (byte)offsetByte;

        Assert.That(TcpHeader.TryRead(segment, out _), Is.False);
    }

    [Test]
    public void IpAddress_SolicitedNode_ExampleOfRfc4291()
    {
        // RFC 4291 §2.7.1: 4037::01:800:200E:8C6C has ff02::1:ff0e:8c6c; RFC 2464 §7 gives its MAC address.
        IpAddress group = IpAddress.Parse("4037::1:800:200e:8c6c").SolicitedNode();

        Assert.That(group, Is.EqualTo(IpAddress.Parse("ff02::1:ff0e:8c6c")));
        Assert.That(MacAddress.ForMulticast(group).ToString(), Is.EqualTo("33:33:ff:0e:8c:6c"));
    }

    [TestCase("10.1.2.3", "10.1.2.200", 24, true)]
    [TestCase("10.1.2.3", "10.1.3.3", 24, false)]
    [TestCase("10.1.2.3", "11.1.2.3", 0, true)]
    [TestCase("10.1.2.3", "10.1.2.2", 32, false)]
    [TestCase("2001:db8::1", "2001:db8::ffff", 64, true)]
    [TestCase("2001:db8::1", "2001:db8:0:1::1", 64, false)]
    [TestCase("2001:db8::1", "fd00::1", 0, true)]
    [TestCase("2001:db8::1", "10.1.2.3", 0, false)]
    public void IpAddress_IsInSameSubnet_ComparesPrefix(string left, string right, int prefix, bool expected) =>
        Assert.That(IpAddress.Parse(left).IsInSameSubnet(IpAddress.Parse(right), prefix), Is.EqualTo(expected));
}
