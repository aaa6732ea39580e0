using NicEmu.Net;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Net;

/// <summary>ARP, neighbor discovery and echo against bytes written out by hand.</summary>
public sealed class ControlTests
{
    private const string Mac = "0266778899aa";

    [Test]
    public void Arp_RequestForUs_Reply()
    {
        var stack = new NetStack(TwoHosts.ServerConfig);

        DropReason reason = Input(stack, "ffffffffffff021122334455" + "0806" + "00010800060400010211223344550a010203" + "0000000000000a010204");
        string reply = Poll(stack);

        // RFC 826: opcode 2, sender and target swapped.
        Assert.That(reason, Is.EqualTo(DropReason.None));
        Assert.That(reply, Is.EqualTo("021122334455" + Mac + "0806" + "0001080006040002" + Mac + "0a010204" + "0211223344550a010203"));
    }

    [Test]
    public void Arp_ProbeWithoutSenderAddress_AnsweredAndNotLearned()
    {
        var stack = new NetStack(TwoHosts.ServerConfig);

        Input(stack, "ffffffffffff021122334455" + "0806" + "000108000604000102112233445500000000" + "0000000000000a010204");

        // RFC 5227 §2.1.1.
        Assert.That(Poll(stack), Does.EndWith("02112233445500000000"));
    }

    [TestCase("0002080006040001", TestName = "Arp_OtherHardware_Dropped")]
    [TestCase("000186dd06040001", TestName = "Arp_OtherProtocol_Dropped")]
    [TestCase("0001080006100001", TestName = "Arp_OtherAddressLength_Dropped")]
    public void Arp_NotOurs_Dropped(string start)
    {
        var stack = new NetStack(TwoHosts.ServerConfig);

        DropReason reason = Input(stack, "ffffffffffff021122334455" + "0806" + start + "0211223344550a010203" + "0000000000000a010204");

        Assert.That((reason, stack.NextDeadlinePs), Is.EqualTo((DropReason.ArpMalformed, long.MaxValue)));
    }

    [Test]
    public void Arp_ConnectToStranger_ThreeRequestsThenSynToTheAnswer()
    {
        var stack = new NetStack(TwoHosts.ServerConfig);
        stack.Connect(IpAddress.Parse("10.1.2.3"), 80);
        string first = Poll(stack);
        bool silent = !stack.TryPoll(0, out _);
        string second = Poll(stack, TwoHosts.SecondPs);

        Input(stack, Mac + "021122334455" + "0806" + "00010800060400020211223344550a010203" + Mac + "0a010204");
        string syn = Poll(stack, TwoHosts.SecondPs);

        Assert.That(first, Is.EqualTo("ffffffffffff" + Mac + "0806" + "0001080006040001" + Mac + "0a010204" + "0000000000000a010203"));
        Assert.That(silent, Is.True);
        Assert.That(second, Is.EqualTo(first));
        Assert.That(syn, Does.StartWith("021122334455" + Mac + "0800"));
    }

    [Test]
    public void Arp_RemoteOutsidePrefix_GatewayIsAsked()
    {
        var stack = new NetStack(TwoHosts.ServerConfig with { Ipv4Gateway = IpAddress.Parse("10.1.2.254") });

        stack.Connect(IpAddress.Parse("192.0.2.9"), 80);

        Assert.That(Poll(stack), Does.EndWith("0000000000000a0102fe"));
    }

    [Test]
    public void Icmp_EchoRequest_SameBytesBack()
    {
        var stack = new NetStack(TwoHosts.ServerConfig);

        // Identifier a1b2, sequence c3d4, data 01 02 03: 0800 + a1b2 + c3d4 + 0102 + 0300 = 171 88, checksum 8e76 after the carry.
        DropReason reason = Input(
            stack, Mac + "021122334455" + "0800" + "4500001f123400004001" + "50a2" + "0a0102030a010204" + "0800" + "8e76" + "a1b2c3d4010203" + "0000000000");
        string reply = Poll(stack);

        Assert.That(reason, Is.EqualTo(DropReason.None));
        Assert.That(reply, Does.StartWith("021122334455" + Mac + "0800" + "4500001f"));
        Assert.That(reply, Does.EndWith("0a0102040a010203" + "0000" + "9676" + "a1b2c3d4010203"), "RFC 792: type 0, checksum up by 0800, no padding");
    }

    [Test]
    public void Nd_Solicitation_AdvertisementWithTargetLinkLayerAddress()
    {
        var stack = new NetStack(TwoHosts.ServerConfig);

        DropReason reason = InputV6(
            stack, "3333ff0000b2", "20010db80000000000000000000000a1", "ff0200000000000000000001ff0000b2", 0xFF,
            "87000000" + "00000000" + "20010db80000000000000000000000b2" + "0101021122334455");
        string reply = Poll(stack);

        // RFC 4861 §4.4: type 136, Solicited and Override set, hop limit 255, option 2.
        Assert.That(reason, Is.EqualTo(DropReason.None));
        Assert.That(
            reply[..108], Is.EqualTo("021122334455" + Mac + "86dd" + "60000000" + "00203aff" + "20010db80000000000000000000000b2" + "20010db80000000000000000000000a1"));
        Assert.That(reply[108..112] + reply[116..], Is.EqualTo("8800" + "60000000" + "20010db80000000000000000000000b2" + "0201" + Mac));
        Assert.That(Icmpv6SumIsValid(reply), Is.True);
    }

