using CsCheck;
using NicEmu.DeviceModel.Port;
using NicEmu.Tests.Block.Core;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Port;

internal sealed class FrameParserTests
{
    // Ethernet, IPv4 without options, TCP without options, "hi", two bytes of padding.
    private const string Plain =
        "020000000001" + "020000000002" + "0800"
        + "4500002A123440004006A48EC0000202C0000201"
        + "01BBC350000000010A0B0C0D5018FFEE00000000" + "6869" + "0000";

    [Test]
    public void Parse_Ipv4Tcp_FindsEveryPart()
    {
        byte[] frame = Convert.FromHexString(Plain);

        FrameLayout layout = FrameParser.Parse(frame);

        Assert.That(
            (layout.Verdict, layout.IpVersion, layout.L3Offset, layout.L4Offset, layout.L4Protocol, layout.PayloadOffset, layout.PayloadLength, layout.EthernetLength),
            Is.EqualTo((FrameVerdict.Ok, 4, 14, 34, (byte)6, 54, 2, 14)));
    }

    private static IEnumerable<TestCaseData> Shapes()
    {
        foreach (bool ipv6 in (bool[])[false, true])
        {
            for (int tags = 0; tags <= 2; tags++)
            {
                foreach (int options in (int[])[0, 8, 40])
                {
                    foreach (int tcpOptions in (int[])[0, 12, 40])
                    {
                        yield return new TestCaseData(ipv6, tags, options, tcpOptions).SetName($"Parse_Ipv{(ipv6 ? 6 : 4)}_{tags}Tags_{options}IpOptions_{tcpOptions}TcpOptions_FindsThePayload");
                    }
                }
            }
        }
    }

    [TestCaseSource(nameof(Shapes))]
    public void Parse_Shape_FindsThePayload(bool ipv6, int tags, int options, int tcpOptions)
    {
        var frame = new TcpFrame
        {
            Ipv6 = ipv6,
            Vlan = tags == 0 ? [] : tags == 1 ? [(0x8100, 5)] : [(0x88A8, 7), (0x8100, 5)],
            IpOptions = options,
            TcpOptions = new byte[tcpOptions],
            Payload = new byte[33],
        };

        FrameLayout layout = FrameParser.Parse(frame.Build());

        Assert.That(
            (layout.Verdict, layout.VlanTags, layout.L3Offset, layout.L4Offset, layout.PayloadOffset, layout.PayloadLength),
            Is.EqualTo((FrameVerdict.Ok, tags, frame.L3Offset, frame.L4Offset, frame.HeaderLength, 33)));
    }

    [Test]
    public void Parse_EveryTruncation_IsTruncatedOrNotIp([Values] bool ipv6)
    {
        byte[] frame = new TcpFrame { Ipv6 = ipv6, Vlan = [(0x8100, 1)], IpOptions = 8, TcpOptions = new byte[8], Payload = new byte[3] }.Build();
        var wrong = new List<int>();

        for (int length = 0; length < frame.Length; length++)
        {
            if (FrameParser.Parse(frame.AsSpan(0, length)).Verdict != FrameVerdict.Truncated)
            {
                wrong.Add(length);
            }
        }

        Assert.That(wrong, Is.Empty);
    }

    [TestCase(14, 0x44, FrameVerdict.Malformed, TestName = "Parse_HeaderLengthBelowFive_IsMalformed")]
    [TestCase(14, 0x55, FrameVerdict.Malformed, TestName = "Parse_VersionNotThatOfTheType_IsMalformed")]
    [TestCase(14, 0x4F, FrameVerdict.Truncated, TestName = "Parse_OptionsBeyondTheFrame_AreTruncated")]
    [TestCase(17, 0x13, FrameVerdict.Malformed, TestName = "Parse_TotalLengthBelowTheHeader_IsMalformed")]
    [TestCase(17, 0x2D, FrameVerdict.Truncated, TestName = "Parse_TotalLengthBeyondTheFrame_IsTruncated")]
    [TestCase(46, 0x40, FrameVerdict.Malformed, TestName = "Parse_DataOffsetBelowFive_IsMalformed")]
    [TestCase(46, 0xF0, FrameVerdict.Truncated, TestName = "Parse_DataOffsetBeyondThePacket_IsTruncated")]
    [TestCase(13, 0x06, FrameVerdict.NotIp, TestName = "Parse_AnotherType_IsNotIp")]
    public void Parse_OneByteWrong_GivesItsVerdict(int offset, byte value, FrameVerdict expected)
    {
        byte[] frame = Convert.FromHexString(Plain);
        frame[offset] = value;

        FrameLayout layout = FrameParser.Parse(frame);

        Assert.That(layout.Verdict, Is.EqualTo(expected));
    }

