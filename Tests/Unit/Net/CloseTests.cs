using NicEmu.Net;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Net;

public sealed class CloseTests
{
    private const uint Ours = HandPeer.OurInitial + 1;
    private const uint Theirs = HandPeer.PeerInitial + 1;

    [Test]
    public void Close_WeFirst_FinWait1FinWait2TimeWaitClosed()
    {
        var (peer, connection) = HandPeer.Established();

        connection.Close();
        SentFrame fin = peer.Poll().Single();
        TcpState afterClose = connection.State;
        peer.Send(TcpFlags.Ack, Theirs, Ours + 1);
        TcpState afterAck = connection.State;
        peer.Send(TcpFlags.Ack | TcpFlags.Fin, Theirs, Ours + 1);
        TcpState afterFin = connection.State;
        SentFrame last = peer.Poll().Single();
        long finalPs = peer.Stack.NextDeadlinePs;
        peer.PollAtNextDeadline();

        // RFC 9293 §3.6, figure 12.
        Assert.That((fin.Tcp.Flags, fin.Tcp.Sequence), Is.EqualTo((TcpFlags.Fin | TcpFlags.Ack, Ours)));
        Assert.That((afterClose, afterAck, afterFin), Is.EqualTo((TcpState.FinWait1, TcpState.FinWait2, TcpState.TimeWait)));
        Assert.That((last.Tcp.Flags, last.Tcp.Acknowledgment), Is.EqualTo((TcpFlags.Ack, Theirs + 1)));
        Assert.That(finalPs, Is.EqualTo(60 * TwoHosts.SecondPs), "2 MSL");
        Assert.That((connection.State, connection.CloseReason), Is.EqualTo((TcpState.Closed, TcpCloseReason.Graceful)));
        Assert.That(peer.Stack.ConnectionCount, Is.Zero);
    }

    [Test]
    public void Close_PeerFirst_CloseWaitLastAckClosed()
    {
        var (peer, connection) = HandPeer.Established();

        peer.Send(TcpFlags.Ack | TcpFlags.Fin, Theirs, Ours, [7, 8]);
        TcpState afterFin = connection.State;
        bool endBeforeReading = connection.IsEndOfStream;
        byte[] read = new byte[5];
        int count = connection.Read(read);
        bool endAfterReading = connection.IsEndOfStream;
        connection.Write([1, 2, 3]);
        connection.Close();
        TcpState afterClose = connection.State;
        List<SentFrame> sent = peer.Poll();
        peer.Send(TcpFlags.Ack, Theirs + 3, Ours + 4);

        Assert.That((afterFin, afterClose), Is.EqualTo((TcpState.CloseWait, TcpState.LastAck)));
        Assert.That((endBeforeReading, count, endAfterReading), Is.EqualTo((false, 2, true)));
        Assert.That(sent[^1].Tcp.Flags & TcpFlags.Fin, Is.EqualTo(TcpFlags.Fin));
        Assert.That((sent[^1].PayloadLength, sent[^1].Tcp.Acknowledgment), Is.EqualTo((3, Theirs + 3)));
        Assert.That((connection.State, connection.CloseReason), Is.EqualTo((TcpState.Closed, TcpCloseReason.Graceful)));
    }

    [Test]
    public void Close_FinsCross_ClosingThenTimeWait()
    {
        var (peer, connection) = HandPeer.Established();

        connection.Close();
        peer.Poll();
        peer.Send(TcpFlags.Ack | TcpFlags.Fin, Theirs, Ours);
        TcpState crossed = connection.State;
        peer.Send(TcpFlags.Ack, Theirs + 1, Ours + 1);

        // RFC 9293 §3.6, figure 13.
        Assert.That((crossed, connection.State), Is.EqualTo((TcpState.Closing, TcpState.TimeWait)));
    }

    [Test]
    public void TimeWait_FinRepeated_AcknowledgedAndTimerRestarted()
    {
        var (peer, connection) = HandPeer.Established();
        connection.Close();
        peer.Poll();
        peer.Send(TcpFlags.Ack | TcpFlags.Fin, Theirs, Ours + 1);
        peer.Poll();
        peer.NowPs = 50 * TwoHosts.SecondPs;

        peer.Send(TcpFlags.Ack | TcpFlags.Fin, Theirs, Ours + 1);
        List<SentFrame> answer = peer.Poll();

        Assert.That(answer.Single().Tcp.Acknowledgment, Is.EqualTo(Theirs + 1));
        Assert.That(peer.Stack.NextDeadlinePs, Is.EqualTo(110 * TwoHosts.SecondPs));
        Assert.That(connection.State, Is.EqualTo(TcpState.TimeWait));
    }

    [Test]
    public void Close_FinLost_Repeated()
    {
        var hosts = new TwoHosts();
        var (client, server) = hosts.Connect();
        int fins = 0;
        hosts.OnSent = frame => !frame.IsTcp || (frame.Tcp.Flags & TcpFlags.Fin) == 0 || ++fins is not (1 or 3);
        client.Write([9, 8, 7]);
        client.Close();
        server.Close();

        bool done = hosts.RunUntil(() => client.State == TcpState.Closed && server.State == TcpState.Closed);

        Assert.That(done, Is.True, $"{client} {server}");
        Assert.That((client.CloseReason, server.CloseReason), Is.EqualTo((TcpCloseReason.Graceful, TcpCloseReason.Graceful)));
        Assert.That(server.Available, Is.EqualTo(3));
    }

