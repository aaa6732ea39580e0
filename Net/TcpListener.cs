namespace NicEmu.Net;

/// <summary>A port in LISTEN (RFC 9293 §3.10.2); hands out connections whose handshake is complete, in order.</summary>
public sealed class TcpListener
{
    private readonly NetStack _stack;
    private readonly Queue<TcpConnection> _ready = new();
    private int _opening;

    internal TcpListener(NetStack stack, ushort port, int backlog, TcpConfig config) => (_stack, Port, Backlog, Config) = (stack, port, backlog, config);

    /// <summary>Local port, on every address of the stack.</summary>
    public ushort Port { get; }

    /// <summary>Connections that may be in their handshake or wait to be accepted; further SYNs are dropped.</summary>
    public int Backlog { get; }

    /// <summary>Called when a connection becomes ready, before anything it received is reported; it may be accepted inside the call.</summary>
    public Action<TcpListener>? ConnectionReady { get; set; }

    /// <summary>Connections in their handshake or waiting to be accepted.</summary>
    public int Pending => _opening + _ready.Count;

    internal TcpConfig Config { get; }

    internal bool IsFull => Pending >= Backlog;

    /// <summary>Takes the oldest ready connection; it may have been closed by the peer meanwhile.</summary>
    public bool TryAccept([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TcpConnection? connection) => _ready.TryDequeue(out connection);

    /// <summary>Stops listening; connections in their handshake or not yet accepted are aborted.</summary>
    public void Close()
    {
        _stack.StopListening(this);
        while (_ready.TryDequeue(out TcpConnection? connection)) connection.Abort();
    }

    internal void OnOpening() => _opening++;

    internal void OnHandshakeEnded(TcpConnection connection)
    {
        _opening--;
        if (connection.State == TcpState.Closed) return;
        _ready.Enqueue(connection);
        ConnectionReady?.Invoke(this);
    }
}
