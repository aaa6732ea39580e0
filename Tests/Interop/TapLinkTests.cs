using System.Net;
using System.Net.Sockets;
using NicEmu.Board;
using NicEmu.Board.Links;
using NicEmu.Board.Peers;
using NicEmu.Board.Time;
using NicEmu.Net;
using NUnit.Framework;

namespace NicEmu.Tests.Interop;

/// <summary>The kernel's TCP as the peer, over a TAP device. Needs root; skipped with the reason elsewhere.</summary>
[NonParallelizable]
public sealed class TapLinkTests
{
    private const long TenSecondsPs = 10_000_000_000_000;

    [TestCase("10.213.77.1/24", "10.213.77.2")]
    [TestCase("fd4e:1d77::1/64", "fd4e:1d77::2")]
    public void Connect_FromKernel_ExchangesBytesBothWays(string kernelAddress, string ourAddress)
    {
        using TapLink tap = OpenOrSkip(new TapOptions { Addresses = [kernelAddress] });
        var loop = new EventLoop();
        var pump = new RealTimePump(loop);
        pump.Add(tap);
        bool isIpv6 = ourAddress.Contains(':');
        var config = new NetStackConfig { Mac = MacAddress.Parse("02:00:00:00:77:02"), Seed = 1 };
        config = isIpv6 ? config with { Ipv6Address = IpAddress.Parse(ourAddress) } : config with { Ipv4Address = IpAddress.Parse(ourAddress) };
        var host = new HostEndpoint(loop, tap, config);
        var echo = new EchoServer(host);
        using var socket = new Socket(isIpv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        byte[] content = new byte[300_000];
        new SeededRandom(9).Fill(content);
        byte[] back = new byte[content.Length];
        int sent = 0;
        int received = 0;

        Assert.That(() => socket.Connect(IPAddress.Parse(ourAddress), 7), Throws.InstanceOf<SocketException>().With.Property("SocketErrorCode").EqualTo(SocketError.WouldBlock));
        bool done = pump.RunUntil(Exchange, TenSecondsPs);

        Assert.That(done, Is.True, $"sent {sent}, received {received}, echoed {echo.Echoed}, dropped {tap.Dropped}");
        Assert.That(back, Is.EqualTo(content));

        bool Exchange()
        {
            if (sent < content.Length && socket.Poll(0, SelectMode.SelectWrite))
            {
                sent += socket.Send(content.AsSpan(sent), SocketFlags.None, out _);
            }

            if (socket.Poll(0, SelectMode.SelectRead) && socket.Available > 0)
            {
                received += socket.Receive(back.AsSpan(received), SocketFlags.None, out _);
            }

            return received == content.Length;
        }
    }

    [Test]
    public void Dispose_OpenLink_RemovesInterface()
    {
        string name;
        using (TapLink tap = OpenOrSkip(new TapOptions()))
        {
            name = tap.Name;
            Assert.That(Directory.Exists("/sys/class/net/" + name), Is.True);
        }

        Assert.That(Directory.Exists("/sys/class/net/" + name), Is.False);
    }

    [TestCase("")]
    [TestCase("sixteencharacter")]
    public void Open_BadName_SaysWhatToDo(string name) =>
        Assert.That(() => TapLink.Open(new TapOptions { Name = name }), Throws.InstanceOf<TapUnavailableException>().With.Message.Contains("peer 'nic'").Or.Message.Contains("1 to 15"));

    [Test]
    public void Open_BadAddress_SaysWhatFailed()
    {
        OpenOrSkip(new TapOptions()).Dispose();

        Assert.That(() => TapLink.Open(new TapOptions { Addresses = ["10.0.0.300/24"] }), Throws.InstanceOf<TapUnavailableException>().With.Message.Contains("10.0.0.300"));
    }

    [Test]
    public void Pump_Timers_FollowTheClockInOrder()
    {
        var loop = new EventLoop();
        var pump = new RealTimePump(loop);
        List<string> fired = [];
        loop.CreateTimer("b", () => fired.Add("b")).ArmAt(2_000_000_000);
        loop.CreateTimer("a", () => fired.Add("a")).ArmAt(1_000_000_000);

        bool done = pump.RunUntil(() => fired.Count == 2, TenSecondsPs);

        Assert.That(done, Is.True);
        Assert.That(fired, Is.EqualTo(new[] { "a", "b" }));
        Assert.That(loop.NowPs, Is.GreaterThanOrEqualTo(2_000_000_000));
    }

    private static TapLink OpenOrSkip(TapOptions options)
    {
        try
        {
            return TapLink.Open(options);
        }
        catch (TapUnavailableException e)
        {
            Assert.Ignore(e.Message);
            throw;
        }
    }

    private sealed class EchoServer : ITcpObserver
    {
        private readonly HostEndpoint _host;
        private readonly byte[] _buffer = new byte[65536];

        public EchoServer(HostEndpoint host)
        {
            _host = host;
            host.Stack.Listen(7).ConnectionReady = listener =>
            {
                if (listener.TryAccept(out TcpConnection? connection))
                {
                    connection.Observer = this;
                }
            };
        }

        public long Echoed { get; private set; }

        void ITcpObserver.OnReceived(TcpConnection connection) => Move(connection);

        void ITcpObserver.OnAcknowledged(TcpConnection connection, uint unacknowledged) => Move(connection);

        private void Move(TcpConnection connection)
        {
            while (Math.Min(connection.Available, connection.SendBufferFree) is var room and > 0)
            {
                int count = connection.Read(_buffer.AsSpan(0, Math.Min(room, _buffer.Length)));
                Echoed += connection.Write(_buffer.AsSpan(0, count));
            }

            _host.Kick();
        }
    }
}
