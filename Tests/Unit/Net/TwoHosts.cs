using NicEmu.Net;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Net;

/// <summary>Two stacks joined by a link with delay, loss, duplication and reordering, all from one seed.</summary>
internal sealed class TwoHosts
{
    public const long MillisecondPs = 1_000_000_000;
    public const long SecondPs = 1000 * MillisecondPs;

    private readonly PriorityQueue<Flight, (long AtPs, long Order)> _flights = new();
    private readonly Random _random;
    private long _order;

    public TwoHosts(NetStackConfig? client = null, NetStackConfig? server = null, int seed = 1)
    {
        _random = new(seed);
        Client = new(client ?? ClientConfig);
        Server = new(server ?? ServerConfig);
    }

    public static NetStackConfig ClientConfig { get; } = new()
    {
        Mac = MacAddress.Parse("02:11:22:33:44:55"),
        Ipv4Address = IpAddress.Parse("10.1.2.3"),
        Ipv6Address = IpAddress.Parse("2001:db8::a1"),
        Seed = 17,
    };

    public static NetStackConfig ServerConfig { get; } = new()
    {
        Mac = MacAddress.Parse("02:66:77:88:99:aa"),
        Ipv4Address = IpAddress.Parse("10.1.2.4"),
        Ipv6Address = IpAddress.Parse("2001:db8::b2"),
        Seed = 23,
    };

    public NetStack Client { get; }

    public NetStack Server { get; }

    public long NowPs { get; private set; }

    public long DelayPs { get; set; } = MillisecondPs / 10;

    public double Loss { get; set; }

    public double Duplication { get; set; }

    public double Reordering { get; set; }

    /// <summary>Payloads that a caller keeps, by connection, TCP sequence number and length.</summary>
    public Func<TcpConnection, uint, int, byte[]>? Keeper { get; set; }

    /// <summary>Whether somebody below has verified checksums.</summary>
    public bool ChecksumVerified { get; set; }

    /// <summary>The frame that is being given to a stack.</summary>
    public byte[] Arriving { get; private set; } = [];

    /// <summary>Mark for a frame, given its TCP sequence number.</summary>
    public Func<uint, int>? Mark { get; set; }

    /// <summary>Sees every polled frame; false loses it.</summary>
    public Func<SentFrame, bool>? OnSent { get; set; }

    public TcpListener Listen(ushort port = 443, TcpConfig? config = null) => Server.Listen(port, config: config);

    public (TcpConnection Client, TcpConnection Server) Connect(bool ipv6 = false, TcpConfig? clientConfig = null, TcpConfig? serverConfig = null)
    {
        TcpListener listener = Listen(443, serverConfig);
        TcpConnection client = Client.Connect(ipv6 ? ServerConfig.Ipv6Address : ServerConfig.Ipv4Address, 443, 0, clientConfig);
        TcpConnection? server = null;
        RunUntil(() => server is not null || listener.TryAccept(out server), 600 * SecondPs);
        return (client, server ?? throw new AssertionException($"handshake failed: {client}"));
    }

    /// <summary>Moves frames and time until the condition holds; false if nothing is left to happen, or the limit is reached.</summary>
    public bool RunUntil(Func<bool> condition, long limitPs = 3600 * SecondPs)
    {
        long endPs = NowPs + limitPs;
        while (true)
        {
            Pump(Client, Server, true);
            Pump(Server, Client, false);
            if (condition()) return true;
            long nextPs = Math.Min(Client.NextDeadlinePs, Server.NextDeadlinePs);
            if (_flights.TryPeek(out _, out var first)) nextPs = Math.Min(nextPs, first.AtPs);
            if (nextPs > endPs)
            {
                NowPs = endPs;
                return false;
            }

            NowPs = Math.Max(NowPs, nextPs);
            while (_flights.TryPeek(out _, out first) && first.AtPs <= NowPs)
            {
                Flight flight = _flights.Dequeue();
                Arriving = flight.Frame;
                flight.Destination.Input(flight.Frame, NowPs, flight.Mark, ChecksumVerified);
            }
        }
    }

    public void Run(long durationPs) => RunUntil(() => false, durationPs);

    private void Pump(NetStack source, NetStack destination, bool fromClient)
    {
        while (source.TryPoll(NowPs, out OutgoingSegment segment))
        {
            byte[] frame = new byte[segment.Length];
            if (segment.Payload.Length == segment.PayloadLength)
            {
                segment.CopyTo(frame);
            }
            else
            {
                segment.Headers.CopyTo(frame);
                Keeper!(segment.Connection!, segment.Sequence, segment.PayloadLength).CopyTo(frame, segment.Headers.Length);
            }

            var sent = new SentFrame(
                fromClient, NowPs, frame, segment.Headers.Length, segment.PayloadLength, segment.Sequence, segment.Connection is not null,
                segment.IsRetransmission, segment.SegmentSize);
            if (OnSent is not null && !OnSent(sent)) continue;
            // Address resolution gives up after three probes; what is tested here is TCP.
            if (segment.Connection is not null && _random.NextDouble() < Loss) continue;
            int copies = _random.NextDouble() < Duplication ? 2 : 1;
            for (int i = 0; i < copies; i++)
            {
                long atPs = NowPs + DelayPs;
                if (_random.NextDouble() < Reordering) atPs += _random.NextInt64(5 * DelayPs + 1);
                _flights.Enqueue(new(destination, frame, Mark?.Invoke(segment.Sequence) ?? 0), (atPs, _order++));
            }
        }
    }

    private sealed record Flight(NetStack Destination, byte[] Frame, int Mark);
}
