using CsCheck;
using NicEmu.DeviceModel.Core;
using NicEmu.DeviceModel.Port;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Core;

internal sealed class ReceiveTests
{
    private const RxFlags GoodV4 = RxFlags.Ipv4Checked | RxFlags.Ipv4Good | RxFlags.L4Checked | RxFlags.L4Good;
    private static readonly byte[] s_key = Convert.FromHexString("6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b477cb2da38030f20c6a42b73bbeac01fa");
    private static readonly PortConfiguration s_open = new() { MacAddress = NullPersonality.Mac, RxEnable = true, TxEnable = true };

    [Test]
    public void Receive_TcpFrame_IsDeliveredAsItCame()
    {
        var nic = new NullPersonality();
        byte[] frame = new TcpFrame { Payload = [1, 2, 3] }.Build();

        nic.Link.Inject(frame);

        Delivered d = nic.Deliveries.Single();
        Assert.That(d.Frame, Is.EqualTo(frame));
        Assert.That((d.Queue, d.Flags, d.L3Offset, d.L4Offset, d.Verdict, d.Handle), Is.EqualTo((0, GoodV4, 14, 34, RxVerdict.NotTls, 0UL)));
        Assert.That((nic.Core.Statistics.RxFrames, nic.Core.Statistics.RxBytes), Is.EqualTo((1UL, (ulong)frame.Length)));
        Assert.That(nic.Events.Select(e => e.Event.Kind), Is.EqualTo(new[] { TraceEventKind.FrameReceived, TraceEventKind.HostFrameReceived }));
    }

    // Offset of the byte that is changed: IPv4 checksum, TCP checksum, payload.
    [TestCase(24, RxFlags.Ipv4Checked | RxFlags.L4Checked | RxFlags.L4Good)]
    [TestCase(50, RxFlags.Ipv4Checked | RxFlags.Ipv4Good | RxFlags.L4Checked)]
    [TestCase(54, RxFlags.Ipv4Checked | RxFlags.Ipv4Good | RxFlags.L4Checked)]
    public void Receive_WrongChecksum_IsDeliveredAndCounted(int offset, RxFlags expected)
    {
        var nic = new NullPersonality();
        byte[] frame = new TcpFrame { Payload = [1, 2, 3] }.Build();
        frame[offset] ^= 1;

        nic.Link.Inject(frame);

        Assert.That((nic.Deliveries.Single().Flags, nic.Core.Statistics.RxChecksumErrors), Is.EqualTo((expected, 1UL)));
    }

    [TestCase("0000", RxFlags.Ipv4Checked | RxFlags.Ipv4Good, TestName = "Receive_UdpWithoutChecksum_IsNotChecked")]
    [TestCase("7AD1", RxFlags.Ipv4Checked | RxFlags.Ipv4Good | RxFlags.L4Checked | RxFlags.L4Good, TestName = "Receive_UdpWithChecksum_IsGood")]
    [TestCase("7AD2", RxFlags.Ipv4Checked | RxFlags.Ipv4Good | RxFlags.L4Checked, TestName = "Receive_UdpWithWrongChecksum_IsBad")]
    public void Receive_Udp_ChecksumIsOptional(string checksum, RxFlags expected)
    {
        var nic = new NullPersonality();
        byte[] frame = Convert.FromHexString("020000000001" + "020000000002" + "0800" + "4500001E000040004011B6CBC0000202C0000201" + "00010002000A" + checksum + "0102");

        nic.Link.Inject(frame);

        Assert.That(nic.Deliveries.Single().Flags, Is.EqualTo(expected));
    }

    [Test]
    public void Receive_Ipv6_HasNoHeaderChecksum()
    {
        var nic = new NullPersonality();

        nic.Link.Inject(new TcpFrame { Ipv6 = true, IpOptions = 8, Payload = [9] }.Build());

        Assert.That(nic.Deliveries.Single().Flags, Is.EqualTo(RxFlags.L4Checked | RxFlags.L4Good));
    }

    [Test]
    public void Receive_TaggedFrame_IsStrippedWhenConfigured([Values] bool strip)
    {
        var nic = new NullPersonality();
        nic.Configure(s_open with { VlanStrip = strip });
        byte[] frame = new TcpFrame { Vlan = [(0x8100, 0x6005)], Payload = [1, 2, 3] }.Build();

        nic.Link.Inject(frame);

        Delivered d = nic.Deliveries.Single();
        Assert.That(d.Frame, Is.EqualTo(strip ? [.. frame[..12], .. frame[16..]] : frame));
        Assert.That(
            (d.VlanTci, d.Flags, d.L3Offset, d.L4Offset),
            Is.EqualTo(strip ? ((ushort)0x6005, GoodV4 | RxFlags.VlanStripped, 14, 34) : ((ushort)0, GoodV4, 18, 38)));
    }

    [Test]
    public void Receive_WithRss_PicksTheQueueOfTheTable()
    {
        var nic = new NullPersonality();
        var table = new byte[128];
        byte[] frame = new TcpFrame().Build();
        PortConfiguration configuration = s_open with { Rss = new RssConfiguration { Types = RssHashType.TcpIpv4, Key = s_key, Table = table } };
        nic.Configure(configuration);
        nic.Link.Inject(frame);
        uint hash = nic.Deliveries[0].Hash;

        foreach (byte queue in (byte[])[4, 5])
        {
            table[hash & 127] = queue;
            nic.Configure(configuration);
            nic.Link.Inject(frame);
        }

        Assert.That(nic.Deliveries.Select(d => d.Queue), Is.EqualTo(new[] { 0, 4, 0 }), "5 is beyond the queues");
        Assert.That((nic.Deliveries[0].HashType, nic.Deliveries[0].Flags & RxFlags.HashValid), Is.EqualTo((RssHashType.TcpIpv4, RxFlags.HashValid)));
    }

