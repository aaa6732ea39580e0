using NicEmu.Driver.Handshake;

namespace NicEmu.Driver.Kernel;

/// <summary>Runs a TLS handshake in user space over a socket and hands the keys down to the kernel, as OpenSSL with kTLS does.</summary>
public sealed class TlsUpgrade
{
    private readonly ITlsSocket _socket;
    private readonly TlsHandshake _handshake;
    private readonly Action<TlsUpgrade> _done;
    private readonly byte[] _buffer = new byte[16384];
    private int _pending;
    private bool _ended;

    private TlsUpgrade(ITlsSocket socket, TlsHandshake handshake, Action<TlsUpgrade> done)
    {
        (_socket, _handshake, _done) = (socket, handshake, done);
        socket.Readable = Advance;
        socket.Writable = Advance;
        socket.EndOfStream = OnEndOfStream;
        if (socket.Connection.State == Net.TcpState.Established) Advance();
        else socket.Opened = Advance;
    }

    /// <summary>The handshake.</summary>
    public TlsHandshake Handshake => _handshake;

    /// <summary>Starts as client.</summary>
    /// <param name="socket">A socket that is open or opening, with nothing read or written. Its callbacks are in use until the end.</param>
    /// <param name="options">What to offer.</param>
    /// <param name="done">Called at the end: with TLS set in both directions and the callbacks free again, or with a failed handshake.</param>
    public static TlsUpgrade Client(ITlsSocket socket, HandshakeOptions options, Action<TlsUpgrade> done) =>
        new(socket, TlsHandshake.StartClient(options), done);

    /// <summary>Starts as server.</summary>
    /// <param name="socket">An accepted socket with nothing read or written.</param>
    /// <param name="options">What to accept.</param>
    /// <param name="done">Called at the end.</param>
    public static TlsUpgrade Server(ITlsSocket socket, HandshakeOptions options, Action<TlsUpgrade> done) =>
        new(socket, TlsHandshake.StartServer(options), done);

    private void Advance()
    {
        if (_ended || !TryFlush()) return;
        Span<byte> bytes = stackalloc byte[1024];
        while (_handshake.State == HandshakeState.Running)
        {
            int count = _socket.Read(bytes[..Math.Min(bytes.Length, _handshake.BytesWanted)]);
            if (count == 0) return;
            _handshake.Input(bytes[..count]);
            if (!TryFlush()) return;
        }

        End();
    }

    /// <summary>Sends what the handshake has to say; false while some of it waits.</summary>
    private bool TryFlush()
    {
        while (true)
        {
            if (_pending == 0) _pending = _handshake.TakeOutput(_buffer);
            if (_pending == 0) return true;
            int taken = _socket.Write(_buffer.AsSpan(0, _pending));
            _buffer.AsSpan(taken, _pending - taken).CopyTo(_buffer);
            _pending -= taken;
            if (_pending > 0) return false;
        }
    }

    private void OnEndOfStream()
    {
        if (_ended) return;
        _handshake.OnEndOfStream();
        End();
    }

    private void End()
    {
        _ended = true;
        (_socket.Readable, _socket.Writable, _socket.EndOfStream, _socket.Opened) = (null, null, null, null);
        if (_handshake.Result is { } result)
        {
            _socket.SetTlsTx(result.Tx);
            _socket.SetTlsRx(result.Rx);
        }

        _done(this);
    }
}
