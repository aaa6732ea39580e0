using NicEmu.Driver.Handshake;
using NicEmu.Driver.Kernel;

namespace NicEmu.Driver.Paths;

/// <summary>A server's handshake whose keys are handed down to its kernel, which gives them to the card if it can.</summary>
public sealed class KernelHandshake : IServedHandshake
{
    private readonly PathSocket _socket;
    private readonly TlsUpgrade _upgrade;
    private bool _ended;

    /// <summary>Starts.</summary>
    /// <param name="socket">An accepted socket with nothing read or written.</param>
    /// <param name="options">What to accept.</param>
    public KernelHandshake(PathSocket socket, HandshakeOptions options)
    {
        _socket = socket;
        _upgrade = TlsUpgrade.Server(socket, options, _ => _ended = true);
    }

    /// <summary>The handshake.</summary>
    public TlsHandshake Handshake => _upgrade.Handshake;

    /// <inheritdoc/>
    public bool IsEnded => _ended && _socket.TxState != KtlsState.Installing;

    /// <inheritdoc/>
    public string? Failure => Handshake.State == HandshakeState.Failed ? $"The server's handshake failed: {Handshake.Failure}" : null;
}
