using NicEmu.Driver.Crypto;
using NicEmu.Driver.Memory;
using NicEmu.Driver.Paths;

namespace NicEmu.Board.Compare.Rows;

/// <summary>TLS in the kernel under a program that reads and writes.</summary>
/// <param name="copiesOnceMore">Whether the program copies what it read to another buffer first.</param>
public sealed class KernelWritePath(bool copiesOnceMore) : SocketPathServer
{
    private EncryptionWorker[] _workers = [];

    /// <inheritdoc/>
    public override PathDescription Description { get; } = new(
        copiesOnceMore ? "ktls-copy" : "ktls-write",
        copiesOnceMore ? "kernel TLS + read/write, with the server's own copy" : "kernel TLS + read/write, sealed in place",
        // read() and write() load and store content; sealing in place loads content and stores a record.
        new PathModel(ContentStages: copiesOnceMore ? 7 : 5, RecordStages: 1, ContentStores: copiesOnceMore ? 3 : 2, RecordStores: 1, CardMovesRecords: true))
    {
        CryptoBy = "processor, in the kernel's workers",
        RetransmitSource = "socket pages (ciphertext)",
    };

    /// <inheritdoc/>
    public override void Start(ServeMachine machine)
    {
        base.Start(machine);
        _workers = KernelPath.WorkersOf(machine, StoreKind.Ordinary);
    }

    /// <inheritdoc/>
    protected override FileServer CreateServer(int connection, PathSocket socket, IServedHandshake? handshake)
    {
        TlsCryptoInfo keys = KeysOf(handshake);
        IRecordEngine engine = _workers[connection % _workers.Length].Bind(new RecordSealer(keys));
        return new WriteTlsServer(Machine.Environment, socket, engine, keys.Layout, keys.RecordSequence, copiesOnceMore);
    }
}
