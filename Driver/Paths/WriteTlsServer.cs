using NicEmu.Driver.Memory;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Paths;

/// <summary>
/// TLS in the kernel under a program that does not use sendfile(): read() copies to the program's buffer, write() copies to pages of the socket with room for header and tag, and an engine
/// seals them in place.
/// </summary>
public sealed class WriteTlsServer : FileServer, IDisposable
{
    private readonly RecordQueue _records;
    private readonly RecordAlert _alert;
    private readonly SocketPages _pages;
    private readonly MeteredRegion _read;
    private readonly MeteredRegion? _own;
    private int _offset;
    private int _unwritten;
    private bool _reading;

    /// <summary>Prepares.</summary>
    /// <param name="environment">The host.</param>
    /// <param name="socket">The connection.</param>
    /// <param name="engine">Seals records.</param>
    /// <param name="layout">Version, cipher and lengths.</param>
    /// <param name="firstRecord">Number of the first record.</param>
    /// <param name="copiesOnceMore">Whether the program moves what it read to a buffer of the connection first.</param>
    public WriteTlsServer(ServeEnvironment environment, IStreamSocket socket, IRecordEngine engine, TlsRecordLayout layout, ulong firstRecord, bool copiesOnceMore)
        : base(environment, socket)
    {
        ArgumentNullException.ThrowIfNull(engine);
        _pages = new(environment.SocketPages);
        _records = new(engine, layout, firstRecord, socket, _pages, Continue);
        _alert = new(_records, environment.Meter);
        _read = Allocate("read buffer");
        _own = copiesOnceMore ? Allocate("connection buffer") : null;
    }

    /// <summary>Gives the program's buffers back.</summary>
    public void Dispose()
    {
        _read.Dispose();
        _own?.Dispose();
    }

    /// <inheritdoc/>
    protected override bool Step()
    {
        _records.Flush();
        while (_unwritten == 0 || TryWrite())
        {
            if (_offset == File.Length)
            {
                _alert.TrySend();
                break;
            }

            if (!TryRead()) break;
        }

        return _alert.IsSent && _records.IsEmpty;
    }

    /// <summary>read(): the call waits for storage, then copies; write() follows.</summary>
    private bool TryRead()
    {
        int length = Math.Min(Environment.RecordPayload, File.Length - _offset);
        if (!_reading) Meter.Count(MemoryEvent.Syscalls);
        if (!File.IsResident(_offset, length))
        {
            if (!_reading) File.Request(_offset, length, Continue);
            _reading = true;
            return false;
        }

        _reading = false;
        File.CopyTo(_offset, _read, 0, length);
        if (_own is not null) _read.CopyTo(0, _own, 0, length);
        Meter.Count(MemoryEvent.Syscalls);
        _offset += length;
        _unwritten = length;
        return true;
    }

    /// <summary>write(): the call waits for room, then copies to where the record's content belongs.</summary>
    private bool TryWrite()
    {
        if (_records.TryAdd(TlsContentType.ApplicationData, _unwritten) is not { } record) return false;
        _pages.CopyFrom(_own ?? _read, 0, record.Body);
        Filter(record.Body);
        _unwritten = 0;
        _records.OnLoaded(record, record.Body);
        return true;
    }

    private MeteredRegion Allocate(string name) => new(Environment.Bus.AllocateDma(Environment.RecordPayload), Meter, name);
}
