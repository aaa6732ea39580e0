using NicEmu.Net;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Net;

public sealed class WindowTests
{
    private const uint Ours = HandPeer.OurInitial + 1;
    private const uint Theirs = HandPeer.PeerInitial + 1;
    private const long MillisecondPs = TwoHosts.MillisecondPs;

    [Test]
    public void ZeroWindow_DataQueued_ProbedByOneByteWithBackoffAndNeverGivenUpWhileAnswered()
    {
        var (peer, connection) = HandPeer.Established(HandPeer.Plain with { MaximumRetransmissions = 3 });
        peer.Send(TcpFlags.Ack, Theirs, Ours, window: 0);
        connection.Write(HandPeer.Bytes(50));
        int atOnce = peer.Poll().Count;
        var probes = new List<(uint Sequence, int Length, byte First, bool Repeated)>();
        var times = new List<long>();
        for (int i = 0; i < 10; i++)
        {
            SentFrame probe = peer.PollAtNextDeadline().Single();
            times.Add(peer.NowPs / MillisecondPs);
            probes.Add((probe.Sequence, probe.PayloadLength, probe.Payload[0], probe.IsRetransmission));
            peer.Send(TcpFlags.Ack, Theirs, Ours, window: 0);
            peer.Poll();
        }

        peer.Send(TcpFlags.Ack, Theirs, Ours, window: 1000);
        List<SentFrame> opened = peer.Poll();

        // RFC 9293 §3.8.6.1: the first after one RTO, then exponentially less often.
        Assert.That(atOnce, Is.Zero);
        Assert.That(times.Take(5), Is.EqualTo(new long[] { 200, 600, 1400, 3000, 6200 }));
        Assert.That(probes[0], Is.EqualTo((Ours, 1, (byte)1, false)));
        Assert.That(probes.Skip(1), Is.All.EqualTo((Ours, 1, (byte)1, true)));
        Assert.That(connection.State, Is.EqualTo(TcpState.Established));
        Assert.That(opened.Sum(f => f.PayloadLength), Is.EqualTo(50));
        Assert.That(opened[0].Sequence, Is.EqualTo(Ours), "the refused byte is sent again");
    }

    [Test]
    public void ZeroWindow_ProbesUnanswered_TimedOut()
    {
        var (peer, connection) = HandPeer.Established(HandPeer.Plain with { MaximumRetransmissions = 3 });
        peer.Send(TcpFlags.Ack, Theirs, Ours, window: 0);
        connection.Write(HandPeer.Bytes(50));

        int probes = 0;
        for (int i = 0; i < 10; i++) probes += peer.PollAtNextDeadline().Count;

        Assert.That((probes, connection.CloseReason), Is.EqualTo((3, TcpCloseReason.TimedOut)));
    }

    [Test]
    public void ZeroWindow_ReaderPausesAndUpdateIsLost_TransferGoesOn()
    {
        TcpConfig small = new() { ReceiveBufferBytes = 5000 };
        var hosts = new TwoHosts();
        var (client, server) = hosts.Connect(false, small, small);
        var up = new Exchange(client, server, 40_000, 4);
        hosts.RunUntil(() => up.Step(0), TwoHosts.SecondPs);
        int dropped = 0;
        hosts.OnSent = frame => frame.FromClient || dropped++ > 0;

        bool done = hosts.RunUntil(() => up.Step());

        Assert.That(done && up.IsIntact, Is.True);
        Assert.That(dropped, Is.GreaterThan(0));
    }

    [Test]
    public void ZeroWindow_BothSides_Resolved()
    {
        TcpConfig small = new() { ReceiveBufferBytes = 3000 };
        var hosts = new TwoHosts();
        var (client, server) = hosts.Connect(false, small, small);
        var up = new Exchange(client, server, 20_000, 4);
        var down = new Exchange(server, client, 20_000, 5);
        hosts.RunUntil(() => up.Step(0) & down.Step(0), 100 * TwoHosts.SecondPs);

        bool done = hosts.RunUntil(() => up.Step() & down.Step());

        Assert.That(done && up.IsIntact && down.IsIntact, Is.True);
        Assert.That((client.State, server.State), Is.EqualTo((TcpState.Established, TcpState.Established)));
    }

    [Test]
    public void Sender_WindowOpensByAFewBytes_WaitsForWorthwhileSegmentOrTheTimer()
    {
        var (peer, connection) = HandPeer.Established();
        peer.Send(TcpFlags.Ack, Theirs, Ours, window: 10);
        connection.Write(HandPeer.Bytes(200));

        int atOnce = peer.Poll().Count;
        SentFrame overridden = peer.PollAtNextDeadline().Single();

        // RFC 9293 §3.8.6.2.1.
        Assert.That(atOnce, Is.Zero);
        Assert.That(overridden.PayloadLength, Is.EqualTo(10));
        Assert.That(peer.NowPs, Is.EqualTo(200 * MillisecondPs), "between 0.1 and 1 second");
    }