    [Test]
    public void Nd_DuplicateAddressDetection_AdvertisedToAllNodes()
    {
        var stack = new NetStack(TwoHosts.ServerConfig);

        InputV6(
            stack, "3333ff0000b2", "00000000000000000000000000000000", "ff0200000000000000000001ff0000b2", 0xFF,
            "87000000" + "00000000" + "20010db80000000000000000000000b2");
        string reply = Poll(stack);

        // §7.2.4: Solicited is 0.
        Assert.That(reply, Does.StartWith("333300000001" + Mac));
        Assert.That(reply[76..108], Is.EqualTo("ff020000000000000000000000000001"));
        Assert.That(reply[116..124], Is.EqualTo("20000000"));
    }

    [TestCase(0xFE, "0101021122334455", TestName = "Nd_HopLimit254_Dropped")]
    [TestCase(0xFF, "0100021122334455", TestName = "Nd_OptionOfLengthZero_Dropped")]
    [TestCase(0xFF, "0102021122334455", TestName = "Nd_OptionBeyondEnd_Dropped")]
    public void Nd_Invalid_Dropped(int hopLimit, string option)
    {
        var stack = new NetStack(TwoHosts.ServerConfig);

        DropReason reason = InputV6(
            stack, "3333ff0000b2", "20010db80000000000000000000000a1", "ff0200000000000000000001ff0000b2", hopLimit,
            "87000000" + "00000000" + "20010db80000000000000000000000b2" + option);

        // RFC 4861 §7.1.1.
        Assert.That((reason, stack.NextDeadlinePs), Is.EqualTo((DropReason.IcmpMalformed, long.MaxValue)));
    }

    [Test]
    public void Nd_ConnectToStranger_SolicitationToItsGroupThenSyn()
    {
        var stack = new NetStack(TwoHosts.ServerConfig);
        stack.Connect(IpAddress.Parse("2001:db8::a1"), 80);
        string solicitation = Poll(stack);

        InputV6(
            stack, Mac, "20010db80000000000000000000000a1", "20010db80000000000000000000000b2", 0xFF,
            "88000000" + "60000000" + "20010db80000000000000000000000a1" + "0201021122334455");
        string syn = Poll(stack);

        Assert.That(solicitation, Does.StartWith("3333ff0000a1" + Mac + "86dd" + "60000000" + "00203aff"));
        Assert.That(solicitation[76..108], Is.EqualTo("ff0200000000000000000001ff0000a1"));
        Assert.That(solicitation[108..112] + solicitation[116..], Is.EqualTo("8700" + "00000000" + "20010db80000000000000000000000a1" + "0101" + Mac));
        Assert.That(Icmpv6SumIsValid(solicitation), Is.True);
        Assert.That(syn, Does.StartWith("021122334455" + Mac + "86dd"));
    }

    [Test]
    public void Icmpv6_EchoRequestWithHopByHopOptions_SameBytesBack()
    {
        var stack = new NetStack(TwoHosts.ServerConfig);

        DropReason reason = InputV6(
            stack, Mac, "20010db80000000000000000000000a1", "20010db80000000000000000000000b2", 0x40, "80000000" + "a1b2c3d4" + "0102030405", true);
        string reply = Poll(stack);

        Assert.That(reason, Is.EqualTo(DropReason.None));
        Assert.That(reply[108..112] + reply[116..], Is.EqualTo("8100" + "a1b2c3d4" + "0102030405"));
        Assert.That(Icmpv6SumIsValid(reply), Is.True);
    }

    [Test]
    public void Answers_NobodyPolls_BoundedAndCounted()
    {
        var stack = new NetStack(TwoHosts.ServerConfig);

        for (int i = 0; i < 100; i++)
            Input(stack, "ffffffffffff021122334455" + "0806" + "00010800060400010211223344550a010203" + "0000000000000a010204");
        int answers = 0;
        while (stack.TryPoll(0, out _)) answers++;

        Assert.That((answers, stack.Statistics[DropReason.AnswerQueueFull]), Is.EqualTo((64, 36L)));
    }

    private static DropReason Input(NetStack stack, string hex) => stack.Input(Convert.FromHexString(hex), 0);

    private static DropReason InputV6(NetStack stack, string mac, string source, string destination, int hopLimit, string message, bool hopByHop = false)
    {
        byte[] upper = Convert.FromHexString(message);
        var sum = new InternetChecksum();
        sum.AddPseudoHeader(IpAddress.ReadIpv6(Convert.FromHexString(source)), IpAddress.ReadIpv6(Convert.FromHexString(destination)), 58, upper.Length);
        sum.Add(upper);
        (upper[2], upper[3]) = ((byte)(sum.Value >> 8), (byte)sum.Value);
        string extension = hopByHop ? "3a00" + "010400000000" : "";
        return Input(
            stack,
            $"{mac}021122334455" + "86dd" + "60000000" + $"{upper.Length + (extension.Length / 2):x4}{(hopByHop ? "00" : "3a")}{hopLimit:x2}{source}{destination}"
            + extension + Convert.ToHexString(upper));
    }

    private static bool Icmpv6SumIsValid(string frame)
    {
        byte[] bytes = Convert.FromHexString(frame);
        var sum = new InternetChecksum();
        sum.AddPseudoHeader(IpAddress.ReadIpv6(bytes.AsSpan(22)), IpAddress.ReadIpv6(bytes.AsSpan(38)), 58, bytes.Length - 54);
        sum.Add(bytes.AsSpan(54));
        return sum.IsValid;
    }

    private static string Poll(NetStack stack, long nowPs = 0)
    {
        byte[] frame = new byte[2000];
        return stack.TryPoll(nowPs, frame, out int length) ? Convert.ToHexStringLower(frame.AsSpan(0, length)) : "nothing";
    }
}
