using CsCheck;
using NicEmu.Net;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Net;

public sealed class LossRecoveryTests
{
    private const uint Ours = HandPeer.OurInitial + 1;
    private const uint Theirs = HandPeer.PeerInitial + 1;
    private const long MillisecondPs = TwoHosts.MillisecondPs;

    [Test]
    public void RttEstimator_Samples_FormulasOfRfc6298()
    {
        var rtt = new RttEstimator(1000 * MillisecondPs, 1, 60_000 * MillisecondPs);
        long initial = rtt.TimeoutPs;

        rtt.Sample(100 * MillisecondPs);
        var first = (rtt.SmoothedPs, rtt.VariationPs, rtt.TimeoutPs);
        rtt.Sample(180 * MillisecondPs);
        var second = (rtt.SmoothedPs, rtt.VariationPs, rtt.TimeoutPs);

        Assert.That(initial, Is.EqualTo(1000 * MillisecondPs), "§2.1");
        // §2.2: SRTT = R, RTTVAR = R/2, RTO = SRTT + 4 RTTVAR.
        Assert.That(first, Is.EqualTo((100 * MillisecondPs, 50 * MillisecondPs, 300 * MillisecondPs)));
        // §2.3: RTTVAR = 3/4 · 50 + 1/4 · |100 − 180| = 57.5; SRTT = 7/8 · 100 + 1/8 · 180 = 110.
        Assert.That(second, Is.EqualTo((110 * MillisecondPs, 57_500_000_000, 340 * MillisecondPs)));
    }

    [Test]
    public void RttEstimator_BackOff_DoublesToTheMaximumAndASampleEndsIt()
    {
        var rtt = new RttEstimator(1000 * MillisecondPs, 200 * MillisecondPs, 60_000 * MillisecondPs);
        var seconds = new List<long>();

        for (int i = 0; i < 40; i++)
        {
            rtt.BackOff();
            if (i < 8) seconds.Add(rtt.TimeoutPs / (1000 * MillisecondPs));
        }

        Assert.That(seconds, Is.EqualTo(new long[] { 2, 4, 8, 16, 32, 60, 60, 60 }));
        Assert.That(rtt.TimeoutPs, Is.EqualTo(60_000 * MillisecondPs));
        rtt.Sample(MillisecondPs);
        Assert.That(rtt.TimeoutPs, Is.EqualTo(200 * MillisecondPs), "§2.4: not below the minimum");
    }

    [Test]
    public void Timeout_NoAnswer_OneSegmentRepeatedAtDoublingIntervals()
    {
        var (peer, connection) = HandPeer.Established();
        connection.Write(HandPeer.Bytes(250));
        List<SentFrame> first = peer.Poll();
        var times = new List<long>();
        var sent = new List<SentFrame>();
        for (int i = 0; i < 5; i++)
        {
            List<SentFrame> frames = peer.PollAtNextDeadline();
            times.Add(peer.NowPs / MillisecondPs);
            sent.AddRange(frames);
        }

        Assert.That(first.Select(f => f.PayloadLength), Is.EqualTo(new[] { 100, 100, 50 }));
        // The handshake took no time here, so RTO stands at its minimum of 200 ms (RFC 6298 §5.5).
        Assert.That(times, Is.EqualTo(new long[] { 200, 600, 1400, 3000, 6200 }));
        Assert.That(sent.Select(f => (f.Sequence, f.PayloadLength, f.IsRetransmission)), Is.All.EqualTo((Ours, 100, true)));
        Assert.That(sent.All(f => f.Payload.SequenceEqual(first[0].Payload)), Is.True);
        // RFC 5681 §3.1: cwnd falls to one segment, ssthresh to two at least.
        Assert.That((connection.CongestionWindowBytes, connection.SlowStartThresholdBytes), Is.EqualTo((100, 200)));
    }

