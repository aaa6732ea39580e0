using NicEmu.Net;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Net;

public sealed class AllocationTests
{
    private const int Windows = 5;

    [Test]
    public void SteadyState_DataAndAcknowledgments_AllocateNothing([Values] bool ipv6, [Values] bool loss)
    {
        var client = new NetStack(TwoHosts.ClientConfig);
        var server = new NetStack(TwoHosts.ServerConfig);
        TcpListener listener = server.Listen(443);
        TcpConnection from = client.Connect(ipv6 ? TwoHosts.ServerConfig.Ipv6Address : TwoHosts.ServerConfig.Ipv4Address, 443);
        byte[] frame = new byte[2000];
        byte[] data = new byte[20_000];
        long nowPs = 0;
        TcpConnection? to = null;
        while (!listener.TryAccept(out to)) nowPs = Exchange(client, server, frame, nowPs, 0);
        for (int i = 0; i < 300; i++) nowPs = Round(client, server, from, to, frame, data, nowPs, loss);
        long received = server.Statistics.FramesReceived;

        // The runtime allocates for itself on whichever thread needs it first, such as a greater table of casts when other tests run beside this one. That happens once;
        // what a packet costs is in every window.
        long least = long.MaxValue;
        for (int window = 0; window < Windows && least > 0; window++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 300; i++) nowPs = Round(client, server, from, to, frame, data, nowPs, loss);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.That(least, Is.Zero);
        Assert.That(server.Statistics.FramesReceived - received, Is.GreaterThan(1000));
        Assert.That(client.Statistics.SegmentsRetransmitted > 0, Is.EqualTo(loss));
    }

    private static long Round(NetStack client, NetStack server, TcpConnection from, TcpConnection to, byte[] frame, byte[] data, long nowPs, bool loss)
    {
        from.Write(data);
        nowPs = Exchange(client, server, frame, nowPs, loss ? 97 : 0);
        while (to.Read(data) > 0)
        {
        }

        return nowPs;
    }

    private static long Exchange(NetStack client, NetStack server, byte[] frame, long nowPs, int loseEvery)
    {
        for (int i = 0; i < 20; i++)
        {
            nowPs += TwoHosts.MillisecondPs;
            while (client.TryPoll(nowPs, frame, out int length))
            {
                if (loseEvery == 0 || client.Statistics.FramesSent % loseEvery != 0) server.Input(frame.AsSpan(0, length), nowPs);
            }

            while (server.TryPoll(nowPs, frame, out int length)) client.Input(frame.AsSpan(0, length), nowPs);
        }

        return nowPs;
    }
}
