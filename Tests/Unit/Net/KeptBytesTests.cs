using CsCheck;
using NicEmu.Net;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Net;

/// <summary>Connections whose callers keep the bytes: the same TCP, byte for byte, without a buffer.</summary>
public sealed class KeptBytesTests
{
    private const int StreamBytes = 60_000;

    private static readonly byte[] Stream = [.. Enumerable.Range(0, StreamBytes).Select(static i => (byte)((i * 31) ^ (i >> 7)))];

    [Test]
    public void Transfer_CallersKeepTheBytes_SameFramesAsWithBuffers()
    {
        Gen<(int Seed, double Loss, double Reordering, int Offload, bool Ipv6)> networks =
            Gen.Select(Gen.Int[1, 1000], Gen.Double[0, 0.1], Gen.Double[0, 0.2], Gen.Int[0, 2].Select(static i => i switch { 0 => 0, 1 => 20_000, _ => 65_535 }), Gen.Bool);

        networks.Sample(
            network =>
            {
                List<byte[]> buffered = Transfer(network, false);

                List<byte[]> kept = Transfer(network, true);

                Assert.That(kept, Has.Count.EqualTo(buffered.Count));
                for (int i = 0; i < kept.Count; i++) Assert.That(kept[i].AsSpan().SequenceEqual(buffered[i]), Is.True, $"frame {i}");
            },
            iter: 40);
    }

    [Test]
    public void Segments_WithALimiter_HoldNoMoreThanItSays()
    {
        var hosts = new TwoHosts(Offloading(TwoHosts.ClientConfig, 65_535), Offloading(TwoHosts.ServerConfig, 0)) { ChecksumVerified = true };
        (TcpConnection client, TcpConnection server) = hosts.Connect(clientConfig: new() { CallerKeepsSent = true });
        uint start = client.SendSequence;
        hosts.Keeper = (_, sequence, length) => Stream.AsSpan((int)(sequence - start), length).ToArray();
        var ends = new List<uint>();
        hosts.OnSent = frame =>
        {
            if (frame.FromClient && frame.PayloadLength > 0) ends.Add(frame.Sequence - start + (uint)frame.PayloadLength);
            return true;
        };
        client.SegmentLimiter = (sequence, length) => Math.Min(length, 1000 - (int)((sequence - start) % 1000));

        client.Append(3500);
        hosts.RunUntil(() => server.Available == 3500);

        Assert.That(ends, Is.EqualTo(new uint[] { 1000, 2000, 3000, 3500 }));
    }

