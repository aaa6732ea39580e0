using NicEmu.Driver.Paths;

namespace NicEmu.Board.Compare.Rows;

/// <summary>sendfile() without TLS.</summary>
public sealed class PlainPath : SocketPathServer
{
    /// <inheritdoc/>
    public override PathDescription Description { get; } = new("plain", "sendfile, no TLS", new PathModel(0, 0, 0, 0, CardMovesRecords: false))
    {
        CryptoBy = "nobody",
        RetransmitSource = "page cache",
        IsTls = false,
    };

    /// <inheritdoc/>
    protected override FileServer CreateServer(int connection, PathSocket socket, IServedHandshake? handshake) => new PlainFileServer(Machine.Environment, socket);
}