    [Test]
    public void NewReno_ThreeDuplicates_OneFastRetransmitThenInflation()
    {
        var (peer, connection) = HandPeer.Established();
        connection.Write(HandPeer.Bytes(1000));
        int first = peer.Poll().Count;

        peer.Send(TcpFlags.Ack, Theirs, Ours);
        peer.Send(TcpFlags.Ack, Theirs, Ours);
        int afterTwo = peer.Poll().Count;
        peer.Send(TcpFlags.Ack, Theirs, Ours);
        SentFrame repeated = peer.Poll().Single();
        int window = connection.CongestionWindowBytes;
        peer.Send(TcpFlags.Ack, Theirs, Ours);
        int inflated = connection.CongestionWindowBytes;
        peer.Send(TcpFlags.Ack, Theirs, Ours + 300);
        SentFrame partial = peer.Poll().Single();
        peer.Send(TcpFlags.Ack, Theirs, Ours + 1000);

        Assert.That((first, afterTwo), Is.EqualTo((10, 0)));
        Assert.That((repeated.Sequence, repeated.PayloadLength, repeated.IsRetransmission), Is.EqualTo((Ours, 100, true)));
        // RFC 5681 §3.2: ssthresh = 1000/2, cwnd = ssthresh + 3 segments, one more per further duplicate.
        Assert.That((connection.SlowStartThresholdBytes, window, inflated), Is.EqualTo((500, 800, 900)));
        // RFC 6582 §3.2: a partial acknowledgment repeats the next hole at once.
        Assert.That((partial.Sequence, partial.IsRetransmission), Is.EqualTo((Ours + 300, true)));
        // Full acknowledgment: min(ssthresh, max(flight, SMSS) + SMSS) = min(500, 200).
        Assert.That(connection.CongestionWindowBytes, Is.EqualTo(200));
    }

    [Test]
    public void NewReno_DuplicatesWithDataOrNewWindow_AreNotCounted()
    {
        var (peer, connection) = HandPeer.Established();
        connection.Write(HandPeer.Bytes(1000));
        peer.Poll();

        // RFC 5681 §2 (b), (e).
        for (uint i = 0; i < 4; i++) peer.Send(TcpFlags.Ack, Theirs + (2 * i), Ours, [1, 2]);
        for (int i = 0; i < 4; i++) peer.Send(TcpFlags.Ack, Theirs + 8, Ours, window: (ushort)(60_000 + i));
        List<SentFrame> sent = peer.Poll();

        Assert.That(sent.Where(f => f.IsRetransmission), Is.Empty);
    }

    [Test]
    public void Sack_TwoHoles_OnlyHolesAreRepeated()
    {
        var (peer, connection) = HandPeer.Established(
            HandPeer.Plain with { SelectiveAcknowledgment = true }, new TcpOptions { MaximumSegmentSize = 100, SackPermitted = true });
        connection.Write(HandPeer.Bytes(1000));
        peer.Poll();

        Sack(peer, Ours, (Ours + 100, Ours + 300), (Ours + 400, Ours + 500));
        Sack(peer, Ours, (Ours + 400, Ours + 600), (Ours + 100, Ours + 300));
        Sack(peer, Ours, (Ours + 400, Ours + 900), (Ours + 100, Ours + 300));
        List<SentFrame> sent = peer.Poll();

        // Bytes 0–99 and 300–399 are missing; 900–999 may still be under way.
        Assert.That(sent.Select(f => (f.Sequence - Ours, f.PayloadLength, f.IsRetransmission)), Is.EqualTo(new[] { (0u, 100, true), (300u, 100, true) }));
        Sack(peer, Ours + 900);
        Assert.That(peer.Poll(), Is.Empty);
    }

    [Test]
    public void Sack_ForgedBlocks_Ignored()
    {
        var (peer, connection) = HandPeer.Established(
            HandPeer.Plain with { SelectiveAcknowledgment = true }, new TcpOptions { MaximumSegmentSize = 100, SackPermitted = true });
        connection.Write(HandPeer.Bytes(500));
        peer.Poll();

        for (uint i = 0; i < 5; i++) Sack(peer, Ours, (Ours + 600 + i, Ours + 700), (Ours - 500, Ours - 100 + i), (Ours + 50, Ours + 20));

        Assert.That(peer.Poll(), Is.Empty);
        Assert.That(connection.CongestionWindowBytes, Is.EqualTo(1000));
    }

