using NicEmu.Net;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Net;

public sealed class TimestampTests
{
    private const uint Ours = HandPeer.OurInitial + 1;
    private const uint Theirs = HandPeer.PeerInitial + 1;

    private static TcpConfig Config => HandPeer.Plain with { Timestamps = true };

    [Test]
    public void Segment_OlderTimestamp_DroppedAndAcknowledged()
    {
        var (peer, connection) = Established(1000);

        DropReason old = peer.Send(TcpFlags.Ack, Theirs, Ours, [1], options: Stamp(999));
        SentFrame answer = peer.Poll().Single();
        DropReason equal = peer.Send(TcpFlags.Ack, Theirs, Ours, [2], options: Stamp(1000));

        // RFC 7323 §5.3 R1.
        Assert.That((old, equal), Is.EqualTo((DropReason.Paws, DropReason.None)));
        Assert.That(answer.Tcp.Acknowledgment, Is.EqualTo(Theirs));
        Assert.That(connection.Available, Is.EqualTo(1));
    }

    [Test]
    public void Segment_TimestampAcrossWrap_IsNewer()
    {
        var (peer, connection) = Established(0xFFFF_FFF0);

        DropReason reason = peer.Send(TcpFlags.Ack, Theirs, Ours, [1], options: Stamp(5));

        Assert.That((reason, connection.Available), Is.EqualTo((DropReason.None, 1)));
    }

    [Test]
    public void Segment_OlderTimestampAfter24DaysOfSilence_Accepted()
    {
        var (peer, connection) = Established(1000);
        peer.NowPs = 25L * 86_400 * TwoHosts.SecondPs;

        // RFC 7323 §5.5.
        DropReason reason = peer.Send(TcpFlags.Ack, Theirs, Ours, [1], options: Stamp(999));

        Assert.That((reason, connection.Available), Is.EqualTo((DropReason.None, 1)));
    }

    [Test]
    public void Segment_NoTimestampAfterNegotiation_DroppedButResetObeyed()
    {
        var (peer, connection) = Established(1000);

        DropReason data = peer.Send(TcpFlags.Ack, Theirs, Ours, [1]);
        TcpState state = connection.State;
        DropReason reset = peer.Send(TcpFlags.Rst, Theirs, 0);

        // RFC 7323 §3.2.
        Assert.That((data, state), Is.EqualTo((DropReason.TimestampMissing, TcpState.Established)));
        Assert.That((reset, connection.CloseReason), Is.EqualTo((DropReason.None, TcpCloseReason.ResetByPeer)));
    }

    [Test]
    public void Echo_OutOfOrderSegment_StillTheLastInOrderOne()
    {
        var (peer, _) = Established(1000);

        peer.Send(TcpFlags.Ack, Theirs, Ours, [1], options: Stamp(1100));
        uint inOrder = peer.Poll().Single().Options.TimestampEcho;
        peer.Send(TcpFlags.Ack, Theirs + 10, Ours, [1], options: Stamp(1200));
        uint early = peer.Poll().Single().Options.TimestampEcho;

        // RFC 7323 §4.3: only a segment at or before Last.ACK.sent updates TS.Recent.
        Assert.That((inOrder, early), Is.EqualTo((1100u, 1100u)));
    }

    [Test]
    public void Value_TimePasses_OneTickPerMillisecond()
    {
        var (peer, connection) = Established(1000);
        connection.Write([1]);
        uint first = peer.Poll().Single().Options.TimestampValue;
        peer.NowPs += 1234 * TwoHosts.MillisecondPs;
        connection.Write([2]);

        SentFrame second = peer.Poll().First(f => !f.IsRetransmission);

        Assert.That(second.Options.TimestampValue - first, Is.EqualTo(1234));
    }

    [Test]
    public void RoundTrip_RetransmittedSegment_MeasuredByEchoOnly()
    {
        var (peer, connection) = Established(1000);
        connection.Write([1]);
        peer.Poll();
        SentFrame repeated = peer.PollAtNextDeadline().Single();
        peer.NowPs += 30 * TwoHosts.MillisecondPs;

        peer.Send(TcpFlags.Ack, Theirs, Ours + 1, options: Stamp(1001) with { TimestampEcho = repeated.Options.TimestampValue });

        // RFC 6298 §3: Karn's rule, lifted by time stamps. The handshake's sample was 0: SRTT = 7/8 · 0 + 1/8 · 30 ms.
        Assert.That(connection.SmoothedRoundTripPs, Is.EqualTo(3_750_000_000));
    }

    private static TcpOptions Stamp(uint value) => new() { HasTimestamps = true, TimestampValue = value };

    private static (HandPeer Peer, TcpConnection Connection) Established(uint stamp) =>
        HandPeer.Established(Config, new TcpOptions { MaximumSegmentSize = 100, HasTimestamps = true, TimestampValue = stamp });
}
