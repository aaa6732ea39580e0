using NicEmu.Board.Links;
using NicEmu.Board.Time;
using NicEmu.Conformance.Sanitizer;
using NicEmu.Driver.Handshake;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Ktls;
using NicEmu.Net;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Driver;

/// <summary>A client and a server, each with a card of its own, on one cable.</summary>
internal sealed class TwoHosts : IDisposable
{
    public const long SecondPs = 1_000_000_000_000;
    private const ushort TlsPort = 4433;

    private static readonly ServerIdentity Identity = ServerIdentity.Create(99);

    public TwoHosts(HostOptions? client = null, HostOptions? server = null, bool ipv6 = false, bool secondPort = false)
    {
        (ILink near, ILink far) = Wire(secondPort, out ILink? spare);
        ServerAddress = IpAddress.Parse(ipv6 ? "fd00::2" : "10.0.0.2");
        Sanitizer = new(new() { Memory = (device, address, data) => (device switch { 0 => Client, 1 => Server, _ => Spare })!.Bus.Memory.TryPeek(address, data) });
        Client = new(Loop, near, 0, Addressed(client ?? new(), "10.0.0.1", "fd00::1", 1), Sanitizer);
        Server = new(Loop, far, 1, Addressed(server ?? new(), "10.0.0.2", "fd00::2", 2), Sanitizer);
        if (spare is not null)
        {
            // Both cards are in the client's machine.
            Spare = new(Loop, spare, 2, new(), Sanitizer, Client.Bus.Memory);
            Client.Host.AddPort(Spare.Bus);
        }

        Client.Host.Start();
        Server.Host.Start();
        Assert.That(Loop.RunUntil(() => Client.Host.Ports.All(static p => p.Nic.LinkUp) && Server.Host.Nic.LinkUp, SecondPs), Is.True, $"{Client.Host.Nic.Error} {Server.Host.Nic.Error}");
    }

    public EventLoop Loop { get; } = new();

    public DriverSanitizer Sanitizer { get; }

    public Machine Client { get; }

    public Machine Server { get; }

    /// <summary>The machine whose card is the client's second port; its own host is never started.</summary>
    public Machine? Spare { get; }

    public IpAddress ServerAddress { get; }

    public HostSocket ClientSocket { get; private set; } = null!;

    public HostSocket ServerSocket { get; private set; } = null!;

    public List<byte> ClientReceived { get; } = [];

    public List<byte> ServerReceived { get; } = [];

    public List<string> KeyLog { get; } = [];

    /// <summary>The client's keys, once the handshake is complete.</summary>
    public HandshakeResult ClientKeys { get; private set; } = null!;

    /// <summary>The server's keys, once the handshake is complete.</summary>
    public HandshakeResult ServerKeys { get; private set; } = null!;

    /// <summary>TCP sequence number of the first record that the client sends under its key.</summary>
    public uint ClientStart { get; private set; }

    /// <summary>TCP sequence number of the first record that the server sends under its key.</summary>
    public uint ServerStart { get; private set; }

    /// <summary>Connects, shakes hands, and waits until both ends have set both directions.</summary>
    public void Open(TlsVersion version, TlsCipher cipher)
    {
        Server.Host.Listen(TlsPort, socket =>
        {
            ServerSocket = socket;
            TlsUpgrade.Server(socket, new() { Version = version, Cipher = cipher, Seed = 21, Identity = Identity }, upgrade =>
            {
                (ServerKeys, ServerStart) = (upgrade.Handshake.Result!, socket.Connection.SendSequence);
                Receive(upgrade, socket, ServerReceived);
            });
        });
        ClientSocket = Client.Host.Connect(ServerAddress, TlsPort);
        TlsUpgrade.Client(ClientSocket, new() { Version = version, Cipher = cipher, Seed = 22, KeyLog = KeyLog.Add }, upgrade =>
        {
            (ClientKeys, ClientStart) = (upgrade.Handshake.Result!, ClientSocket.Connection.SendSequence);
            Receive(upgrade, ClientSocket, ClientReceived);
        });
        Assert.That(Loop.RunUntil(() => Settled(ClientSocket) && ServerSocket is not null && Settled(ServerSocket), 60 * SecondPs), Is.True, $"{ClientSocket} {ServerSocket}");
    }