    [Test]
    public void Receiver_BytesReadOneByOne_WindowAnnouncedInSteps()
    {
        var (peer, connection) = HandPeer.Established(HandPeer.Plain with { ReceiveBufferBytes = 1000 });
        for (uint i = 0; i < 10; i++) peer.Send(TcpFlags.Ack, Theirs + (100 * i), Ours, HandPeer.Bytes(100));
        ushort full = peer.Poll()[^1].Tcp.Window;
        var announced = new List<(int Read, ushort Window)>();
        for (int read = 1; read <= 250; read++)
        {
            connection.Consume(1);
            foreach (SentFrame frame in peer.Poll()) announced.Add((read, frame.Tcp.Window));
        }

        // RFC 9293 §3.8.6.2.2: min(buffer/2, MSS) = 100 bytes at a time.
        Assert.That(full, Is.Zero);
        Assert.That(announced, Is.EqualTo(new (int, ushort)[] { (100, 100), (200, 200) }));
    }

    [Test]
    public void Receiver_DataBeyondWindow_TrimmedAndAcknowledgedWithZeroWindow()
    {
        var (peer, connection) = HandPeer.Established(HandPeer.Plain with { ReceiveBufferBytes = 100 });

        peer.Send(TcpFlags.Ack, Theirs, Ours, HandPeer.Bytes(130));
        SentFrame answer = peer.Poll().Single();
        DropReason beyond = peer.Send(TcpFlags.Ack, Theirs + 101, Ours, HandPeer.Bytes(10));
        SentFrame again = peer.Poll().Single();

        Assert.That((connection.Available, answer.Tcp.Acknowledgment, answer.Tcp.Window), Is.EqualTo((100, Theirs + 100, (ushort)0)));
        Assert.That((beyond, again.Tcp.Acknowledgment), Is.EqualTo((DropReason.OutOfWindow, Theirs + 100)));
    }

    [Test]
    public void Receiver_AckFromRightEdgeAcrossAGap_ItsAcknowledgmentCounts()
    {
        var (peer, connection) = HandPeer.Established(HandPeer.Plain with { ReceiveBufferBytes = 100 });
        connection.Write(HandPeer.Bytes(20));
        peer.Poll();
        peer.Send(TcpFlags.Ack, Theirs + 40, Ours, HandPeer.Bytes(60));

        DropReason atEdge = peer.Send(TcpFlags.Ack, Theirs + 100, Ours + 20);
        DropReason beyond = peer.Send(TcpFlags.Ack, Theirs + 101, Ours + 20);

        // A peer that lost a segment and has used up the window acknowledges from SND.NXT, which is the edge itself.
        Assert.That((atEdge, beyond), Is.EqualTo((DropReason.None, DropReason.OutOfWindow)));
        Assert.That(connection.SendUnacknowledged, Is.EqualTo(Ours + 20));
    }

    [Test]
    public void WindowScale_LargeBuffer_ShiftAndUnscaledSynWindow()
    {
        var (peer, connection) = HandPeer.Established(
            HandPeer.Plain with { WindowScaling = true, ReceiveBufferBytes = 1 << 20, SendBufferBytes = 1 << 20 },
            new TcpOptions { MaximumSegmentSize = 100, WindowScale = 3 }, window: 1000);
        peer.Send(TcpFlags.Ack, Theirs, Ours, [1]);
        SentFrame answer = peer.Poll().Single();
        connection.Write(new byte[20_000]);
        int flight = peer.Poll().Sum(f => f.PayloadLength);
        for (uint i = 1; i <= 80; i++)
        {
            peer.Send(TcpFlags.Ack, Theirs + 1, Ours + (100 * i), window: 1000);
            flight += peer.Poll().Sum(f => f.PayloadLength);
        }

        // RFC 7323 §2.2: 2^20 needs shift 5 (65535 << 4 is 16 bytes short); the peer's 1000 counts as 8000.
        Assert.That(answer.Tcp.Window << 5, Is.InRange((1 << 20) - 64, 1 << 20));
        Assert.That(flight - 8000, Is.EqualTo(8000));
    }

