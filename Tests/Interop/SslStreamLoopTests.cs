using System.Net.Security;
using System.Security.Cryptography;
using NicEmu.Board;
using NicEmu.Board.Links;
using NicEmu.Board.Peers;
using NicEmu.Board.Time;
using NicEmu.Net;
using NicEmu.Spec.Events;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Interop;

/// <summary>OpenSSL through SslStream, both ends on the event loop.</summary>
public sealed class SslStreamLoopTests
{
    private const long MinutePs = 60_000_000_000_000;

    [Test]
    public void Transfer_TwoSslStreams_RunsOnOneThreadAndArrivesWhole(
        [Values] TlsVersion version, [Values] TlsCipher cipher, [Values(0.0, 0.02)] double loss)
    {
        var run = new Run(loss);
        var options = new TlsPeerOptions { Version = version, Cipher = cipher };
        byte[] content = new byte[200_000];
        new SeededRandom(5).Fill(content);

        Task<byte[]> server = run.Serve(options);
        Task client = run.Send(options, content);
        bool done = run.Loop.RunUntil(() => server.IsCompleted && client.IsCompleted, 10 * MinutePs);

        Assert.That(done, Is.True, $"server {server.Status}, client {client.Status} {client.Exception} {server.Exception}");
        Assert.That(client.Status, Is.EqualTo(TaskStatus.RanToCompletion), client.Exception?.ToString());
        Assert.That(SHA256.HashData(server.Result), Is.EqualTo(SHA256.HashData(content)));
        Assert.That(run.Threads, Is.EqualTo(new[] { Environment.CurrentManagedThreadId }), "managed threads that ran peers");
        Assert.That(run.Negotiated, Is.EqualTo(new[] { SslPeer.SuiteOf(version, cipher) }));
        Assert.That(run.Network.Outgoing.Dropped, loss > 0 ? Is.Positive : Is.Zero);
    }

    [Test]
    public void Read_PeerAborts_FailsInsteadOfEndingWell()
    {
        var run = new Run(0);
        LoopStream? accepted = null;
        run.Server.Stack.Listen(443).ConnectionReady = l =>
        {
            Assert.That(l.TryAccept(out TcpConnection? connection), Is.True);
            accepted = new LoopStream(connection!, run.Loop, run.Server.Kick);
        };
        TcpConnection ours = run.Client.Stack.Connect(IpAddress.Parse("10.0.0.2"), 443);
        run.Client.Kick();
        run.Loop.RunUntil(() => accepted is not null, MinutePs);
        byte[] buffer = new byte[10];
        Task<int> read = accepted!.ReadAsync(buffer).AsTask();

        ours.Abort();
        run.Client.Kick();
        run.Loop.RunUntil(() => read.IsCompleted, MinutePs);

        Assert.That(read.Exception?.InnerException, Is.InstanceOf<IOException>().With.Message.Contains("ResetByPeer"));
    }

    [Test]
    public void Read_Synchronous_IsRefused()
    {
        var run = new Run(0);
        using var stream = new LoopStream(run.Client.Stack.Connect(IpAddress.Parse("10.0.0.2"), 443), run.Loop, run.Client.Kick);

        Assert.That(() => stream.Read(new byte[1], 0, 1), Throws.InstanceOf<NotSupportedException>());
        Assert.That(() => stream.Write(new byte[1], 0, 1), Throws.InstanceOf<NotSupportedException>());
    }

    private sealed class Run
    {
        public Run(double loss)
        {
            var cable = new PairLink(Loop);
            Network = new LossyLink(cable.A, Loop, new TraceSource(Loop, 0), new SeededRandom(3));
            Network.Outgoing.Profile = new LossProfile { Drop = loss };
            Network.Incoming.Profile = new LossProfile { Drop = loss };
            Client = new HostEndpoint(Loop, Network, new NetStackConfig { Mac = MacAddress.Parse("02:00:00:00:00:01"), Ipv4Address = IpAddress.Parse("10.0.0.1"), Seed = 1 }, "client");
            Server = new HostEndpoint(Loop, cable.B, new NetStackConfig { Mac = MacAddress.Parse("02:00:00:00:00:02"), Ipv4Address = IpAddress.Parse("10.0.0.2"), Seed = 2 }, "server");
        }

        public EventLoop Loop { get; } = new();

        public LossyLink Network { get; }

        public HostEndpoint Client { get; }

        public HostEndpoint Server { get; }

        public SortedSet<int> Threads { get; } = [];

        public HashSet<TlsCipherSuite> Negotiated { get; } = [];

        public async Task<byte[]> Serve(TlsPeerOptions options)
        {
            var ready = new TaskCompletionSource<TcpConnection>();
            Server.Stack.Listen(443).ConnectionReady = listener =>
            {
                if (listener.TryAccept(out TcpConnection? connection))
                {
                    ready.SetResult(connection);
                }
            };
            var transport = new LoopStream(await ready.Task.ConfigureAwait(false), Loop, Server.Kick, "server.stream");
            await using SslStream stream = await SslPeer.AcceptAsync(transport, options).ConfigureAwait(false);
            Negotiated.Add(stream.NegotiatedCipherSuite);
            using var received = new MemoryStream();
            byte[] buffer = new byte[5000];
            while (await stream.ReadAsync(buffer).ConfigureAwait(false) is var count and > 0)
            {
                Threads.Add(Environment.CurrentManagedThreadId);
                received.Write(buffer, 0, count);
            }

            Threads.Add(Environment.CurrentManagedThreadId);
            return received.ToArray();
        }

        public async Task Send(TlsPeerOptions options, byte[] content)
        {
            TcpConnection connection = Client.Stack.Connect(IpAddress.Parse("10.0.0.2"), 443);
            Client.Kick();
            var transport = new LoopStream(connection, Loop, Client.Kick, "client.stream");
            await using SslStream stream = await SslPeer.ConnectAsync(transport, options).ConfigureAwait(false);
            Threads.Add(Environment.CurrentManagedThreadId);
            await stream.WriteAsync(content).ConfigureAwait(false);
            await stream.ShutdownAsync().ConfigureAwait(false);
            Threads.Add(Environment.CurrentManagedThreadId);
        }
    }
}
