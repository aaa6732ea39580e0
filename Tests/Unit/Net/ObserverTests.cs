using NicEmu.Net;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Net;

public sealed class ObserverTests
{
    [Test]
    public void Observer_Transfer_HearsStatesAcknowledgmentsAndData()
    {
        var hosts = new TwoHosts();
        TcpListener listener = hosts.Listen();
        var serverSide = new Recorder();
        listener.ConnectionReady = l =>
        {
            if (l.TryAccept(out TcpConnection? accepted)) accepted.Observer = serverSide;
        };
        TcpConnection client = hosts.Client.Connect(TwoHosts.ServerConfig.Ipv4Address, 443);
        var clientSide = new Recorder();
        client.Observer = clientSide;
        uint start = client.SendSequence;
        client.Write(HandPeer.Bytes(10));
        hosts.Run(TwoHosts.SecondPs);
        client.Close();
        hosts.Run(TwoHosts.SecondPs);

        Assert.That(clientSide.States, Is.EqualTo(new[] { TcpState.Established, TcpState.FinWait1, TcpState.FinWait2 }));
        Assert.That(clientSide.Acknowledged, Is.EqualTo(new[] { start, start + 10, start + 11 }));
        Assert.That(serverSide.States, Is.EqualTo(new[] { TcpState.Established, TcpState.CloseWait }));
        Assert.That(serverSide.Received, Is.EqualTo(10));
    }

    private sealed class Recorder : ITcpObserver
    {
        public List<TcpState> States { get; } = [];

        public List<uint> Acknowledged { get; } = [];

        public int Received { get; private set; }

        public void OnAcknowledged(TcpConnection connection, uint unacknowledged) => Acknowledged.Add(unacknowledged);

        public void OnReceived(TcpConnection connection) => Received += connection.Read(new byte[100]);

        public void OnStateChanged(TcpConnection connection, TcpState previous) => States.Add(connection.State);
    }
}