    [Test]
    public void SackScoreboard_AnyRanges_SameAsASetOfBytes() =>
        Gen.Select(Gen.Select(Gen.Int[0, 90], Gen.Int[1, 20]).Array[0, 30], Gen.Int[0, 110], Gen.UInt).Sample((ranges, cut, origin) =>
        {
            var board = new SackScoreboard();
            var bytes = new HashSet<int>();
            foreach (var (start, length) in ranges)
            {
                bool news = board.Add(origin + (uint)start, origin + (uint)(start + length));
                int before = bytes.Count;
                bytes.UnionWith(Enumerable.Range(start, length));
                Assert.That(news, Is.EqualTo(bytes.Count > before));
            }

            board.RemoveBelow(origin + (uint)cut);
            bytes.RemoveWhere(b => b < cut);
            var listed = new HashSet<int>();
            for (int i = 0; i < board.Count; i++)
            {
                Assert.That(i == 0 || TcpSequence.IsAfter(board[i].Start, board[i - 1].End), Is.True, "ascending, not touching");
                for (uint b = board[i].Start; b != board[i].End; b++) listed.Add((int)(b - origin));
            }

            Assert.That(listed, Is.EquivalentTo(bytes));
            Assert.That(board.TotalBytes, Is.EqualTo(bytes.Count));
        });

    [Test]
    public void SingleLoss_InLongTransfer_RepairedWithoutTimeout([Values] bool sack, [Values] bool timestamps)
    {
        TcpConfig config = new() { SelectiveAcknowledgment = sack, Timestamps = timestamps };
        var hosts = new TwoHosts();
        var (client, server) = hosts.Connect(false, config, config);
        int data = 0;
        hosts.OnSent = frame => frame.PayloadLength == 0 || ++data != 40;
        var exchange = new Exchange(client, server, 300_000, 6);
        long startPs = hosts.NowPs;

        bool done = hosts.RunUntil(() => exchange.Step());

        Assert.That(done && exchange.IsIntact, Is.True);
        Assert.That(hosts.Client.Statistics.SegmentsRetransmitted, Is.EqualTo(1));
        Assert.That(hosts.NowPs - startPs, Is.LessThan(200 * MillisecondPs), "less than the smallest retransmission timeout");
    }

    [Test]
    public void Retransmission_ReSegmented_BytesIdentical()
    {
        var hosts = new TwoHosts(seed: 77) { Loss = 0.1, Reordering = 0.2 };
        var (client, server) = hosts.Connect(false, HandPeer.Plain with { MaximumSegmentSize = 0, InitialSequence = uint.MaxValue - 5000 });
        var seen = new Dictionary<uint, byte>();
        int repeated = 0;
        int different = 0;
        int step = 0;
        int[] sizes = [1000, 333, 1200, 77, 1460];
        hosts.OnSent = frame =>
        {
            if (!frame.FromClient) return true;
            for (int i = 0; i < frame.PayloadLength; i++)
            {
                uint sequence = frame.Sequence + (uint)i;
                if (!seen.TryAdd(sequence, frame.Payload[i])) repeated++;
                if (seen[sequence] != frame.Payload[i]) different++;
            }

            client.MaximumSegmentSize = sizes[step++ % sizes.Length];
            return true;
        };
        var exchange = new Exchange(client, server, 200_000, 8);

        bool done = hosts.RunUntil(() => exchange.Step());

        Assert.That(done && exchange.IsIntact, Is.True);
        Assert.That((repeated > 5000, different), Is.EqualTo((true, 0)), $"{repeated} repeated");
    }

    [Test]
    public void CongestionWindow_SlowStartThenAvoidance_GrowsAsRfc5681Says()
    {
        var window = new CongestionWindow(10);
        window.Start(100);
        window.OnAcknowledged(100, 100);
        window.OnAcknowledged(300, 100);
        int slowStart = window.Bytes;

        window.Halve(1000, 100);
        window.Bytes = window.SlowStartThreshold;
        for (int i = 0; i < 4; i++) window.OnAcknowledged(100, 100);
        int before = window.Bytes;
        window.OnAcknowledged(100, 100);

        Assert.That(slowStart, Is.EqualTo(1200), "one segment per acknowledgment at most");
        Assert.That((before, window.Bytes), Is.EqualTo((500, 600)), "one segment per window");
    }

    private static void Sack(HandPeer peer, uint acknowledgment, params (uint Start, uint End)[] blocks)
    {
        var options = new TcpOptions();
        foreach (var (start, end) in blocks) options.AddSackBlock(new(start, end));
        peer.Send(TcpFlags.Ack, Theirs, acknowledgment, options: options);
    }
}
