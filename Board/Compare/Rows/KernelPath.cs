using NicEmu.Driver.Crypto;
using NicEmu.Driver.Memory;
using NicEmu.Driver.Paths;

namespace NicEmu.Board.Compare.Rows;

/// <summary>TLS in the kernel, by the processor: with sendfile() and either kind of stores.</summary>
public sealed class KernelPath : SocketPathServer
{
    private readonly StoreKind _stores;
    private EncryptionWorker[] _workers = [];

    /// <summary>Chooses the kind.</summary>
    /// <param name="stores">How records are stored.</param>
    public KernelPath(StoreKind stores)
    {
        _stores = stores;
        bool past = stores == StoreKind.NonTemporal;
        Description = new(
            past ? "ktls-nt" : "ktls",
            past ? "kernel TLS + sendfile, non-temporal stores" : "kernel TLS + sendfile, ordinary stores",
            new PathModel(ContentStages: 1, RecordStages: 1, ContentStores: 0, RecordStores: past ? 0 : 1, CardMovesRecords: true) { ChargesWriteAllocate = true })
        {
            CryptoBy = "processor, in the kernel's workers",
            RetransmitSource = "private pages (ciphertext)",
            NotCounted = ["The kind of a store is a label: the model has no cache, so both kinds move the same bytes."],
        };
    }

    /// <inheritdoc/>
    public override PathDescription Description { get; }

    /// <inheritdoc/>
    public override void Start(ServeMachine machine)
    {
        base.Start(machine);
        _workers = WorkersOf(machine, _stores);
    }

    /// <inheritdoc/>
    protected override FileServer CreateServer(int connection, PathSocket socket, IServedHandshake? handshake)
    {
        TlsCryptoInfo keys = KeysOf(handshake);
        IRecordEngine engine = _workers[connection % _workers.Length].Bind(new RecordSealer(keys));
        return new KernelTlsServer(Machine.Environment, socket, engine, keys.Layout, keys.RecordSequence);
    }

    /// <summary>The kernel's workers, one for each core.</summary>
    internal static EncryptionWorker[] WorkersOf(ServeMachine machine, StoreKind stores)
    {
        ArgumentNullException.ThrowIfNull(machine);
        var workers = new EncryptionWorker[4];
        for (int i = 0; i < workers.Length; i++) workers[i] = new EncryptionWorker(machine.Loop, machine.Meter, stores, $"ktls{i}");
        return workers;
    }
}
