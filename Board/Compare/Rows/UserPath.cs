using NicEmu.Driver.Paths;

namespace NicEmu.Board.Compare.Rows;

/// <summary>read() and SSL_write(): TLS in the program, by BouncyCastle's record layer.</summary>
/// <param name="copiesOnceMore">Whether the program copies what it read to another buffer first.</param>
public sealed class UserPath(bool copiesOnceMore) : SocketPathServer
{
    /// <inheritdoc/>
    public override PathDescription Description { get; } = new(
        copiesOnceMore ? "user-copy" : "user",
        copiesOnceMore ? "user-space TLS, with the server's own copy" : "user-space TLS (read + SSL_write)",
        // read() loads and stores content, the library loads content and stores records, write() loads and stores records.
        new PathModel(ContentStages: copiesOnceMore ? 5 : 3, RecordStages: 3, ContentStores: copiesOnceMore ? 2 : 1, RecordStores: 2, CardMovesRecords: true))
    {
        CryptoBy = "processor, in the program (BouncyCastle)",
        RetransmitSource = "socket pages (ciphertext)",
        NotCounted = ["What BouncyCastle moves inside: it is charged with what goes in and what comes out."],
    };

    /// <inheritdoc/>
    protected override FileServer CreateServer(int connection, PathSocket socket, IServedHandshake? handshake) =>
        new UserSpaceServer(Machine.Environment, socket, new HandshakeLibrary(((UserHandshake)handshake!).Handshake), copiesOnceMore);
}
