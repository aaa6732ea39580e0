using NicEmu.Traces;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Traces;

public sealed class TcpFrameTests
{
    private static readonly byte[] Ipv6A = Convert.FromHexString("20010DB8000000000000000000000001");
    private static readonly byte[] Ipv6B = Convert.FromHexString("20010DB8000000000000000000000002");

    [Test]
    public void TryParse_Ipv4_GivesFlowSequenceAndPayload()
    {
        bool parsed = TcpFrame.TryParse(TestFrames.Data(0x01020304, [9, 8, 7]), out TcpFrame segment);

        Assert.That(parsed, Is.True);
        Assert.That(segment.Flow.ToString(), Is.EqualTo("10.0.0.1:40000 > 10.0.0.2:4433"));
        Assert.That(segment.Sequence, Is.EqualTo(0x01020304));
        Assert.That(segment.Flags, Is.EqualTo(0x18));
        Assert.That(segment.Payload.ToArray(), Is.EqualTo(new byte[] { 9, 8, 7 }));
    }

    [Test]
    public void TryParse_Ipv6WithVlanAndExtension_GivesFlow()
    {
        byte[] plain = TestFrames.Tcp(Ipv6A, Ipv6B, 40000, 4433, 5, 1, 0x02, [1]);
        byte[] frame = [.. plain[..12], 0x81, 0x00, 0x00, 0x07, .. plain[12..54], 6, 0, 0, 0, 0, 0, 0, 0, .. plain[54..]];
        frame[18 + 6] = 60; // destination options, 8 bytes
        frame[18 + 5] += 8;

        bool parsed = TcpFrame.TryParse(frame, out TcpFrame segment);

        Assert.That(parsed, Is.True);
        Assert.That(segment.Flow.ToString(), Is.EqualTo("[2001:db8::1]:40000 > [2001:db8::2]:4433"));
        Assert.That(segment.IsSyn, Is.True);
        Assert.That(segment.Payload.ToArray(), Is.EqualTo(new byte[] { 1 }));
    }

    [Test]
    public void TryParse_EthernetPadding_IsNoPayload()
    {
        byte[] frame = [.. TestFrames.Data(1, [5]), 0, 0, 0, 0, 0];

        bool parsed = TcpFrame.TryParse(frame, out TcpFrame segment);

        Assert.That(parsed, Is.True);
        Assert.That(segment.Payload.ToArray(), Is.EqualTo(new byte[] { 5 }));
    }

    [Test]
    public void TryParse_LengthLeftToSegmentation_TakesTheWholeFrame()
    {
        byte[] frame = TestFrames.Data(1, [5, 6]);
        frame[16] = 0;
        frame[17] = 0;

        bool parsed = TcpFrame.TryParse(frame, out TcpFrame segment);

        Assert.That(parsed, Is.True);
        Assert.That(segment.Payload.ToArray(), Is.EqualTo(new byte[] { 5, 6 }));
    }

    [TestCase(20, (byte)0x20, "more fragments")]
    [TestCase(23, (byte)17, "UDP")]
    [TestCase(14, (byte)0x44, "IPv4 header too short")]
    [TestCase(14, (byte)0x4F, "IPv4 header longer than the packet")]
    [TestCase(46, (byte)0x40, "TCP header too short")]
    [TestCase(46, (byte)0xF0, "TCP header longer than the packet")]
    [TestCase(12, (byte)0x09, "other type")]
    public void TryParse_NotOneCompleteSegment_Refuses(int at, byte value, string why)
    {
        byte[] frame = TestFrames.Data(1, [5]);
        frame[at] = value;

        Assert.That(TcpFrame.TryParse(frame, out _), Is.False, why);
    }

    [Test]
    public void TryParse_CutAnywhereInItsHeaders_Refuses()
    {
        byte[] frame = TestFrames.Data(1, [5]);

        for (int length = 0; length < 54; length++)
        {
            Assert.That(TcpFrame.TryParse(frame.AsSpan(0, length), out _), Is.False, $"{length} bytes");
        }
    }
}
