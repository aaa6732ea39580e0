using NicEmu.DeviceModel.Port;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NicEmu.Tests.Block.Core;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice;

/// <summary>What a port does beside moving frames, through the driver: tags, moderation, filters, spreading, long frames.</summary>
internal sealed class PortFeatureTests
{
    [Test]
    public void Vlan_InsertedByOneCard_IsStrippedByTheOther([Values] bool strip)
    {
        var cards = new TwoCards(b: new NicOptions { VlanStrip = strip });
        byte[] frame = Frame(100, 1);
        byte[] tagged = [.. frame[..12], 0x81, 0x00, 0x20, 0x05, .. frame[12..]];

        cards.A.TrySend(0, new TxFrame { Headers = frame, Offloads = TxOffloads.VlanInsert, VlanTci = 0x2005 });
        cards.Run();

        (int _, byte[] received, RxCompletion completion) = cards.Received.Frames.Single();
        Assert.That(cards.OnTheWire, Is.EqualTo(new[] { tagged }));
        Assert.That(received, Is.EqualTo(strip ? frame : tagged));
        Assert.That(completion.VlanTci, Is.EqualTo(strip ? 0x2005 : 0));
        Assert.That((completion.Flags & RxFlags.VlanStripped) != 0, Is.EqualTo(strip));
        Assert.That(cards.Errors, Is.Empty);
    }

    [Test]
    public void Moderation_WithAnInterval_SavesInterruptsAndNoFrames()
    {
        (int without, List<byte[]> plain) = Trickle(new NicOptions());
        (int byTime, List<byte[]> moderated) = Trickle(new NicOptions { ModerationUs = 100 });
        (int byCount, List<byte[]> counted) = Trickle(new NicOptions { ModerationUs = 100, ModerationFrames = 4 });

        Assert.That(without, Is.EqualTo(50), "a frame each 5 microseconds, an interrupt each");
        Assert.That(byTime, Is.InRange(2, 5), "250 microseconds in intervals of 100");
        Assert.That(byCount, Is.InRange(byTime + 1, without - 1), "four completions end an interval early");
        Assert.That(moderated, Is.EqualTo(plain));
        Assert.That(counted, Is.EqualTo(plain));
    }

    [Test]
    public void MulticastFilter_ThreeGroups_TakesThemAndThoseOfTheirBitsOnly()
    {
        var cards = new TwoCards(b: new NicOptions { AllMulticast = false });
        byte[][] wanted = [Group(3), Group(77), Group(200)];
        int[] bits = [.. wanted.Select(static g => AddressFilter.MulticastIndex(g))];
        cards.B.SetMulticastFilter([.. wanted[0], .. wanted[1], .. wanted[2]]);

        for (int i = 0; i < 256; i++)
        {
            cards.Send([.. Group((byte)i), .. Frame(80, i)[6..]]);
            cards.Run(10_000_000);
        }

        byte[][] taken = [.. cards.Received.Frames.Select(static f => f.Frame[..6])];
        byte[][] expected = [.. Enumerable.Range(0, 256).Select(static i => Group((byte)i)).Where(g => bits.Contains(AddressFilter.MulticastIndex(g)))];
        Assert.That(taken, Is.EqualTo(expected));
        Assert.That(wanted, Is.SubsetOf(taken));
        Assert.That(taken, Has.Length.LessThan(30), "the filter does filter");
    }

    [Test]
    public void MulticastFilter_Cleared_TakesNoGroup()
    {
        var cards = new TwoCards(b: new NicOptions { AllMulticast = false });
        cards.B.SetMulticastFilter(Group(3));
        cards.B.SetMulticastFilter([]);

        cards.Send([.. Group(3), .. Frame(80, 1)[6..]]);
        cards.Send(Frame(80, 2));
        cards.Run();

        Assert.That(cards.Received.Frames.Select(static f => f.Frame), Is.EqualTo(new[] { Frame(80, 2) }));
    }

    [Test]
    public void Rss_ManyFlowsFourQueues_SpreadsAndKeepsEachFlowTogether([Values] bool ipv6)
    {
        var cards = new TwoCards(b: new NicOptions { QueuePairs = 4 });

        for (int packet = 0; packet < 4; packet++)
        {
            for (int flow = 0; flow < 32; flow++)
            {
                cards.Send(new TcpFrame { Ipv6 = ipv6, Destination = 0x02_4E_1D_00_00_02, SourcePort = (ushort)(1000 + flow), Sequence = (uint)packet, Payload = [(byte)packet] }.Build());
                cards.Run(10_000_000);
            }
        }

        cards.Run();
        var flows = cards.Received.Frames.GroupBy(f => (f.Frame[ipv6 ? 54 : 34] << 8) | f.Frame[ipv6 ? 55 : 35]).ToArray();
        Assert.That(flows, Has.Length.EqualTo(32));
        Assert.That(flows.Select(static f => f.Count()), Is.All.EqualTo(4));
        Assert.That(flows.Select(static f => f.Select(static p => p.Queue).Distinct().Count()), Is.All.EqualTo(1), "a flow stays on its queue");
        Assert.That(flows.Select(f => f.Select(p => p.Frame[ipv6 ? 61 : 41])), Is.All.Ordered, "and in order");
        Assert.That(cards.Received.Frames.Select(static f => f.Queue).Distinct(), Is.EquivalentTo(new[] { 0, 1, 2, 3 }));
        Assert.That(cards.Received.Frames.Select(static f => (f.Completion.Flags & RxFlags.HashValid) != 0 && (int)(f.Completion.Hash & 127) % 4 == f.Queue), Is.All.True);
    }

    [Test]
    public void Mtu9000_LongestFrame_ArrivesAndOneByteMoreDoesNot()
    {
        var options = new NicOptions { Mtu = 9000, TxSegmentBytes = 2048 };
        var cards = new TwoCards(options, options);
        byte[] longest = Frame(9014, 1);

        cards.Send(longest);
        cards.Send(Frame(9015, 2));
        cards.Send(Frame(60, 3));
        cards.Run();

        Assert.That(cards.Received.Frames.Select(static f => f.Frame), Is.EqualTo(new[] { longest, Frame(60, 3) }));
        Assert.That(cards.A.TxFailures, Is.EqualTo(1));
    }

    private static (int Interrupts, List<byte[]> Frames) Trickle(NicOptions options)
    {
        var cards = new TwoCards(b: options);
        cards.Run();
        int before = cards.InterruptsOfB;
        for (int i = 0; i < 50; i++)
        {
            cards.Send(Frame(100, i));
            cards.Run(5_000_000);
        }

        cards.Run();
        Assert.That(cards.Received.Frames, Has.Count.EqualTo(50));
        return (cards.InterruptsOfB - before, [.. cards.Received.Frames.Select(static f => f.Frame)]);
    }

    private static byte[] Group(byte last) => [0x01, 0x00, 0x5E, 0x00, 0x00, last];

    private static byte[] Frame(int length, int seed)
    {
        byte[] frame = RecordOracle.Pattern(length, seed);
        byte[] header = [0x02, 0x4E, 0x1D, 0, 0, 2, 0x02, 0x4E, 0x1D, 0, 0, 1, 0x88, 0xB5];
        header.CopyTo(frame, 0);
        return frame;
    }
}
