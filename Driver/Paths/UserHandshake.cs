using NicEmu.Driver.Handshake;
using NicEmu.Driver.Kernel;

namespace NicEmu.Driver.Paths;

/// <summary>Runs a server's TLS handshake over a socket that stays plain: whoever asked for it takes the keys.</summary>
public sealed class UserHandshake : IServedHandshake
{
    private readonly ITlsSocket _socket;
    private readonly TlsHandshake _handshake;
    private readonly byte[] _output = new byte[16384];
    private int _pending;

    /// <summary>Starts.</summary>
    /// <param name="socket">An accepted socket with nothing read or written. Its callbacks are in use until the end.</param>
    /// <param name="options">What to accept.</param>
    public UserHandshake(ITlsSocket socket, HandshakeOptions options)
    {
        ArgumentNullException.ThrowIfNull(socket);
        _socket = socket;
        _handshake = TlsHandshake.StartServer(options);
        socket.Readable = Advance;
        socket.Writable = Advance;
        socket.EndOfStream = _handshake.OnEndOfStream;
        Advance();
    }

    /// <summary>The handshake.</summary>
    public TlsHandshake Handshake => _handshake;

    /// <inheritdoc/>
    public string? Failure => _handshake.State == HandshakeState.Failed ? $"The server's handshake failed: {_handshake.Failure}" : null;

    /// <inheritdoc/>
    public bool IsEnded => _handshake.State != HandshakeState.Running && _pending == 0 && _handshake.OutputAvailable == 0;

    private void Advance()
    {
        Span<byte> bytes = stackalloc byte[1024];
        while (TryFlush() && _handshake.State == HandshakeState.Running)
        {
            int count = _socket.Read(bytes[..Math.Min(bytes.Length, _handshake.BytesWanted)]);
            if (count == 0) return;
            _handshake.Input(bytes[..count]);
        }
    }

    /// <summary>Sends what the handshake has to say; false while some of it waits.</summary>
    private bool TryFlush()
    {
        while (true)
        {
            if (_pending == 0) _pending = _handshake.TakeOutput(_output);
            if (_pending == 0) return true;
            int taken = _socket.Write(_output.AsSpan(0, _pending));
            _output.AsSpan(taken, _pending - taken).CopyTo(_output);
            _pending -= taken;
            if (_pending > 0) return false;
        }
    }
}
