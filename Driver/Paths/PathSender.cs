using NicEmu.Driver.Ktls;
using NicEmu.Driver.Memory;
using NicEmu.Driver.Nic;
using NicEmu.Net;

namespace NicEmu.Driver.Paths;

/// <summary>The stream that a socket sends: bytes that others keep, and bytes in pages of its own.</summary>
internal sealed class PathSender(TcpConnection connection, SendQueue queue, PathMemory memory) : IStreamWriter, IRecordPlacer
{
    /// <summary>Parts of a record's content: more pages than the longest one touches.</summary>
    private const int MaxContentPieces = 16;

    private readonly DmaPiece[] _record = new DmaPiece[MaxContentPieces + 2];
    private readonly List<DmaPiece> _loose = [];
    private readonly DmaPiece[] _stored = new DmaPiece[SendQueue.MaxPieces];
    private DmaPiece[] _content = [];
    private int _contentCount;
    private IPieceOwner _owner = memory;

    public uint Sequence => connection.SendSequence;

    /// <summary>Bytes of one write that find pages and have room in the stream.</summary>
    public int Free => (int)Math.Min(connection.SendBufferFree, (long)memory.Pages.Free * PagePool.PageBytes);

    public int Capacity { get; } = connection.SendBufferFree;

    public IDmaReader Memory => memory.Reader;

    /// <summary>Bytes that others keep and that fit into the stream.</summary>
    public int Room => connection.SendBufferFree;

    /// <summary>Appends bytes that are copied to pages; they fit.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (!memory.TryStore(bytes, out DmaPiece piece)) throw new InvalidOperationException("The bytes do not fit.");
            Append(piece, memory, Sequence + (uint)piece.Length);
            bytes = bytes[piece.Length..];
        }
    }

    /// <summary>Appends bytes where they lie, all or none.</summary>
    public bool TryAppend(ReadOnlySpan<DmaPiece> pieces, IPieceOwner owner)
    {
        if (new TxBytes(pieces, Memory).Length > Room) return false;
        foreach (DmaPiece piece in pieces) Append(piece, owner, Sequence + (uint)piece.Length);
        return true;
    }

    /// <summary>Has content ready for a record.</summary>
    /// <exception cref="ArgumentException">It lies in too many pieces.</exception>
    public void Prepare(ReadOnlySpan<DmaPiece> content, IPieceOwner owner)
    {
        if (content.Length > MaxContentPieces) throw new ArgumentException($"A record's content lies in up to {MaxContentPieces} pieces.", nameof(content));
        if (_content.Length == 0) _content = new DmaPiece[MaxContentPieces];
        content.CopyTo(_content);
        _contentCount = content.Length;
        _owner = owner;
    }

    public bool TryPlace(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> trailer, out ReadOnlySpan<DmaPiece> pieces)
    {
        pieces = default;
        if (memory.TryFrame(prefix, trailer) is not var (first, last)) return false;
        ReadOnlySpan<DmaPiece> content = _content.AsSpan(0, _contentCount);
        uint end = Sequence + (uint)(prefix.Length + new TxBytes(content, Memory).Length + trailer.Length);
        _record[0] = first;
        content.CopyTo(_record.AsSpan(1));
        _record[content.Length + 1] = last;
        Append(first, memory, end);
        foreach (DmaPiece piece in content) Append(piece, _owner, end);
        Append(last, memory, end);
        pieces = _record.AsSpan(0, content.Length + 2);
        return true;
    }

    public bool TryPlaceSealed(ReadOnlySpan<byte> record)
    {
        if (record.Length > Free) return false;
        Write(record);
        for (int i = 0; i < _contentCount; i++) _owner.Released(_content[i]);
        return true;
    }

    public TxBytes Store(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > (long)memory.Pages.Free * PagePool.PageBytes) return bytes;
        int count = 0;
        for (ReadOnlySpan<byte> rest = bytes; rest.Length > 0; rest = rest[_stored[count++].Length..])
        {
            memory.TryStore(rest, out _stored[count]);
            _loose.Add(_stored[count]);
        }

        return new(_stored.AsSpan(0, count), Memory);
    }

    /// <summary>What was stored to be sent once is posted.</summary>
    public void OnPosted()
    {
        foreach (DmaPiece piece in _loose) queue.Retire(piece, memory);
        _loose.Clear();
    }

    private void Append(DmaPiece piece, IPieceOwner owner, uint until)
    {
        queue.Append(Sequence, piece, owner, until);
        connection.Append(piece.Length);
    }
}
