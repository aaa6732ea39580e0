using NicEmu.Board;
using NicEmu.Board.Bus;
using NicEmu.Board.Links;
using NicEmu.Board.Time;
using NicEmu.Driver.Handshake;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Nic;
using NicEmu.Driver.Toe;
using NicEmu.Net;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native.Toe;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Tls;
using NicEmu.Tests.Unit.Board;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Toe;

/// <summary>A machine whose card has a TCP offload engine, on one cable with a machine whose TCP and TLS are its host's own. Both hosts of the first machine's address: engine and kernel.</summary>
internal sealed class ToeRig
{
    public const ushort Port = 443;

    private const long SecondPs = 1_000_000_000_000;

    private static readonly ServerIdentity Identity = ServerIdentity.Create(5);

    public ToeRig(int connections = 8, bool enable = true, HostOptions? peer = null, int segmentBytes = 0, ITraceSink? sink = null)
    {
        var cable = new PairLink(Loop);
        Card = new NicBoard(Loop, cable.A, new NicBoardOptions { HasToe = true, ToeConnections = connections, Seed = 7 });
        PeerCard = new NicBoard(Loop, cable.B, new NicBoardOptions { Number = 1, Seed = 8 });
        var sinks = new TraceFanout();
        sinks.Add(Recorder);
        if (sink is not null)
        {
            sinks.Add(sink);
        }

        Card.Trace.Sink = sinks;
        PeerCard.Trace.Sink = Recorder;
        Host = Card.CreateHost(new HostOptions { Ipv4Address = CardAddress, Seed = 1 });
        Peer = PeerCard.CreateHost((peer ?? new HostOptions { OffloadTx = false, OffloadRx = false }) with { Ipv4Address = PeerAddress, Seed = 2 });
        Toe = new ToeDriver(Host.Nic, new ToeOptions { Ipv4Address = CardAddress, SegmentBytes = segmentBytes });
        Host.Start();
        Peer.Start();
        RunUntil(() => Host.IsReady && Peer.IsReady && Host.Nic.LinkUp && Peer.Nic.LinkUp, "both machines are up");
        if (enable)
        {
            Assert.That(Toe.Enable(), Is.True);
        }
    }

    public static IpAddress CardAddress { get; } = IpAddress.Parse("192.0.2.1");

    public static IpAddress PeerAddress { get; } = IpAddress.Parse("192.0.2.2");

    public EventLoop Loop { get; } = new();

    public EventRecorder Recorder { get; } = new();

    public NicBoard Card { get; }

    public NicBoard PeerCard { get; }

    public HostKernel Host { get; }

    public HostKernel Peer { get; }

    public ToeDriver Toe { get; }

    public IEnumerable<TraceEvent> Errors => Recorder.Events.Where(static e => e.Kind == TraceEventKind.GuestError);

    public void RunUntil(Func<bool> condition, string what, long limitPs = 60 * SecondPs) => Assert.That(Loop.RunUntil(condition, limitPs), Is.True, what);

    public void Run(long ps) => Loop.RunUntil(static () => false, ps);

    /// <summary>A connection that the peer opened to the card.</summary>
    public (ToeSocket Card, HostSocket Peer) Accept(ushort port = Port)
    {
        ToeSocket? accepted = null;
        bool listening = false;
        Toe.Listen(port, s => accepted = s, (l, status) => listening = l is not null);
        RunUntil(() => listening, "the card listens");
        HostSocket peer = Peer.Connect(CardAddress, port);
        RunUntil(() => accepted is not null, "the connection is accepted");
        return (accepted!, peer);
    }

    /// <summary>A connection with TLS in both directions.</summary>
    public (ToeSocket Card, HostSocket Peer) Secure(TlsVersion version = TlsVersion.Tls13, TlsCipher cipher = TlsCipher.Aes128Gcm, int fragmentBytes = 16384, bool traceKeys = false)
    {
        (ToeSocket card, HostSocket peer) = Accept();
        ToeTlsUpgrade? server = null;
        TlsUpgrade? client = null;
        Action<string>? log = traceKeys ? line => Card.Trace.Emit(new TraceEvent { Kind = TraceEventKind.KeyLog, Text = line }) : null;
        ToeTlsUpgrade.Server(Toe, card, new HandshakeOptions { Version = version, Cipher = cipher, Seed = 3, Identity = Identity, KeyLog = log }, u => server = u, fragmentBytes);
        TlsUpgrade.Client(peer, new HandshakeOptions { Version = version, Cipher = cipher, Seed = 4 }, u => client = u);
        RunUntil(() => server is not null && client is not null, "the handshake ends");
        Assert.That(server!.IsSecured, Is.True, $"{server.Status} {server.Handshake.Failure}");
        return (card, peer);
    }

    public DmaBuffer Memory(int bytes, int seed = 1)
    {
        DmaBuffer memory = Card.Bus.AllocateDma(bytes);
        Fill(memory.Span, seed);
        return memory;
    }

    public static void Fill(Span<byte> bytes, int seed)
    {
        uint x = (uint)seed * 2654435761u;
        for (int i = 0; i < bytes.Length; i++)
        {
            x = (x * 1664525) + 1013904223;
            bytes[i] = (byte)(x >> 24);
        }
    }

    public ulong Counter(Spec.Registers.Register low) => Toe.ReadCounter(low);

    public static DmaPiece Whole(DmaBuffer memory) => new(memory.BusAddress, memory.Length);

    /// <summary>Reads one buffer's worth.</summary>
    public ToeReceived Receive(ToeSocket socket, DmaBuffer memory, bool resume = false)
    {
        ToeReceived? received = null;
        socket.Receive([Whole(memory)], r => received = r, resume);
        RunUntil(() => received is not null, "something comes of the buffer");
        return received!.Value;
    }

    /// <summary>Sends a piece and waits for its completion.</summary>
    public ToeStatus Send(ToeSocket socket, DmaBuffer memory)
    {
        ToeStatus? ended = null;
        socket.Send([Whole(memory)], (s, _) => ended = s);
        RunUntil(() => ended is not null, "the bytes are taken");
        return ended!.Value;
    }
}
