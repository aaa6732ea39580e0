using NicEmu.Conformance.Oracle;
using NicEmu.Driver.Crypto;
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

    private readonly HandshakeOptions _handshake;
    private readonly TransferApplication _application;
    private readonly byte[] _chunk;
    private int _chunkFrom;
    private int _chunkTo;
    private bool _isClosing;

    /// <summary>Prepares the end.</summary>
    /// <param name="board">Its machine.</param>
    /// <param name="options">Addresses and features of the host.</param>
    /// <param name="handshake">What to negotiate; identity included, in case it listens.</param>
    /// <param name="application">What it does.</param>
    public NicEnd(NicBoard board, HostOptions options, HandshakeOptions handshake, TransferApplication application)
    {
        Board = board;
        Host = board.CreateHost(options);
        Host.Failed = error => Failure ??= $"The card of {board.Name} went out of use: {error}.";
        _handshake = handshake;
        _application = application;
        // Whole records, so that where they end does not depend on how much the socket takes.
        _chunk = new byte[4 * options.MaxRecordPayload];
    }

    public NicBoard Board { get; }

    public HostKernel Host { get; }

    public HostSocket? Socket { get; private set; }

    /// <summary>Called with the keys of sending and receiving when the handshake is complete.</summary>
    public Action<RecordKeys, RecordKeys>? Secured { get; set; }

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
        Secured?.Invoke(KeysOf(keys.Tx, socket.Connection.SendSequence), KeysOf(keys.Rx, socket.Connection.ReadSequence));
        socket.Record = OnRecord;
        socket.Writable = Pump;
        socket.EndOfStream = OnEnd;
        socket.Failed = error => Failure ??= $"A received record was refused: {error}.";
        Pump();
    }

    private void OnRecord(TlsContentType type, ReadOnlySpan<byte> content)
    {
        switch (type)
        {
            case TlsContentType.ApplicationData:
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

        while (_chunkFrom < _chunkTo || Refill())
        {
            _chunkFrom += socket.Write(_chunk.AsSpan(_chunkFrom, _chunkTo - _chunkFrom));
            if (_chunkFrom < _chunkTo)
            {
                return;
            }
        }

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

    private static RecordKeys KeysOf(TlsCryptoInfo info, uint sequence) => new(info.Version, info.Cipher, info.Key, info.Iv, info.RecordSequence, sequence);
}