    [Test]
    public void Close_HalfClosed_OtherDirectionGoesOn()
    {
        var hosts = new TwoHosts();
        var (client, server) = hosts.Connect();
        client.Close();
        hosts.RunUntil(() => server.State == TcpState.CloseWait);
        var down = new Exchange(server, client, 500_000, 2);

        bool done = hosts.RunUntil(() => down.Step());

        Assert.That(done && down.IsIntact, Is.True);
        Assert.That((client.State, client.Write([1])), Is.EqualTo((TcpState.FinWait2, 0)));
    }

    [Test]
    public void Close_BeforeTheHandshake_GivesUpSilently()
    {
        var hosts = new TwoHosts();
        TcpConnection client = hosts.Client.Connect(TwoHosts.ServerConfig.Ipv4Address, 443);
        client.Write([1]);

        client.Close();
        hosts.Run(TwoHosts.SecondPs);

        // RFC 9293 §3.10.4, SYN-SENT: delete the TCB.
        Assert.That((client.State, client.CloseReason), Is.EqualTo((TcpState.Closed, TcpCloseReason.Graceful)));
        Assert.That(hosts.Server.Statistics.FramesReceived, Is.Zero);
    }

    [Test]
    public void Abort_Established_PeerIsReset()
    {
        var hosts = new TwoHosts();
        var (client, server) = hosts.Connect();

        client.Abort();
        hosts.Run(TwoHosts.SecondPs);

        Assert.That((client.State, client.CloseReason), Is.EqualTo((TcpState.Closed, TcpCloseReason.Aborted)));
        Assert.That((server.State, server.CloseReason), Is.EqualTo((TcpState.Closed, TcpCloseReason.ResetByPeer)));
    }

    [Test]
    public void Reset_ExactSequence_ClosesAndInWindow_OnlyChallenged()
    {
        var (peer, connection) = HandPeer.Established();

        // RFC 5961 §3.2.
        DropReason inWindow = peer.Send(TcpFlags.Rst, Theirs + 1, 0);
        SentFrame challenge = peer.Poll().Single();
        TcpState afterBlind = connection.State;
        DropReason outside = peer.Send(TcpFlags.Rst, Theirs - 1, 0);
        int answers = peer.Poll().Count;
        peer.Send(TcpFlags.Rst, Theirs, 0);

        Assert.That((inWindow, outside), Is.EqualTo((DropReason.Challenged, DropReason.OutOfWindow)));
        Assert.That((challenge.Tcp.Flags, challenge.Tcp.Sequence, challenge.Tcp.Acknowledgment), Is.EqualTo((TcpFlags.Ack, Ours, Theirs)));
        Assert.That((afterBlind, answers), Is.EqualTo((TcpState.Established, 0)));
        Assert.That((connection.State, connection.CloseReason), Is.EqualTo((TcpState.Closed, TcpCloseReason.ResetByPeer)));
    }

    [Test]
    public void Syn_OnEstablished_ChallengedAtMostAHundredTimesASecond()
    {
        var (peer, connection) = HandPeer.Established();

        int answers = 0;
        for (int i = 0; i < 150; i++)
        {
            // RFC 5961 §4.2 and §7.
            Assert.That(peer.Send(TcpFlags.Syn, Theirs + 10, 0), Is.EqualTo(DropReason.Challenged));
            answers += peer.Poll().Count;
        }

        Assert.That(answers, Is.EqualTo(100));
        Assert.That(connection.State, Is.EqualTo(TcpState.Established));
    }

    [Test]
    public void UnknownConnection_Segment_ResetOfRfc9293()
    {
        var peer = new HandPeer();

        peer.Send(TcpFlags.Ack, 0x0102_0304, 0xA1B2_C3D4, destinationPort: 99);
        SentFrame toAck = peer.Poll().Single();
        peer.Send(TcpFlags.Syn, 0x0102_0304, 0, [1, 2, 3], destinationPort: 99);
        SentFrame toSyn = peer.Poll().Single();
        peer.Send(TcpFlags.Rst, 0x0102_0304, 0, destinationPort: 99);

        // §3.10.7.1: <SEQ=SEG.ACK><CTL=RST>, or <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>.
        Assert.That((toAck.Tcp.Flags, toAck.Tcp.Sequence), Is.EqualTo((TcpFlags.Rst, 0xA1B2_C3D4u)));
        Assert.That((toSyn.Tcp.Flags, toSyn.Tcp.Sequence, toSyn.Tcp.Acknowledgment), Is.EqualTo((TcpFlags.Rst | TcpFlags.Ack, 0u, 0x0102_0308u)));
        Assert.That(peer.Poll(), Is.Empty, "a RST is not answered");
    }

    [Test]
    public void Retransmission_PeerFallsSilent_TimedOutAfterTheLimit()
    {
        var (peer, connection) = HandPeer.Established(HandPeer.Plain with { MaximumRetransmissions = 3 });
        connection.Write(HandPeer.Bytes(10));
        int sent = peer.Poll().Count;
        while (connection.State == TcpState.Established) sent += peer.PollAtNextDeadline().Count;

        Assert.That(sent, Is.EqualTo(1 + 3));
        Assert.That(connection.CloseReason, Is.EqualTo(TcpCloseReason.TimedOut));
    }

    [Test]
    public void Listener_Closed_UnacceptedConnectionsAborted()
    {
        var hosts = new TwoHosts();
        TcpListener listener = hosts.Listen();
        TcpConnection client = hosts.Client.Connect(TwoHosts.ServerConfig.Ipv4Address, 443);
        hosts.RunUntil(() => client.State == TcpState.Established);
        hosts.Run(TwoHosts.SecondPs);

        listener.Close();
        hosts.Run(TwoHosts.SecondPs);

        Assert.That(client.CloseReason, Is.EqualTo(TcpCloseReason.ResetByPeer));
        Assert.That(hosts.Server.ConnectionCount, Is.Zero);
    }
}
