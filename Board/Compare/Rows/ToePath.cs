using NicEmu.Driver.Kernel;
using NicEmu.Driver.Paths;
using NicEmu.Driver.Toe;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Toe;

namespace NicEmu.Board.Compare.Rows;

/// <summary>sendfile() over connections whose TCP and records are the card's: the host names pages of the file, and sees neither segments nor acknowledgments.</summary>
public sealed class ToePath : PathServer, IDisposable
{
    private const int HostBytes = 256 * 1024;
    private const long ListenLimitPs = 1_000_000_000_000;

    private readonly List<Served> _accepted = [];
    private ServeMachine? _machine;
    private HostKernel? _host;
    private ToeDriver? _toe;
    private bool _listens;

    /// <inheritdoc/>
    public override PathDescription Description { get; } = new("toe", "TCP offload engine with TLS + sendfile", new PathModel(0, 0, 0, 0, CardMovesRecords: false))
    {
        CryptoBy = "card, with TCP in the card",
        RetransmitSource = "card memory (ciphertext)",
        RetransmitsFromCard = true,
        CardState = "TCP, keys, buffers",
        NotCounted = ["What moves between the engine's parts inside the card: it has counters of its own (card memory), and crosses neither memory of the host nor PCI Express."],
    };

    /// <inheritdoc/>
    public override bool IsReady => _host is { IsReady: true, Nic.LinkUp: true };

    /// <inheritdoc/>
    public override IReadOnlyList<ServedConnection> Connections
    {
        get
        {
            foreach (Served served in _accepted) Failure ??= served.Failure;
            return [.. _accepted.TakeWhile(static s => s.IsSecured).Select(static s => new ServedConnection(s.Socket.RemotePort, null))];
        }
    }

    /// <inheritdoc/>
    public override bool IsDone => _accepted.TrueForAll(static s => s.Server is { IsDone: true } && s.Stream is { IsClosed: true });

    private ServeMachine Machine => _machine ?? throw new InvalidOperationException("Not started.");

    /// <inheritdoc/>
    public override NicBoardOptions Configure(NicBoardOptions options, CompareOptions compare) => options with { HasToe = true };

    /// <inheritdoc/>
    public override void Start(ServeMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        _machine = machine;
        HostOptions options = machine.HostOptions;
        _host = machine.Board.CreateHost(options);
        _host.Failed = error => Failure ??= $"The card went out of use: {error}.";
        _toe = new ToeDriver(_host.Nic, new ToeOptions { Ipv4Address = options.Ipv4Address, Mtu = options.Nic.Mtu, SegmentBytes = options.Tcp.MaximumSegmentSize });
        _host.Start();
    }

    /// <inheritdoc/>
    public override void Listen()
    {
        if (!_toe!.Enable())
        {
            Failure ??= "The card's engine did not start.";
            return;
        }

        _toe.Listen(ServeMachine.Port, OnAccepted, (listener, status) =>
        {
            if (listener is null) Failure ??= $"The card does not listen: {status}.";
            else _listens = true;
        });
        // A SYN that comes before the card listens would be answered by the host.
        Machine.Loop.RunUntil(() => _listens || Failure is not null, Machine.Loop.NowPs + ListenLimitPs);
        if (!_listens) Failure ??= "The card did not answer.";
    }

    /// <inheritdoc/>
    public override void Serve(int connection)
    {
        Served served = _accepted[connection];
        // Whole records: what a SEND names becomes records of its own.
        int record = Machine.Options.RecordPayload;
        served.Stream = new ToeStreamSocket(served.Socket, Machine.Board.Bus, HostBytes / record * record, endsWithAlert: true);
        served.Server = new PlainFileServer(Machine.Environment with { Filter = null }, served.Stream);
        served.Server.Start();
    }

    /// <inheritdoc/>
    public override PathResult Complete(PathResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        ToeStatus status = _accepted.Select(static s => s.Stream?.Failure ?? ToeStatus.Ok).FirstOrDefault(static s => s != ToeStatus.Ok);
        if (status != ToeStatus.Ok) Failure ??= $"A command of the engine ended with {status}.";
        return result with
        {
            Path = result.Path with { CardStateBytes = _toe!.ConnectionBytes },
            CardMemoryBytes = (long)(_toe.ReadCounter(NativeMap.Toe.CardReadBytes) + _toe.ReadCounter(NativeMap.Toe.CardWrittenBytes)),
            CardRetransmitBytes = (long)_toe.ReadCounter(NativeMap.Toe.RetransmitBytes),
        };
    }

    /// <summary>Takes the engine out of use.</summary>
    public void Dispose()
    {
        foreach (Served served in _accepted) served.Stream?.Dispose();
        _toe?.Dispose();
    }

    private void OnAccepted(ToeSocket? socket)
    {
        if (socket is null) Failure ??= "The card has no room for the connection.";
        else _accepted.Add(new Served(socket, this, _accepted.Count));
    }

    private sealed class Served
    {
        private readonly ToeTlsUpgrade _upgrade;
        private bool _ended;

        public Served(ToeSocket socket, ToePath owner, int number)
        {
            Socket = socket;
            _upgrade = ToeTlsUpgrade.Server(owner._toe!, socket, owner.Machine.Handshake(number), _ => _ended = true, owner.Machine.Options.RecordPayload);
        }

        public ToeSocket Socket { get; }

        public ToeStreamSocket? Stream { get; set; }

        public FileServer? Server { get; set; }

        public bool IsSecured => _ended && _upgrade.IsSecured;

        public string? Failure => !_ended || _upgrade.IsSecured ? null : $"The handshake ended: {_upgrade.Handshake.Failure ?? _upgrade.Status.ToString()}.";
    }
}
