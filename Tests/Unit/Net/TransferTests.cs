using CsCheck;
using NicEmu.Net;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Net;

public sealed class TransferTests
{
    [Test]
    public void Connect_OverCleanLink_BothEndsEstablished([Values] bool ipv6)
    {
        var hosts = new TwoHosts();

        var (client, server) = hosts.Connect(ipv6);

        Assert.That(client.State, Is.EqualTo(TcpState.Established));
        Assert.That(server.State, Is.EqualTo(TcpState.Established));
        Assert.That(server.Tuple, Is.EqualTo(new TcpTuple(client.Tuple.RemoteAddress, 443, client.Tuple.LocalAddress, client.Tuple.LocalPort)));
    }

    [Test]
    public void Transfer_CleanLink_NoRetransmission([Values] bool ipv6)
    {
        var hosts = new TwoHosts();
        var (client, server) = hosts.Connect(ipv6);
        var up = new Exchange(client, server, 3_000_000, 5);
        var down = new Exchange(server, client, 2_000_000, 9);

        bool done = hosts.RunUntil(() => up.Step() & down.Step());

        Assert.That(done && up.IsIntact && down.IsIntact, Is.True, $"{up.Received} {down.Received} {client} {server}");
        Assert.That(hosts.Client.Statistics.SegmentsRetransmitted + hosts.Server.Statistics.SegmentsRetransmitted, Is.Zero);
        Assert.That(hosts.Client.Statistics.TotalDropped + hosts.Server.Statistics.TotalDropped, Is.Zero);
    }

    [Test]
    public void Transfer_LossyReorderingDuplicatingLink_EveryByteOnceBothWays()
    {
        Gen<(double Loss, double Duplication, double Reordering)> link = Gen.Select(Gen.Double[0, 0.2], Gen.Double[0, 0.1], Gen.Double[0, 0.3]);
        Gen<TcpConfig> config = Gen.Select(
            Gen.Frequency((1, Gen.Int[1, 60]), (4, Gen.Int[60, 8960])), Gen.Int[1000, 300_000], Gen.Int[1000, 300_000], Gen.UInt, Gen.Int[0, 31],
            static (mss, receive, send, initial, switches) => new TcpConfig
            {
                MaximumSegmentSize = mss,
                ReceiveBufferBytes = receive,
                SendBufferBytes = send,
                InitialSequence = (initial & 1) == 0 ? uint.MaxValue - (initial & 0x3FFF) : initial,
                SelectiveAcknowledgment = (switches & 1) == 0,
                Timestamps = (switches & 2) == 0,
                WindowScaling = (switches & 4) == 0,
                Nagle = (switches & 8) != 0,
                DelayedAcknowledgmentPs = (switches & 16) != 0 ? 0 : 40 * TwoHosts.MillisecondPs,
                MaximumRetransmissions = 40,
                MaximumSynRetransmissions = 40,
            });
        Gen<(int Seed, bool Ipv6, int Bytes, int Offload)> run = Gen.Select(Gen.Int, Gen.Bool, Gen.Int[1, 60_000], Gen.Int[0, 3].Select(static i => new[] { 0, 0, 16_000, 65_535 }[i]));

        Gen.Select(link, config, config, run).Sample(
            (line, clientConfig, serverConfig, what) =>
            {
                var hosts = new TwoHosts(
                    TwoHosts.ClientConfig with { Mtu = 9000, MaxSegmentOffloadBytes = what.Offload }, TwoHosts.ServerConfig with { Mtu = 9000 }, what.Seed)
                {
                    Loss = line.Loss,
                    Duplication = line.Duplication,
                    Reordering = line.Reordering,
                };
                int smallest = Math.Min(clientConfig.MaximumSegmentSize, serverConfig.MaximumSegmentSize);
                int bytes = Math.Min(what.Bytes, smallest < 60 ? 2000 : what.Bytes);
                var (client, server) = hosts.Connect(what.Ipv6, clientConfig, serverConfig);
                var up = new Exchange(client, server, bytes, 5);
                var down = new Exchange(server, client, bytes, 9);
                bool done = hosts.RunUntil(() => up.Step() & down.Step(), 100_000 * TwoHosts.SecondPs);
                return done && up.IsIntact && down.IsIntact
                    ? true : throw new AssertionException($"{up.Received} {down.Received} of {bytes}: {client} / {server}");
            },
            iter: 150, print: t => t.ToString());
    }

    [Test]
    public void ManyConnections_AllTransfer_NoneStarved()
    {
        var hosts = new TwoHosts(seed: 5) { Loss = 0.02 };
        TcpListener listener = hosts.Listen();
        var exchanges = new List<Exchange>();
        var clients = Enumerable.Range(0, 60).Select(_ => hosts.Client.Connect(TwoHosts.ServerConfig.Ipv4Address, 443)).ToArray();
        hosts.RunUntil(() =>
        {
            while (listener.TryAccept(out TcpConnection? server))
            {
                TcpConnection client = clients.Single(c => c.Tuple.LocalPort == server.Tuple.RemotePort);
                exchanges.Add(new(client, server, 30_000, client.Tuple.LocalPort));
            }

            return exchanges.Count == clients.Length;
        });

        bool done = hosts.RunUntil(() => exchanges.TrueForAll(static e => e.Step()));

        Assert.That((exchanges.Count, done), Is.EqualTo((60, true)));
        Assert.That(exchanges.TrueForAll(static e => e.IsIntact), Is.True);
    }
}