    [Test]
    public void Parse_Ipv4Fragment_HasNoLayer4([Values(0x2000, 0x0001)] int field)
    {
        byte[] frame = Convert.FromHexString(Plain);
        frame[20] = (byte)(field >> 8);
        frame[21] = (byte)field;

        FrameLayout layout = FrameParser.Parse(frame);

        Assert.That((layout.Verdict, layout.L4Protocol), Is.EqualTo((FrameVerdict.Ok, (byte)0)));
    }

    // RFC 8200 §4.4 (segments left), §4.5 (an atomic fragment is whole).
    [TestCase("2B", "0600000000000000", true)]
    [TestCase("2B", "0600000100000000", false)]
    [TestCase("2C", "0600000000000000", true)]
    [TestCase("2C", "0600000100000000", false)]
    [TestCase("33", "0600000000000000", true)]
    [TestCase("32", "0600000000000000", false)]
    public void Parse_Ipv6ExtensionHeader_IsSkippedWhereTcpFollows(string nextHeader, string extension, bool isTcp)
    {
        byte[] frame = new TcpFrame { Ipv6 = true, IpOptions = 8, Payload = [1] }.Build();
        frame[20] = Convert.FromHexString(nextHeader)[0];
        Convert.FromHexString(extension).CopyTo(frame, 54);

        FrameLayout layout = FrameParser.Parse(frame);

        Assert.That((layout.Verdict, layout.IsTcp), Is.EqualTo((FrameVerdict.Ok, isTcp)));
    }

    [Test]
    public void Parse_EndlessExtensionHeaders_Ends()
    {
        var frame = new byte[14 + 40 + 4096];
        frame[12] = 0x86;
        frame[13] = 0xDD;
        frame[14] = 0x60;
        frame[18] = 0x10;

        FrameLayout layout = FrameParser.Parse(frame);

        Assert.That((layout.Verdict, layout.L4Protocol), Is.EqualTo((FrameVerdict.Ok, (byte)0)));
    }

    [Test]
    public void Parse_AnyBytes_StaysInsideTheFrame() =>
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Int[0, 3], Gen.Bool).Sample((data, kind, v6) =>
        {
            byte[] frame = Dress(data, kind, v6);
            FrameLayout trusting = FrameParser.Parse(frame);
            FrameLayout toEnd = FrameParser.ParseUnsegmented(frame);
            return IsInside(trusting, frame.Length) && IsInside(toEnd, frame.Length);
        });

    private static bool IsInside(in FrameLayout layout, int length) =>
        layout.Verdict != FrameVerdict.Ok
        || (layout.L3Offset <= layout.L4Offset && layout.L4Offset <= layout.PacketEnd && layout.PacketEnd <= length
            && (layout.L4Protocol == 0 || (layout.L4Offset < layout.PayloadOffset && layout.PayloadOffset <= layout.PacketEnd)));

    // Random bytes alone would hardly ever get past the type field.
    private static byte[] Dress(byte[] data, int kind, bool v6)
    {
        if (kind == 0 || data.Length < 40)
        {
            return data;
        }

        data[12] = v6 ? (byte)0x86 : (byte)0x08;
        data[13] = v6 ? (byte)0xDD : (byte)0x00;
        data[14] = v6 ? (byte)0x60 : (byte)(0x40 | (data[14] & 0xF));
        data[v6 ? 18 : 16] = 0;
        if (kind == 2)
        {
            data[v6 ? 20 : 23] = data[15] < 128 ? (byte)6 : (byte)17;
        }

        return data;
    }
}
