using NicEmu.Conformance.Oracle;
using NicEmu.Driver.Handshake;
using NicEmu.Driver.Kernel;
using NicEmu.Net;
using NicEmu.Spec.Tls;

namespace NicEmu.Board.Sessions;

/// <summary>An end whose TLS records are the card's business, or its kernel's.</summary>
internal sealed class NicEnd : ITransferEnd
{
    private const byte CloseNotify = 0;
    private const byte Warning = 1;
    private const int RecordsInChunk = 4;

    private readonly HandshakeOptions _handshake;
    private readonly TransferApplication _application;
    private readonly int _rekeyEvery;
    private readonly bool _asksPeer;
    private readonly byte[] _chunk;
    private KeyUpdater? _updater;
    private RekeySchedule? _rekey;
    private int _chunkFrom;
    private int _chunkTo;
    private bool _isClosing;

    /// <summary>Prepares the end.</summary>
    /// <param name="board">Its machine.</param>
    /// <param name="options">Addresses and features of the host.</param>
    /// <param name="handshake">What to negotiate; identity included, in case it listens.</param>
    /// <param name="application">What it does.</param>
    /// <param name="rekeyEvery">Records of content after which keys change; 0 for never.</param>
    /// <param name="asksPeer">Whether the peer changes its key only when it is asked to.</param>
    public NicEnd(NicBoard board, HostOptions options, HandshakeOptions handshake, TransferApplication application, int rekeyEvery, bool asksPeer)
    {
        (_rekeyEvery, _asksPeer) = (rekeyEvery, asksPeer);
        Board = board;
        Host = board.CreateHost(options);
        Host.Failed = error => Failure ??= $"The card of {board.Name} went out of use: {error}.";
        _handshake = handshake;
        _application = application;
        // Whole records, so that where they end does not depend on how much the socket takes.
        _chunk = new byte[RecordsInChunk * options.MaxRecordPayload];
    }

    public NicBoard Board { get; }

    public HostKernel Host { get; }

    public HostSocket? Socket { get; private set; }

    /// <summary>Called with the keys of sending and receiving when the handshake is complete.</summary>
    public Action<RecordKeys, RecordKeys>? Secured { get; set; }

    /// <summary>KeyUpdate messages sent and received.</summary>
    public (int Sent, int Received) KeyUpdates => (_updater?.Sent ?? 0, _updater?.Received ?? 0);

    public bool IsReady => Host.IsReady;

    public bool IsFinished => _isClosing && Socket is { Connection.State: TcpState.Closed or TcpState.TimeWait or TcpState.FinWait2 };

    public string? Failure
    {
        get => field ?? _application.Failure;
        private set;
    }

    public void Start() => Host.Start();

    public void Listen(ushort port) => Host.Listen(port, Accept);

    public void Connect(IpAddress address, ushort port)
    {
        Open(Host.Connect(address, port));
        TlsUpgrade.Client(Socket!, _handshake, OnSecured);
    }

    private void Accept(HostSocket socket)
    {
        if (Socket is not null)
        {
            socket.Abort();
            return;
        }

        Open(socket);
        TlsUpgrade.Server(socket, _handshake, OnSecured);
    }

    private void Open(HostSocket socket)
    {
        Socket = socket;
        socket.Closed = reason =>
        {
            if (reason != TcpCloseReason.Graceful && !(_isClosing && _application.IsDone))
            {
                Failure ??= $"The connection ended: {reason}.";
            }
        };
    }

    private void OnSecured(TlsUpgrade upgrade)
    {
        if (upgrade.Handshake.Result is not { } keys)
        {
            Failure ??= $"The handshake failed: {upgrade.Handshake.Failure}";
            return;
        }

        HostSocket socket = Socket!;
        (RecordKeys tx, RecordKeys rx) = WireKeys.Of(socket.Connection, keys);
        Secured?.Invoke(tx, rx);
        if (keys.Version == TlsVersion.Tls13)
        {
            _updater = new KeyUpdater(socket, keys);
            _rekey = new RekeySchedule(_updater, _rekeyEvery, _chunk.Length / RecordsInChunk, _asksPeer);
        }

        socket.Record = OnRecord;
        socket.Writable = Pump;
        socket.EndOfStream = OnEnd;
        socket.Failed = error => Failure ??= $"A received record was refused: {error}.";
        Pump();
    }

    private void OnRecord(TlsContentType type, ReadOnlySpan<byte> content)
    {
        if (_updater?.OnRecord(type, content) == true)
        {
            return;
        }

        switch (type)
        {
            case TlsContentType.ApplicationData:
                _rekey?.OnReceived();
                _application.Consume(content);
                break;
            case TlsContentType.Alert when content.Length == 2 && content[1] == CloseNotify:
                _application.OnEnd();
                break;
            case TlsContentType.Alert when content.Length == 2:
                Failure ??= $"The peer sent TLS alert {content[1]}.";
                break;
            default:
                // Handshake messages after the handshake, such as session tickets, carry no content.
                break;
        }

        Pump();
    }

    private void OnEnd()
    {
        _application.OnEnd();
        Pump();
    }

    private void Pump()
    {
        if (Socket is not { } socket || _isClosing)
        {
            return;
        }

        while (_rekey?.TryKeepUp() != false)
        {
            if (_chunkFrom == _chunkTo && !Refill())
            {
                CloseWhenDone(socket);
                return;
            }

            int length = _chunkTo - _chunkFrom;
            length = _rekey?.Limit(length) ?? length;
            int taken = socket.Write(_chunk.AsSpan(_chunkFrom, length));
            _chunkFrom += taken;
            _rekey?.OnSent(taken);
            if (taken < length)
            {
                return;
            }
        }
    }

    private void CloseWhenDone(HostSocket socket)
    {
        if (_application.IsDone && socket.Write(TlsContentType.Alert, [Warning, CloseNotify]) > 0)
        {
            _isClosing = true;
            socket.Close();
        }
    }

    private bool Refill()
    {
        _chunkFrom = 0;
        _chunkTo = _application.Produce(_chunk);
        return _chunkTo > 0;
    }
}
