using NicEmu.Driver.Memory;

namespace NicEmu.Driver.Paths;

/// <summary>
/// TLS in the program: read() copies from the page cache to the program's buffer, the TLS library makes a record of it in another buffer, write() copies that to pages of the socket.
/// The kernel never has anything but ciphertext.
/// </summary>
public sealed class UserSpaceServer : FileServer, IDisposable
{
    private readonly IRecordLibrary _library;
    private readonly SocketPages _pages;
    private readonly MeteredRegion _read;
    private readonly MeteredRegion? _own;
    private readonly MeteredRegion _sealed;
    private readonly byte[] _content;
    private int _offset;
    private int _unwritten;
    private bool _reading;
    private bool _closed;

    /// <summary>Prepares.</summary>
    /// <param name="environment">The host.</param>
    /// <param name="socket">The connection.</param>
    /// <param name="library">The library with the connection's keys.</param>
    /// <param name="copiesOnceMore">Whether the program moves what it read to a buffer of the connection first, as servers with a pool of such buffers do.</param>
    public UserSpaceServer(ServeEnvironment environment, IStreamSocket socket, IRecordLibrary library, bool copiesOnceMore)
        : base(environment, socket)
    {
        ArgumentNullException.ThrowIfNull(library);
        _library = library;
        _pages = new(environment.SocketPages);
        _content = new byte[environment.RecordPayload];
        _read = Allocate(environment.RecordPayload, "read buffer");
        _own = copiesOnceMore ? Allocate(environment.RecordPayload, "connection buffer") : null;
        _sealed = Allocate(environment.RecordPayload + library.MostOverhead, "record buffer");
    }

    /// <summary>Gives the program's buffers back.</summary>
    public void Dispose()
    {
        _read.Dispose();
        _own?.Dispose();
        _sealed.Dispose();
    }

    /// <inheritdoc/>
    protected override bool Step()
    {
        while (_unwritten == 0 || TryWrite())
        {
            if (_closed) return true;
            if (_offset == File.Length) Close();
            else if (TryRead(out int length)) Encrypt(length);
            else return false;
        }

        return false;
    }

    /// <summary>read(): the call waits for storage, then copies.</summary>
    private bool TryRead(out int length)
    {
        length = Math.Min(Environment.RecordPayload, File.Length - _offset);
        if (!_reading) Meter.Count(MemoryEvent.Syscalls);
        if (!File.IsResident(_offset, length))
        {
            if (!_reading) File.Request(_offset, length, Continue);
            _reading = true;
            return false;
        }

        _reading = false;
        File.CopyTo(_offset, _read, 0, length);
        _offset += length;
        return true;
    }

    /// <summary>SSL_write(): what goes into the library is loaded, what comes out is stored; with both it is one copy.</summary>
    private void Encrypt(int length)
    {
        MeteredRegion source = _read;
        if (_own is not null)
        {
            _read.CopyTo(0, _own, 0, length);
            source = _own;
        }

        Span<byte> content = _content.AsSpan(0, length);
        source.Read(0, content);
        Take(_library.Seal(content));
        Meter.Count(MemoryEvent.Copies);
    }

    private void Close()
    {
        _closed = true;
        Take(_library.Close());
    }

    private void Take(ReadOnlySpan<byte> records)
    {
        _sealed.Write(0, records);
        _unwritten = records.Length;
        Meter.Count(MemoryEvent.Syscalls);
    }

    /// <summary>write(): the call waits for room, then copies.</summary>
    private bool TryWrite()
    {
        if (Socket.Free < _unwritten || _pages.TryTake(_unwritten) is not { } pieces) return false;
        _pages.CopyFrom(_sealed, 0, pieces);
        Filter(pieces);
        if (!Socket.TrySend(pieces, _pages)) throw new InvalidOperationException("There was room.");
        _unwritten = 0;
        return true;
    }

    private MeteredRegion Allocate(int bytes, string name) => new(Environment.Bus.AllocateDma(bytes), Meter, name);
}
