using CsCheck;
using NicEmu.Net;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Net;

public sealed class MarkTests
{
    private const uint Ours = HandPeer.OurInitial + 1;
    private const uint Theirs = HandPeer.PeerInitial + 1;

    [Test]
    public void TryReceive_TwoMarks_TwoChunksWithTheirSequences()
    {
        var (peer, connection) = HandPeer.Established();
        peer.Send(TcpFlags.Ack, Theirs, Ours, [1, 2, 3], mark: 7);
        peer.Send(TcpFlags.Ack, Theirs + 3, Ours, [4, 5], mark: 7);
        peer.Send(TcpFlags.Ack, Theirs + 5, Ours, [6], mark: 0);

        connection.TryReceive(out ReceivedChunk first);
        var (sequence, bytes, mark) = (first.Sequence, first.Bytes.ToArray(), first.Mark);
        connection.Consume(5);
        connection.TryReceive(out ReceivedChunk second);

        Assert.That((sequence, mark), Is.EqualTo((Theirs, 7)));
        Assert.That(bytes, Is.EqualTo(new byte[] { 1, 2, 3, 4, 5 }));
        Assert.That((second.Sequence, second.Mark, second.Bytes.Length), Is.EqualTo((Theirs + 5, 0, 1)));
    }

    [Test]
    public void Read_AcrossMarks_JoinsBytes()
    {
        var (peer, connection) = HandPeer.Established();
        peer.Send(TcpFlags.Ack, Theirs, Ours, [1, 2], mark: 1);
        peer.Send(TcpFlags.Ack, Theirs + 2, Ours, [3, 4], mark: 2);

        byte[] read = new byte[3];
        int count = connection.Read(read);

        Assert.That((count, connection.Available), Is.EqualTo((3, 1)));
        Assert.That(read, Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public void Overlap_LaterCopyDiffers_FirstAcceptedCopyAndMarkStay()
    {
        var (peer, connection) = HandPeer.Established();

        peer.Send(TcpFlags.Ack, Theirs + 2, Ours, [0x23, 0x24], mark: 1);
        peer.Send(TcpFlags.Ack, Theirs, Ours, [0x31, 0x32, 0x33, 0x34, 0x35], mark: 2);
        var chunks = new List<(uint Offset, string Bytes, int Mark)>();
        while (connection.TryReceive(out ReceivedChunk chunk))
        {
            chunks.Add((chunk.Sequence - Theirs, Convert.ToHexString(chunk.Bytes), chunk.Mark));
            connection.Consume(chunk.Bytes.Length);
        }

        Assert.That(chunks, Is.EqualTo(new[] { (0u, "3132", 2), (2u, "2324", 1), (4u, "35", 2) }));
    }

    [Test]
    public void Receiver_AnySegments_SameAsAnArrayFilledOnce() =>
        Gen.Select(
            Gen.Select(Gen.Int[0, 300], Gen.Int[0, 60], Gen.Int[0, 2], Gen.Int[0, 40]).Array[1, 60], Gen.UInt, Gen.Int[40, 200]).Sample(
            (segments, origin, buffer) =>
            {
                var receiver = new TcpReceiver(new TcpConfig { ReceiveBufferBytes = buffer });
                receiver.Start(origin - 1);
                receiver.OfferWindow(1, 0);
                var model = new (byte Value, int Mark)?[1000];
                int edge = buffer;
                int read = 0;
                int round = 0;
                foreach (var (offset, length, mark, readCount) in segments)
                {
                    byte[] data = HandPeer.Bytes(length, (byte)(++round * 31));
                    receiver.Accept(origin + (uint)offset, data, false, mark);
                    for (int i = 0; i < length; i++)
                    {
                        if (offset + i < edge) model[offset + i] ??= (data[i], mark);
                    }

                    int left = readCount;
                    while (left > 0 && receiver.TryReceive(out ReceivedChunk chunk))
                    {
                        int part = Math.Min(left, chunk.Bytes.Length);
                        Assert.That(chunk.Sequence, Is.EqualTo(origin + (uint)read));
                        for (int i = 0; i < part; i++) Assert.That((chunk.Bytes[i], chunk.Mark), Is.EqualTo(model[read + i]));
                        receiver.Consume(part);
                        read += part;
                        left -= part;
                    }

                    int ready = read;
                    while (model[ready] is not null) ready++;
                    Assert.That((receiver.Next, receiver.Available), Is.EqualTo((origin + (uint)ready, ready - read)));
                    receiver.OfferWindow(1, 0);
                    edge = Math.Max(edge, read + buffer);
                }
            });

    [Test]
    public void Transfer_MarkPerRegion_EveryByteHasItsRegionsMarkOnce([Values(1, 2, 3)] int seed)
    {
        // A segment's mark comes from its first byte, so the sender must keep segments inside regions.
        const int Region = 3000;
        var hosts = new TwoHosts(seed: seed) { Loss = 0.1, Duplication = 0.1, Reordering = 0.3 };
        var (client, server) = hosts.Connect();
        uint start = client.SendSequence;
        hosts.Mark = sequence => (int)((sequence - start) / Region % 2);
        int written = 0;
        int received = 0;
        int wrong = 0;
        bool done = hosts.RunUntil(() =>
        {
            while (written < 150_000 && client.SendBufferFree >= Region)
            {
                client.MarkSegmentBoundary();
                written += client.Write(Enumerable.Range(written, Region).Select(i => Exchange.PatternAt(i, 1)).ToArray());
            }

            while (server.TryReceive(out ReceivedChunk chunk))
            {
                for (int i = 0; i < chunk.Bytes.Length; i++, received++)
                {
                    if (chunk.Bytes[i] != Exchange.PatternAt(received, 1) || chunk.Mark != received / Region % 2) wrong++;
                }

                server.Consume(chunk.Bytes.Length);
            }

            return received == 150_000;
        });

        Assert.That((done, wrong), Is.EqualTo((true, 0)));
    }

    [Test]
    public void MarkSegmentBoundary_LossAndOffload_NeverStraddled() =>
        Gen.Select(Gen.Int, Gen.Double[0, 0.2], Gen.Int[100, 1460], Gen.Bool, Gen.Bool, Gen.Int[1, 6000].Array[2, 12]).Sample(
            (seed, loss, mss, offload, nagle, pieces) =>
            {
                var hosts = new TwoHosts(TwoHosts.ClientConfig with { MaxSegmentOffloadBytes = offload ? 65_535 : 0 }, seed: seed) { Loss = loss, Reordering = 0.2 };
                var (client, server) = hosts.Connect(
                    false, new TcpConfig { MaximumSegmentSize = mss, Nagle = nagle, InitialSequence = uint.MaxValue - 3000, MaximumRetransmissions = 40 });
                var fences = new List<uint>();
                hosts.OnSent = frame =>
                {
                    foreach (uint fence in fences)
                    {
                        int before = TcpSequence.Difference(fence, frame.Sequence);
                        Assert.That(!frame.FromClient || before <= 0 || before >= frame.PayloadLength, Is.True, $"{fence} inside {frame.Sequence}+{frame.PayloadLength}");
                    }

                    return true;
                };
                int total = 0;
                foreach (int length in pieces)
                {
                    total += client.Write(HandPeer.Bytes(length));
                    client.MarkSegmentBoundary();
                    fences.Add(client.SendSequence);
                }

                client.Close();
                bool done = hosts.RunUntil(() => server.Available == total && server.State == TcpState.CloseWait, 100_000 * TwoHosts.SecondPs);
                Assert.That(done, Is.True, $"{client} {server}");
            },
            iter: 60);
}
