using NicEmu.Driver.Crypto;
using NicEmu.Driver.Paths;

namespace NicEmu.Board.Compare.Rows;

/// <summary>sendfile() with records sealed by a device beside the card.</summary>
public sealed class LookasidePath : SocketPathServer
{
    /// <inheritdoc/>
    public override PathDescription Description { get; } = new(
        "lookaside",
        "kernel TLS + sendfile, lookaside accelerator",
        new PathModel(ContentStages: 1, RecordStages: 1, ContentStores: 0, RecordStores: 0, CardMovesRecords: true))
    {
        CryptoBy = "accelerator beside the card",
        RetransmitSource = "private pages (ciphertext)",
        NotCounted = ["How the accelerator keeps keys: it is an outside part, of which only the DMA is modelled."],
    };

    /// <inheritdoc/>
    protected override FileServer CreateServer(int connection, PathSocket socket, IServedHandshake? handshake)
    {
        TlsCryptoInfo keys = KeysOf(handshake);
        var engine = new LookasideAccelerator(Machine, new RecordSealer(keys), connection);
        return new KernelTlsServer(Machine.Environment, socket, engine, keys.Layout, keys.RecordSequence);
    }
}