    [Test]
    public void Input_NobodyKeepsTheBytes_TheyAreNotTakenAndComeAgain()
    {
        var hosts = new TwoHosts(Offloading(TwoHosts.ClientConfig, 0), Offloading(TwoHosts.ServerConfig, 0)) { ChecksumVerified = true };
        (TcpConnection client, TcpConnection server) = hosts.Connect(serverConfig: new() { CallerKeepsReceived = true });
        client.Write([1, 2, 3]);
        hosts.Run(TwoHosts.MillisecondPs);
        int before = server.Available;
        var taken = new Taker(hosts, new byte[3], server.ReceiveNext);

        server.Observer = taken;
        hosts.RunUntil(() => server.Available == 3);

        Assert.That(before, Is.Zero);
        Assert.That(taken.Bytes, Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public void Calls_ForTheOtherKindOfConnection_Throw()
    {
        var hosts = new TwoHosts(Offloading(TwoHosts.ClientConfig, 0), Offloading(TwoHosts.ServerConfig, 0)) { ChecksumVerified = true };
        (TcpConnection kept, TcpConnection buffered) = hosts.Connect(clientConfig: new() { CallerKeepsSent = true, CallerKeepsReceived = true });

        Assert.That(() => kept.Write([1]), Throws.InvalidOperationException);
        Assert.That(() => kept.Read(new byte[1]), Throws.InvalidOperationException);
        Assert.That(() => buffered.Append(1), Throws.InvalidOperationException);
    }

    [Test]
    public void Connect_NicMakesNoChecksums_Throws()
    {
        var stack = new NetStack(TwoHosts.ClientConfig);
        var config = new TcpConfig { CallerKeepsSent = true };

        Assert.That(() => stack.Connect(TwoHosts.ServerConfig.Ipv4Address, 443, 0, config), Throws.InvalidOperationException);
        Assert.That(() => stack.Listen(443, config: config), Throws.InvalidOperationException);
    }

    [Test]
    public void CopyTo_PayloadKeptByTheCaller_Throws()
    {
        var hosts = new TwoHosts(Offloading(TwoHosts.ClientConfig, 0), Offloading(TwoHosts.ServerConfig, 0)) { ChecksumVerified = true };
        (TcpConnection client, _) = hosts.Connect(clientConfig: new() { CallerKeepsSent = true });
        hosts.Run(TwoHosts.SecondPs);
        client.Append(10);

        Assert.That(() => hosts.Client.TryPoll(hosts.NowPs, new byte[2000], out _), Throws.InvalidOperationException);
    }

    private static NetStackConfig Offloading(NetStackConfig config, int segmentBytes) => config with { ChecksumOffload = true, MaxSegmentOffloadBytes = segmentBytes };

    /// <summary>Everything that both hosts send while the client's stream crosses, headers and payload.</summary>
    private static List<byte[]> Transfer((int Seed, double Loss, double Reordering, int Offload, bool Ipv6) network, bool kept)
    {
        var hosts = new TwoHosts(Offloading(TwoHosts.ClientConfig, network.Offload), Offloading(TwoHosts.ServerConfig, 0), network.Seed) { ChecksumVerified = true };
        var config = new TcpConfig { SendBufferBytes = 16_000, ReceiveBufferBytes = 12_000 };
        (TcpConnection client, TcpConnection server) = hosts.Connect(
            network.Ipv6, config with { CallerKeepsSent = kept }, config with { CallerKeepsReceived = kept });
        uint start = client.SendSequence;
        hosts.Keeper = (_, sequence, length) => Stream.AsSpan((int)(sequence - start), length).ToArray();
        var arrived = new byte[StreamBytes];
        var frames = new List<byte[]>();
        (hosts.Loss, hosts.Reordering) = (network.Loss, network.Reordering);
        hosts.OnSent = frame =>
        {
            frames.Add(frame.Frame);
            return true;
        };
        if (kept) server.Observer = new Taker(hosts, arrived, start);
        var pace = new Random(network.Seed);
        int sent = 0;
        int received = 0;
        // Reader and writer act from time to time, whether or not something happens meanwhile.
        for (int turn = 0; turn < 10_000 && !hosts.RunUntil(Act, 10 * TwoHosts.MillisecondPs); turn++) ;
        Assert.That(arrived.AsSpan().SequenceEqual(Stream), Is.True, $"content {client} {server} {received}");
        return frames;

        bool Act()
        {
            int part = Math.Min(pace.Next(3000), StreamBytes - sent);
            sent += kept ? client.Append(part) : client.Write(Stream.AsSpan(sent, part));
            for (int budget = pace.Next(5000); budget > 0 && server.TryReceive(out ReceivedChunk chunk);)
            {
                int taken = Math.Min(budget, Math.Min(chunk.Length, server.Available));
                if (!kept) chunk.Bytes[..Math.Min(taken, chunk.Bytes.Length)].CopyTo(arrived.AsSpan(received));
                taken = kept ? taken : Math.Min(taken, chunk.Bytes.Length);
                server.Consume(taken);
                (received, budget) = (received + taken, budget - taken);
            }

            return received == StreamBytes;
        }
    }

    /// <summary>Keeps what a stack says, out of the frame that it was given.</summary>
    private sealed class Taker(TwoHosts hosts, byte[] arrived, uint start) : ITcpObserver
    {
        public byte[] Bytes => arrived;

        public void OnKept(TcpConnection connection, uint sequence, int frameOffset, int length, int mark) =>
            hosts.Arriving.AsSpan(frameOffset, length).CopyTo(arrived.AsSpan((int)(sequence - start)));
    }
}
