using NicEmu.Net;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Net;

public sealed class OffloadTests
{
    [Test]
    public void SegmentationOffload_LargeWrites_SuperSegmentsOfWholeSegments()
    {
        var hosts = new TwoHosts(TwoHosts.ClientConfig with { MaxSegmentOffloadBytes = 65_535 });
        var (client, server) = hosts.Connect();
        var sent = new List<SentFrame>();
        hosts.OnSent = frame =>
        {
            if (frame.FromClient && frame.PayloadLength > 0) sent.Add(frame);
            return true;
        };
        var exchange = new Exchange(client, server, 2_000_000, 1);

        bool done = hosts.RunUntil(() => exchange.Step());

        // 1500 − 20 − 20 − 12 bytes of time stamps.
        Assert.That(done && exchange.IsIntact, Is.True);
        Assert.That(sent.Max(f => f.PayloadLength), Is.GreaterThan(60_000).And.LessThanOrEqualTo(65_483));
        Assert.That(sent.Where(f => f.PayloadLength > 1448).Select(f => f.SegmentSize), Is.All.EqualTo(1448));
        Assert.That(sent.Where(f => f.PayloadLength <= 1448).Select(f => f.SegmentSize), Is.All.Zero);
        Assert.That(sent.Select(f => (f.Frame[16] << 8) + f.Frame[17] - (f.Frame.Length - 14)), Is.All.Zero, "IPv4 total length covers it all");
    }

    [Test]
    public void ChecksumOffload_TcpFrame_BothFieldsZeroAndArpComplete()
    {
        var hosts = new TwoHosts(TwoHosts.ClientConfig with { ChecksumOffload = true });
        var frames = new List<SentFrame>();
        hosts.OnSent = frame =>
        {
            frames.Add(frame);
            return true;
        };
        hosts.Client.Connect(TwoHosts.ServerConfig.Ipv4Address, 443);
        hosts.Run(TwoHosts.MillisecondPs);
        SentFrame syn = frames.First(f => f.IsTcp);

        Assert.That((syn.Frame[24], syn.Frame[25], syn.Frame[50], syn.Frame[51]), Is.EqualTo(((byte)0, (byte)0, (byte)0, (byte)0)));
        Assert.That(hosts.Server.Statistics[DropReason.IpChecksum], Is.EqualTo(1), "a peer that checks sees the NIC missing");
    }

    [Test]
    public void ChecksumVerified_PayloadChangedByTheNic_Accepted()
    {
        var (peer, connection) = HandPeer.Established();
        byte[] frame = HandPeer.Build(TcpFlags.Ack, HandPeer.PeerInitial + 1, HandPeer.OurInitial + 1, HandPeer.Bytes(8));
        frame[^1] ^= 0x5A;

        DropReason checkedHere = peer.Stack.Input(frame, 0, 3, false);
        DropReason trusted = peer.Stack.Input(frame, 0, 3, true);
        connection.TryReceive(out ReceivedChunk chunk);

        Assert.That((checkedHere, trusted, chunk.Mark, chunk.Bytes.Length), Is.EqualTo((DropReason.TcpChecksum, DropReason.None, 3, 8)));
    }

    [Test]
    public void Vlan_BothEndsTagged_TransferAndUntaggedRefused([Values] bool ipv6)
    {
        var hosts = new TwoHosts(TwoHosts.ClientConfig with { VlanId = 0x123 }, TwoHosts.ServerConfig with { VlanId = 0x123 });
        var tags = new HashSet<string>();
        hosts.OnSent = frame =>
        {
            tags.Add(Convert.ToHexString(frame.Frame, 12, 4));
            return true;
        };
        var (client, server) = hosts.Connect(ipv6);
        var exchange = new Exchange(client, server, 100_000, 1);

        bool done = hosts.RunUntil(() => exchange.Step());
        DropReason untagged = hosts.Server.Input(Convert.FromHexString("0266778899aa0211223344550800"), hosts.NowPs);

        Assert.That(done && exchange.IsIntact, Is.True);
        Assert.That(tags, Is.EqualTo(new[] { "81000123" }));
        Assert.That(untagged, Is.EqualTo(DropReason.VlanMismatch));
    }
}
