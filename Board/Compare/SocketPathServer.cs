using NicEmu.Driver.Crypto;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Paths;
using NicEmu.Net;

namespace NicEmu.Board.Compare;

/// <summary>A data path whose TCP is its host's.</summary>
public abstract class SocketPathServer : PathServer
{
    private readonly List<Served> _accepted = [];
    private readonly List<Served> _ready = [];
    private ServeMachine? _machine;
    private HostKernel? _host;

    /// <inheritdoc/>
    public override bool IsReady => _host is { IsReady: true };

    /// <inheritdoc/>
    public override IReadOnlyList<ServedConnection> Connections
    {
        get
        {
            foreach (Served served in _accepted)
            {
                Failure ??= served.Handshake?.Failure;
                if (served.IsQuiet && !_ready.Contains(served)) _ready.Add(served);
            }

            return [.. _ready.Select(static s => new ServedConnection(s.Connection.Tuple.RemotePort, s.Connection.SendSequence))];
        }
    }

    /// <inheritdoc/>
    public override bool IsDone => _ready.TrueForAll(static s => s.Server is { IsDone: true } && s.Connection.State is TcpState.FinWait2 or TcpState.TimeWait or TcpState.Closed);

    /// <summary>The server's machine.</summary>
    protected ServeMachine Machine => _machine ?? throw new InvalidOperationException("Not started.");

    /// <inheritdoc/>
    public override void Start(ServeMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        _machine = machine;
        _host = machine.Board.CreateHost(Adjust(machine.HostOptions));
        _host.Failed = error => Failure ??= $"The card went out of use: {error}.";
        _host.Start();
    }

    /// <inheritdoc/>
    public override void Listen() => PathSocket.Listen(_host!, Machine.Memory, ServeMachine.Port, socket => _accepted.Add(new Served(socket, this, _accepted.Count)));

    /// <inheritdoc/>
    public override void Serve(int connection)
    {
        Served served = _ready[connection];
        served.Server = CreateServer(connection, served.Socket, served.Handshake);
        served.Server.Start();
    }

    /// <summary>Creates what serves a connection.</summary>
    /// <param name="connection">Its number.</param>
    /// <param name="socket">The connection.</param>
    /// <param name="handshake">Its handshake, complete; null without TLS.</param>
    protected abstract FileServer CreateServer(int connection, PathSocket socket, IServedHandshake? handshake);

    /// <summary>Changes addresses and features of the server's host.</summary>
    /// <param name="options">What all paths have in common.</param>
    protected virtual HostOptions Adjust(HostOptions options) => options;

    /// <summary>Starts the handshake of a connection.</summary>
    /// <param name="socket">Its socket.</param>
    /// <param name="connection">Its number.</param>
    /// <returns>Null where there is none.</returns>
    protected virtual IServedHandshake? Secure(PathSocket socket, int connection) => Description.IsTls ? new UserHandshake(socket, Machine.Handshake(connection)) : null;

    /// <summary>Keys of the server's direction.</summary>
    /// <param name="handshake">A handshake that is complete.</param>
    protected static TlsCryptoInfo KeysOf(IServedHandshake? handshake) =>
        (handshake as UserHandshake)?.Handshake.Result?.Tx ?? throw new InvalidOperationException("There are no keys.");

    private sealed class Served
    {
        public Served(PathSocket socket, SocketPathServer owner, int number)
        {
            Connection = socket.Connection;
            Socket = socket;
            Handshake = owner.Secure(socket, number);
        }

        public TcpConnection Connection { get; }

        public PathSocket Socket { get; }

        public IServedHandshake? Handshake { get; }

        public FileServer? Server { get; set; }

        /// <summary>Whether nothing of the handshake is on its way any more.</summary>
        public bool IsQuiet => Handshake is not { IsEnded: false } && Connection.State == TcpState.Established && Connection.SendUnacknowledged == Connection.SendSequence;
    }
}
