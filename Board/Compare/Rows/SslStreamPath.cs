using NicEmu.Board.Peers;
using NicEmu.Driver.Paths;

namespace NicEmu.Board.Compare.Rows;

/// <summary>read() and SSL_write() with a library that we did not write, counted at its boundaries.</summary>
public sealed class SslStreamPath : SocketPathServer
{
    /// <inheritdoc/>
    public override PathDescription Description { get; } = new(
        "sslstream",
        "user-space TLS by SslStream (counted at its boundaries only)",
        new PathModel(ContentStages: 3, RecordStages: 3, ContentStores: 1, RecordStores: 2, CardMovesRecords: true))
    {
        CryptoBy = "processor, in the program (SslStream, on Linux OpenSSL)",
        RetransmitSource = "socket pages (ciphertext)",
        IsSeeded = false,
        NotCounted = ["What SslStream moves inside, its own copies between managed and native memory included: it is charged with what goes in and what comes out."],
    };

    /// <inheritdoc/>
    protected override IServedHandshake? Secure(PathSocket socket, int connection) =>
        new SslHandshake(new SocketStream(socket), new TlsPeerOptions { Version = Machine.Options.Version, Cipher = Machine.Options.Cipher });

    /// <inheritdoc/>
    protected override FileServer CreateServer(int connection, PathSocket socket, IServedHandshake? handshake) =>
        new UserSpaceServer(Machine.Environment, socket, (SslHandshake)handshake!, copiesOnceMore: false);
}
