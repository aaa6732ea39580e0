using NicEmu.Driver.Crypto;
using NicEmu.Net;

namespace NicEmu.Driver.Kernel;

/// <summary>A TCP socket in which a handshake can be run, and whose directions can then be handed to kernel TLS.</summary>
public interface ITlsSocket
{
    /// <summary>The connection below; its numbers may be read.</summary>
    TcpConnection Connection { get; }

    /// <summary>Called once when the connection is established.</summary>
    Action? Opened { get; set; }

    /// <summary>Called when bytes can be read with <see cref="Read"/>.</summary>
    Action? Readable { get; set; }

    /// <summary>Called after a write fell short, when it may be tried again.</summary>
    Action? Writable { get; set; }

    /// <summary>Called once when the peer has ended its side and everything was read.</summary>
    Action? EndOfStream { get; set; }

    /// <summary>Reads plain TCP.</summary>
    /// <param name="destination">Receives the bytes.</param>
    /// <returns>Bytes read; 0 if none wait, or once TLS was set.</returns>
    int Read(Span<byte> destination);

    /// <summary>Writes.</summary>
    /// <param name="data">The bytes.</param>
    /// <returns>Bytes taken.</returns>
    int Write(ReadOnlySpan<byte> data);

    /// <summary>Protects everything written from now on.</summary>
    /// <param name="info">Key and number of the next record.</param>
    void SetTlsTx(TlsCryptoInfo info);

    /// <summary>Takes everything not read yet as records.</summary>
    /// <param name="info">Key and number of the next record.</param>
    void SetTlsRx(TlsCryptoInfo info);
}