    [TestCase(RssHashType.TcpIpv4, 40, 127, false)]
    [TestCase(RssHashType.TcpIpv4, 39, 128, false)]
    [TestCase(RssHashType.TcpIpv4, 40, 0, false)]
    [TestCase(RssHashType.TcpIpv4, 40, 16, true)]
    [TestCase(RssHashType.None, 0, 0, true)]
    public void ConfigurePort_RssShape_IsChecked(RssHashType types, int keyLength, int entries, bool ok)
    {
        var nic = new NullPersonality();

        CoreStatus status = nic.Core.ConfigurePort(s_open with { Rss = new RssConfiguration { Types = types, Key = new byte[keyLength], Table = new byte[entries] } });

        Assert.That(status, Is.EqualTo(ok ? CoreStatus.Ok : CoreStatus.BadParameter));
    }

    [TestCase(67, false)]
    [TestCase(68, true)]
    [TestCase(4000, true)]
    [TestCase(4001, false)]
    public void ConfigurePort_Mtu_IsChecked(int mtu, bool ok)
    {
        var nic = new NullPersonality();

        CoreStatus status = nic.Core.ConfigurePort(s_open with { Mtu = mtu });

        Assert.That(status, Is.EqualTo(ok ? CoreStatus.Ok : CoreStatus.BadParameter));
    }

    [Test]
    public void Receive_Dropped_IsCountedUnderItsReason()
    {
        var nic = new NullPersonality();
        byte[] longest = new TcpFrame { Vlan = [(0x8100, 1)], Payload = new byte[1460] }.Build();

        nic.Link.Inject(new byte[13]);
        nic.Link.Inject(new TcpFrame { Destination = 0x02_00_00_00_00_99 }.Build());
        nic.Link.Inject([.. longest, 0]);
        nic.Link.Inject(longest);
        nic.Buffers[0] = 0;
        nic.Link.Inject(new TcpFrame().Build());

        CoreStatistics s = nic.Core.Statistics;
        Assert.That((s.RxFiltered, s.RxTooLong, s.RxNoBuffer, s.RxFrames, nic.Deliveries.Count), Is.EqualTo((2UL, 1UL, 1UL, 2UL, 1)));
    }

    [Test]
    public void Receive_WhileDownOrDisabled_TakesNothing()
    {
        var nic = new NullPersonality();
        byte[] frame = new TcpFrame().Build();

        nic.Core.SetLinkAdmin(false);
        nic.Link.Inject(frame);
        nic.Core.SetLinkAdmin(true);
        nic.Configure(s_open with { RxEnable = false });
        nic.Link.Inject(frame);

        Assert.That((nic.Deliveries.Count, nic.Core.Statistics.RxFrames), Is.EqualTo((0, 0UL)));
    }

    [Test]
    public void Receive_Groups_AreFlaggedAndCounted()
    {
        var nic = new NullPersonality();
        nic.Configure(s_open with { AllMulticast = true });

        nic.Link.Inject(new TcpFrame { Destination = 0x01_00_5E_00_00_01 }.Build());
        nic.Link.Inject(new TcpFrame { Destination = 0xFF_FF_FF_FF_FF_FF }.Build());

        Assert.That(nic.Deliveries.Select(d => d.Flags), Is.EqualTo(new[] { GoodV4 | RxFlags.Multicast, GoodV4 | RxFlags.Broadcast }));
        Assert.That(nic.Core.Statistics.RxMulticast, Is.EqualTo(1));
    }

    [Test]
    public void Receive_InSteadyState_AllocatesNothing()
    {
        var nic = new NullPersonality(traced: false) { Keep = false };
        nic.Configure(s_open with { VlanStrip = true, Rss = new RssConfiguration { Types = RssHashType.TcpIpv4, Key = s_key, Table = new byte[128] } });
        byte[] frame = new TcpFrame { Vlan = [(0x8100, 1)], Payload = new byte[1400] }.Build();
        Run(nic, frame);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Run(nic, frame);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        static void Run(NullPersonality nic, byte[] frame)
        {
            for (int i = 0; i < 300; i++)
            {
                nic.Link.Inject(frame);
            }
        }
    }

    [Test]
    public void BothPaths_AnyBytes_NeverThrow() =>
        Gen.Select(Gen.Byte.Array[0, 300], Gen.Byte, Gen.Int[0, 1500], Gen.Int[0, 80], Gen.Bool).Sample((data, offloads, mss, headerLength, dress) =>
        {
            var nic = new NullPersonality();
            nic.Configure(s_open with { Promiscuous = true, VlanStrip = true, Rss = new RssConfiguration { Types = (RssHashType)0xF, Key = s_key, Table = new byte[128] } });
            if (dress && data.Length > 60)
            {
                data[12] = 8;
                data[13] = 0;
                data[14] = 0x45;
                data[20] = 0;
                data[21] = 0;
                data[23] = 6;
                data[46] = 0x50;
            }

            nic.Link.Inject(data);
            TxOutcome outcome = nic.Submit(data, (TxOffloads)offloads, mss, headerLength, handle: 77);
            nic.Scheduler.RunAll();
            return outcome.Frames == nic.Link.Count;
        });
}
