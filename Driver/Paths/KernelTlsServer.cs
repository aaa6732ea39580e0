using NicEmu.Driver.Memory;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Paths;

/// <summary>
/// Asynchronous sendfile() with TLS in the kernel: a call gives records their places and returns; storage brings their content, an engine seals it into pages of the connection's own,
/// and TCP gets them in order. The page cache keeps the plaintext, which belongs to all connections.
/// </summary>
public sealed class KernelTlsServer : FileServer
{
    private readonly RecordQueue _records;
    private readonly RecordAlert _alert;
    private int _offset;

    /// <summary>Prepares.</summary>
    /// <param name="environment">The host.</param>
    /// <param name="socket">The connection.</param>
    /// <param name="engine">Seals records.</param>
    /// <param name="layout">Version, cipher and lengths.</param>
    /// <param name="firstRecord">Number of the first record.</param>
    public KernelTlsServer(ServeEnvironment environment, IStreamSocket socket, IRecordEngine engine, TlsRecordLayout layout, ulong firstRecord)
        : base(environment, socket)
    {
        ArgumentNullException.ThrowIfNull(engine);
        var pages = new SocketPages(environment.SocketPages);
        _records = new(engine, layout, firstRecord, socket, pages, Continue);
        _alert = new(_records, environment.Meter);
    }

    /// <inheritdoc/>
    protected override bool Step()
    {
        _records.Flush();
        int rest = _records.LengthOf(File.Length - _offset);
        // A program is woken when half of its buffer is free, or all that is left fits.
        if (_offset < File.Length && _records.Free >= Math.Min(rest, Socket.Capacity / 2)) SendFile();
        if (_offset == File.Length) _alert.TrySend();
        return _alert.IsSent && _records.IsEmpty;
    }

    private void SendFile()
    {
        Meter.Count(MemoryEvent.Syscalls);
        while (_offset < File.Length)
        {
            int offset = _offset;
            int length = Math.Min(Environment.RecordPayload, File.Length - offset);
            if (_records.TryAdd(TlsContentType.ApplicationData, length) is not { } record) return;
            _offset += length;
            File.Request(offset, length, () =>
            {
                DmaPiece[] content = PiecesOf(offset, length);
                Filter(content);
                _records.OnLoaded(record, content);
            });
        }
    }
}