    /// <summary>Sends and waits until everything has arrived.</summary>
    public void Transfer(HostSocket from, List<byte> arrived, byte[] data, long limitPs = 300 * SecondPs)
    {
        int wanted = arrived.Count + data.Length;
        int sent = 0;
        void Push()
        {
            sent += from.Write(data.AsSpan(sent));
        }

        from.Writable = Push;
        Push();
        Loop.RunUntil(() => arrived.Count >= wanted, limitPs);
        from.Writable = null;
        Assert.That(arrived, Has.Count.EqualTo(wanted), $"{from.Connection} errors {ClientSocket.RxError} {ServerSocket.RxError} nic {Client.Host.Nic.Error} {Server.Host.Nic.Error}");
        Assert.That(arrived.GetRange(wanted - data.Length, data.Length).ToArray().AsSpan().SequenceEqual(data), Is.True, "content");
    }

    public void ClientToServer(byte[] data) => Transfer(ClientSocket, ServerReceived, data);

    public void ServerToClient(byte[] data) => Transfer(ServerSocket, ClientReceived, data);

    /// <summary>Nobody did anything that the manual forbids.</summary>
    public void AssertClean(params string[] exceptRules)
    {
        Assert.That(Client.Log.GuestErrors, Is.Empty);
        Assert.That(Server.Log.GuestErrors, Is.Empty);
        Assert.That(Client.Log.FailedCompletions, Is.Empty);
        Assert.That(Server.Log.FailedCompletions, Is.Empty);
        AssertNoFindings(exceptRules);
    }

    /// <summary>The sanitizer has nothing to say but notes.</summary>
    public void AssertNoFindings(params string[] exceptRules)
    {
        Sanitizer.Finish();
        Assert.That(Sanitizer.Findings.Where(f => f.Rule.Severity > Severity.Note && !exceptRules.Contains(f.Rule.Id)).Select(static f => $"{f.Rule.Id} {f.Rule.Title}: {f.Subject}: {f.What}\n{string.Join('\n', f.History)}"), Is.Empty);
    }

    public void AssertNoLeak(byte[] plaintext)
    {
        foreach (EventLog log in (EventLog[])[Client.Log, Server.Log, Spare?.Log ?? Client.Log])
        {
            foreach (byte[] frame in log.Sent)
            {
                Assert.That(frame.AsSpan().IndexOf(RecordFraming.TagPlaceholder), Is.Negative, "a placeholder went out");
                Assert.That(frame.AsSpan().IndexOf(plaintext.AsSpan(0, 12)), Is.Negative, "plaintext went out");
            }
        }
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
        Spare?.Dispose();
    }

    private (ILink Near, ILink Far) Wire(bool secondPort, out ILink? spare)
    {
        if (secondPort)
        {
            var network = new LearningSwitch(Loop, 3);
            spare = network[2];
            return (network[0], network[1]);
        }

        var cable = new PairLink(Loop);
        spare = null;
        return (cable.A, cable.B);
    }

    private static bool Settled(HostSocket socket) =>
        socket.TxState is KtlsState.Device or KtlsState.Software && socket.RxState is KtlsState.Device or KtlsState.Software;

    private static HostOptions Addressed(HostOptions options, string ipv4, string ipv6, ulong seed) => options with
    {
        Ipv4Address = IpAddress.Parse(ipv4),
        Ipv6Address = IpAddress.Parse(ipv6),
        Seed = seed,
    };

    private static void Receive(TlsUpgrade upgrade, HostSocket socket, List<byte> received)
    {
        Assert.That(upgrade.Handshake.State, Is.EqualTo(HandshakeState.Complete), upgrade.Handshake.Failure);
        socket.Record = (type, content) =>
        {
            if (type == TlsContentType.ApplicationData) received.AddRange(content);
        };
    }
}
