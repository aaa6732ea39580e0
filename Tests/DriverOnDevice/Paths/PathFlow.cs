using NicEmu.Driver.Handshake;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Memory;
using NicEmu.Driver.Nic;
using NicEmu.Driver.Paths;
using NicEmu.Spec.Tls;
using NicEmu.Tests.DriverOnDevice.Driver;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Paths;

/// <summary>A connection from a socket that refers to lent memory to an ordinary one.</summary>
internal sealed class PathFlow : IDisposable, IDmaReader
{
    public const ushort Port = 4440;

    private static readonly ServerIdentity Identity = ServerIdentity.Create(7);

    private bool _secured;

    public PathFlow(HostOptions? options = null, bool ipv6 = false, bool secondPort = false, byte[]? content = null)
    {
        Hosts = new(options ?? new(), new() { OffloadRx = false }, ipv6, secondPort);
        Content = content ?? [];
        Meter = new();
        var pages = new PagePool(Hosts.Client.Bus, Meter, 512, "socket pages");
        var frames = new MeteredRegion(Hosts.Client.Bus.AllocateDma(64 * 4096), Meter, "record frames");
        Lent = new(Hosts.Client.Bus, Meter, Content.Length > 0 ? Content : new byte[1]);
        Memory = new(this, pages, frames);
    }

    public TwoHosts Hosts { get; }

    public HostKernel Host => Hosts.Client.Host;

    public MemoryMeter Meter { get; }

    public byte[] Content { get; }

    public LentMemory Lent { get; }

    public PathMemory Memory { get; }

    public PathSocket Socket { get; private set; } = null!;

    public HostSocket Peer { get; private set; } = null!;

    public List<byte> Received { get; } = [];

    public HandshakeResult Keys { get; private set; } = null!;

    /// <summary>Where received records are joined; null when TCP takes received bytes.</summary>
    public MeteredRegion? ReaderBuffer { get; private set; }

    /// <summary>TCP sequence number of the first byte that is not of a handshake.</summary>
    public uint Start { get; private set; }

    public void Read(ulong address, Span<byte> destination) => Lent.Read(address, destination);

    /// <summary>Has the socket keep what it receives in the card's buffers. To be called before it opens.</summary>
    public void KeepReceived()
    {
        for (int i = 0; i < Host.Nic.QueuePairs; i++) _ = new MeteredRegion(Host.Nic.ReceiveBuffers(i), Meter, $"receive buffers {i}");
        ReaderBuffer = new(Hosts.Client.Bus.AllocateDma(17 * 1024), Meter, "reader");
    }

    /// <summary>The peer sends all of the content.</summary>
    public void Serve(Func<bool> arrived)
    {
        int sent = 0;
        Peer.Writable = Push;
        Push();
        bool done = Hosts.Loop.RunUntil(arrived, 300 * TwoHosts.SecondPs);
        Peer.Writable = null;
        Assert.That(done, Is.True, $"{sent} sent, {Socket.Connection}, {Socket.BuffersHeld} buffers held");

        void Push() => sent += Peer.Write(Content.AsSpan(sent));
    }

    public void OpenPlain()
    {
        Hosts.Server.Host.Listen(Port, socket =>
        {
            Peer = socket;
            socket.Readable = () =>
            {
                Span<byte> bytes = stackalloc byte[4096];
                for (int count; (count = socket.Read(bytes)) > 0;) Received.AddRange(bytes[..count]);
            };
        });
        Socket = PathSocket.Connect(Host, Memory, Hosts.ServerAddress, Port, ReaderBuffer);
        Socket.Opened = () => _secured = true;
        Settle();
    }

    public void OpenTls(TlsVersion version, TlsCipher cipher)
    {
        Hosts.Server.Host.Listen(Port, socket =>
        {
            Peer = socket;
            TlsUpgrade.Server(socket, new() { Version = version, Cipher = cipher, Seed = 21, Identity = Identity }, _ => socket.Record = (type, content) =>
            {
                if (type == TlsContentType.ApplicationData) Received.AddRange(content);
            });
        });
        Socket = PathSocket.Connect(Host, Memory, Hosts.ServerAddress, Port, ReaderBuffer);
        TlsUpgrade.Client(Socket, new() { Version = version, Cipher = cipher, Seed = 22 }, upgrade =>
        {
            Keys = upgrade.Handshake.Result!;
            Start = Socket.Connection.SendSequence;
            _secured = true;
        });
        Settle();
    }

    /// <summary>Sends all of the content, a record at a time, and waits until it has arrived.</summary>
    /// <param name="record">Bytes of a record, and of a send without TLS.</param>
    /// <param name="turn">Called after each record that was taken.</param>
    public void Send(int record, Action<int>? turn = null)
    {
        int sent = 0;
        Socket.Writable = Push;
        Push();
        Hosts.Loop.RunUntil(() => Received.Count >= Content.Length, 300 * TwoHosts.SecondPs);
        Socket.Writable = null;
        Assert.That(Received, Has.Count.EqualTo(Content.Length), $"{Socket.Connection} peer {Peer.RxError} nic {Host.Nic.Error}");
        Assert.That(Received.ToArray().AsSpan().SequenceEqual(Content), Is.True, "content");

        void Push()
        {
            while (sent < Content.Length)
            {
                int length = Math.Min(record, Content.Length - sent);
                DmaPiece[] pieces = Lent.Lend(sent, length);
                if (!Socket.TrySend(pieces, Lent))
                {
                    Lent.TakeBack(pieces);
                    return;
                }

                sent += length;
                turn?.Invoke(sent);
            }
        }
    }

    /// <summary>Waits until everything is acknowledged and completed, and demands that nothing is held any more.</summary>
    public void AssertAllReturned()
    {
        Hosts.Loop.RunUntil(() => Socket.PiecesHeld == 0, 10 * TwoHosts.SecondPs);
        Assert.That((Socket.PiecesHeld, Lent.Lent, Memory.Pages.Free, Memory.FreeFrames), Is.EqualTo((0, 0, 512, 4096)));
    }

    public void Dispose() => Hosts.Dispose();

    private void Settle()
    {
        bool open = Hosts.Loop.RunUntil(() => _secured && Peer is not null && Socket.TxState != KtlsState.Installing && Socket.RxState != KtlsState.Installing, 60 * TwoHosts.SecondPs);
        Assert.That(open, Is.True, Socket.Connection.ToString());
        if (Start == 0) Start = Socket.Connection.SendSequence;
        Hosts.Loop.RunUntil(() => Socket.PiecesHeld == 0, TwoHosts.SecondPs);
    }
}