    [Test]
    public void Nagle_SmallWritesWhileDataIsOutstanding_HeldBack([Values] bool nagle)
    {
        var (peer, connection) = HandPeer.Established(HandPeer.Plain with { Nagle = nagle });
        connection.Write([1]);
        int first = peer.Poll().Count;
        connection.Write([2]);
        connection.Write([3]);

        int held = peer.Poll().Count;
        peer.Send(TcpFlags.Ack, Theirs, Ours + 1);
        int released = peer.Poll().Sum(f => f.PayloadLength);

        // RFC 9293 §3.7.4.
        Assert.That((first, held, released), Is.EqualTo(nagle ? (1, 0, 2) : (1, 1, 0)));
    }

    [TestCase(100, 0)]
    [TestCase(101, 1)]
    public void DelayedAck_MoreThanASegmentHolds_AtOnce(int length, int acknowledged)
    {
        var (peer, _) = HandPeer.Established(HandPeer.Plain with { DelayedAcknowledgmentPs = 40 * MillisecondPs });

        peer.Send(TcpFlags.Ack, Theirs, Ours, HandPeer.Bytes(length));

        // RFC 5681 §4.2: at least every second full-sized segment, also when the NIC joined the two.
        Assert.That(peer.Poll(), Has.Count.EqualTo(acknowledged));
    }

    [Test]
    public void DelayedAck_OneSegment_AfterFortyMillisecondsAndTwo_AtOnce()
    {
        var (peer, _) = HandPeer.Established(HandPeer.Plain with { DelayedAcknowledgmentPs = 40 * MillisecondPs });

        peer.Send(TcpFlags.Ack, Theirs, Ours, [1]);
        int atOnce = peer.Poll().Count;
        SentFrame delayed = peer.PollAtNextDeadline().Single();
        long at = peer.NowPs;
        peer.Send(TcpFlags.Ack, Theirs + 1, Ours, [2]);
        peer.Send(TcpFlags.Ack, Theirs + 2, Ours, [3]);
        SentFrame second = peer.Poll().Single();

        Assert.That((atOnce, at, delayed.Tcp.Acknowledgment), Is.EqualTo((0, 40 * MillisecondPs, Theirs + 1)));
        Assert.That(second.Tcp.Acknowledgment, Is.EqualTo(Theirs + 3));
    }

    [Test]
    public void OutOfOrder_EachSegment_AcknowledgedAtOnceWithMostRecentBlockFirst()
    {
        var (peer, connection) = HandPeer.Established(
            HandPeer.Plain with { SelectiveAcknowledgment = true, DelayedAcknowledgmentPs = 40 * MillisecondPs },
            new TcpOptions { MaximumSegmentSize = 100, SackPermitted = true });

        peer.Send(TcpFlags.Ack, Theirs + 10, Ours, HandPeer.Bytes(5));
        peer.Send(TcpFlags.Ack, Theirs + 30, Ours, HandPeer.Bytes(5));
        peer.Send(TcpFlags.Ack, Theirs + 20, Ours, HandPeer.Bytes(5));
        List<SentFrame> answers = peer.Poll();
        peer.Send(TcpFlags.Ack, Theirs, Ours, HandPeer.Bytes(10));
        SentFrame filled = peer.Poll().Single();

        // RFC 5681 §4.2 and RFC 2018 §4.
        Assert.That(answers, Has.Count.EqualTo(3));
        TcpOptions last = answers[2].Options;
        Assert.That(
            Enumerable.Range(0, last.SackCount).Select(i => last.GetSackBlock(i)),
            Is.EqualTo(new SackBlock[] { new(Theirs + 20, Theirs + 25), new(Theirs + 30, Theirs + 35), new(Theirs + 10, Theirs + 15) }));
        Assert.That((filled.Tcp.Acknowledgment, filled.Options.SackCount), Is.EqualTo((Theirs + 15, 2)));
        Assert.That(connection.Available, Is.EqualTo(15));
    }

    [Test]
    public void OutOfOrder_BlockGrowsBySeveralSegments_OtherBlocksStillReported()
    {
        var (peer, _) = HandPeer.Established(
            HandPeer.Plain with { SelectiveAcknowledgment = true }, new TcpOptions { MaximumSegmentSize = 100, SackPermitted = true });

        peer.Send(TcpFlags.Ack, Theirs + 10, Ours, HandPeer.Bytes(5));
        for (uint i = 0; i < 6; i++) peer.Send(TcpFlags.Ack, Theirs + 30 + (5 * i), Ours, HandPeer.Bytes(5), mark: (int)(i & 1));
        TcpOptions last = peer.Poll()[^1].Options;

        // RFC 2018 §4: as many distinct blocks as fit; without the first the peer would repeat what arrived.
        Assert.That(
            Enumerable.Range(0, last.SackCount).Select(i => last.GetSackBlock(i)),
            Is.EqualTo(new SackBlock[] { new(Theirs + 30, Theirs + 60), new(Theirs + 10, Theirs + 15) }));
    }
}
