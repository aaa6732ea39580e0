using NicEmu.Net;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Net;

public sealed class HandshakeTests
{
    private const long SecondPs = TwoHosts.SecondPs;

    [Test]
    public void PassiveOpen_Syn_AnsweredBySynAckAndEstablishedByAck()
    {
        var peer = new HandPeer();
        TcpListener listener = peer.Stack.Listen(443, config: HandPeer.Plain);

        peer.Send(TcpFlags.Syn, HandPeer.PeerInitial, 0);
        SentFrame answer = peer.Poll().Single();
        bool early = listener.TryAccept(out _);
        peer.Send(TcpFlags.Ack, HandPeer.PeerInitial + 1, HandPeer.OurInitial + 1);
        bool accepted = listener.TryAccept(out TcpConnection? connection);

        Assert.That(answer.Tcp.Flags, Is.EqualTo(TcpFlags.Syn | TcpFlags.Ack));
        Assert.That((answer.Tcp.Sequence, answer.Tcp.Acknowledgment), Is.EqualTo((HandPeer.OurInitial, HandPeer.PeerInitial + 1)));
        Assert.That((early, accepted), Is.EqualTo((false, true)));
        Assert.That(connection!.State, Is.EqualTo(TcpState.Established));
    }

    [Test]
    public void PassiveOpen_PeerOffersNothing_SynAckOffersNothing()
    {
        var peer = new HandPeer();
        peer.Stack.Listen(443);

        peer.Send(TcpFlags.Syn, HandPeer.PeerInitial, 0);
        TcpOptions options = peer.Poll().Single().Options;

        // RFC 7323 §1.3 and RFC 2018 §2: an option may be answered, not volunteered.
        Assert.That((options.HasTimestamps, options.SackPermitted, options.WindowScale, options.MaximumSegmentSize), Is.EqualTo((false, false, -1, 1460)));
    }

    [Test]
    public void ActiveOpen_NobodyAnswers_SynRepeatedWithDoublingTimeoutThenTimedOut()
    {
        var hosts = new TwoHosts();
        var sentAt = new List<long>();
        hosts.OnSent = frame =>
        {
            if (frame.IsTcp) sentAt.Add(frame.AtPs);
            return !frame.IsTcp;
        };
        TcpConnection client = hosts.Client.Connect(TwoHosts.ServerConfig.Ipv4Address, 443);

        hosts.Run(1000 * SecondPs);

        // RFC 6298 §2.1 and §5.5: one second, then twice as long each time; six retransmissions by configuration.
        long[] gaps = sentAt.Skip(1).Select((at, i) => (at - sentAt[i]) / SecondPs).ToArray();
        Assert.That(gaps, Is.EqualTo(new long[] { 1, 2, 4, 8, 16, 32 }));
        Assert.That((client.State, client.CloseReason), Is.EqualTo((TcpState.Closed, TcpCloseReason.TimedOut)));
    }

    [Test]
    public void ActiveOpen_NoNeighbour_HostUnreachable()
    {
        var hosts = new TwoHosts();
        TcpConnection client = hosts.Client.Connect(IpAddress.Parse("10.1.2.77"), 443);

        hosts.Run(10 * SecondPs);

        Assert.That(client.CloseReason, Is.EqualTo(TcpCloseReason.HostUnreachable));
        Assert.That(hosts.Client.ConnectionCount, Is.Zero);
    }

    [Test]
    public void ActiveOpen_ClosedPort_Refused([Values] bool ipv6)
    {
        var hosts = new TwoHosts();
        TcpConnection client = hosts.Client.Connect(ipv6 ? TwoHosts.ServerConfig.Ipv6Address : TwoHosts.ServerConfig.Ipv4Address, 444);

        hosts.Run(SecondPs);

        Assert.That(client.CloseReason, Is.EqualTo(TcpCloseReason.Refused));
        Assert.That(hosts.Server.Statistics[DropReason.NoConnection], Is.EqualTo(1));
    }

    [Test]
    public void SimultaneousOpen_BothSynsCross_OneConnection()
    {
        var hosts = new TwoHosts();
        TcpConnection left = hosts.Client.Connect(TwoHosts.ServerConfig.Ipv4Address, 7001, 7002);
        TcpConnection right = hosts.Server.Connect(TwoHosts.ClientConfig.Ipv4Address, 7002, 7001);

        bool open = hosts.RunUntil(() => left.State == TcpState.Established && right.State == TcpState.Established, 10 * SecondPs);
        var exchange = new Exchange(left, right, 50_000, 3);

        // RFC 9293 §3.5, figure 8.
        Assert.That(open, Is.True, $"{left} {right}");
        Assert.That(hosts.RunUntil(() => exchange.Step()), Is.True);
        Assert.That(exchange.IsIntact, Is.True);
    }

    [Test]
    public void Listen_BacklogOfTwo_ThirdSynDropped()
    {
        var peer = new HandPeer();
        TcpListener listener = peer.Stack.Listen(443, 2, HandPeer.Plain);

        DropReason first = SendSyn(peer, 1);
        DropReason second = SendSyn(peer, 2);
        DropReason third = SendSyn(peer, 3);

        Assert.That((first, second, third), Is.EqualTo((DropReason.None, DropReason.None, DropReason.BacklogFull)));
        Assert.That(peer.Poll(), Has.Count.EqualTo(2));
        Assert.That(listener.TryAccept(out _), Is.False);
    }

    [Test]
    public void Listen_HandshakeNeverCompleted_BacklogRecovers()
    {
        var peer = new HandPeer();
        peer.Stack.Listen(443, 1, HandPeer.Plain);
        SendSyn(peer, 1);
        for (int i = 0; i < 20; i++) peer.PollAtNextDeadline();

        DropReason after = SendSyn(peer, 2);

        Assert.That(after, Is.EqualTo(DropReason.None));
    }

    [Test]
    public void LostSyn_OfWindowScale_TransferStillWorks()
    {
        var hosts = new TwoHosts();
        int syns = 0;
        hosts.OnSent = frame => !frame.IsTcp || (frame.Tcp.Flags & TcpFlags.Syn) == 0 || ++syns is not (1 or 3);

        var (client, server) = hosts.Connect();
        var exchange = new Exchange(client, server, 400_000, 1);

        Assert.That(hosts.RunUntil(() => exchange.Step()), Is.True);
        Assert.That(syns, Is.EqualTo(4), "SYN lost, SYN, SYN-ACK lost, SYN-ACK");
    }

    [Test]
    public void InitialSequence_DerivedFromSeed_SameForSameSeedOnly()
    {
        uint first = InitialFor(TwoHosts.ClientConfig);
        uint again = InitialFor(TwoHosts.ClientConfig);
        uint other = InitialFor(TwoHosts.ClientConfig with { Seed = 18 });

        Assert.That(again, Is.EqualTo(first));
        Assert.That(other, Is.Not.EqualTo(first));
    }

    private static uint InitialFor(NetStackConfig config) =>
        new NetStack(config).Connect(TwoHosts.ServerConfig.Ipv4Address, 443, 50_000).SendSequence;

    private static DropReason SendSyn(HandPeer peer, byte lastByte)
    {
        byte[] frame = HandPeer.Build(TcpFlags.Syn, HandPeer.PeerInitial, 0);
        frame[35] = lastByte;
        return peer.Stack.Input(frame, peer.NowPs, 0, true);
    }
}
