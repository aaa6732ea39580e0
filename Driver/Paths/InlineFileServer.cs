using NicEmu.Driver.Memory;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Paths;

/// <summary>
/// sendfile() over a socket whose records the card encrypts on their way out. Without a copy the card reads the pages of the file; with one it reads pages of the socket, which stay as
/// they are when the file is changed.
/// </summary>
public sealed class InlineFileServer : FileServer, IPieceOwner, IPieceVersions
{
    private readonly PathSocket _socket;
    private readonly SocketPages? _copies;
    private readonly TlsRecordLayout _layout;
    private readonly Queue<Part> _parts = new();
    private int _reserved;
    private int _offset;
    private bool _ended;

    /// <summary>Prepares.</summary>
    /// <param name="environment">The host.</param>
    /// <param name="socket">The connection, whose keys its kernel has.</param>
    /// <param name="layout">Version, cipher and lengths.</param>
    /// <param name="copies">Whether content is copied to pages of the socket.</param>
    public InlineFileServer(ServeEnvironment environment, PathSocket socket, TlsRecordLayout layout, bool copies)
        : base(environment, socket)
    {
        (_socket, _layout) = (socket, layout);
        _copies = copies ? new SocketPages(environment.SocketPages) : null;
    }

    /// <inheritdoc/>
    public void Released(DmaPiece piece) => File.Release(piece.Address);

    /// <inheritdoc/>
    public uint VersionOf(DmaPiece piece) => File.VersionOf(piece.Address);

    /// <inheritdoc/>
    protected override bool Step()
    {
        while (_parts.TryPeek(out Part? part) && part.IsReady && TrySend(part)) _parts.Dequeue();
        if (_offset < File.Length && Room >= Math.Min(WireLength(File.Length - _offset), Socket.Capacity / 2)) SendFile();
        if (_offset == File.Length && _parts.Count == 0 && !_ended) _ended = _socket.Write(TlsContentType.Alert, [1, 0]) > 0;
        return _ended;
    }

    private int Room => Socket.Free - _reserved;

    private int WireLength(int contentLength) => TlsRecordLayout.HeaderLength + _layout.LengthFieldFor(contentLength);

    /// <summary>One call: gives as many records their places as there is room for, and returns.</summary>
    private void SendFile()
    {
        Meter.Count(MemoryEvent.Syscalls);
        while (_offset < File.Length)
        {
            var part = new Part(_offset, Math.Min(Environment.RecordPayload, File.Length - _offset));
            if (WireLength(part.Length) > Room) return;
            _reserved += WireLength(part.Length);
            _offset += part.Length;
            _parts.Enqueue(part);
            File.Request(part.Offset, part.Length, () =>
            {
                part.IsReady = true;
                Continue();
            });
        }
    }

    private bool TrySend(Part part)
    {
        bool sent = _copies is null ? TrySendPages(part) : TrySendCopy(part, _copies);
        if (sent) _reserved -= WireLength(part.Length);
        return sent;
    }

    private bool TrySendPages(Part part)
    {
        DmaPiece[] pieces = PiecesOf(part.Offset, part.Length);
        File.Retain(part.Offset, part.Length);
        if (_socket.TrySend(pieces, this))
        {
            Filter(pieces);
            return true;
        }

        foreach (DmaPiece piece in pieces) Released(piece);
        return false;
    }

    private bool TrySendCopy(Part part, SocketPages pages)
    {
        if (part.Copy is null)
        {
            if (pages.TryTake(part.Length) is not { } taken) return false;
            int place = part.Offset;
            bool first = true;
            foreach (DmaPiece piece in taken)
            {
                File.CopyTo(place, pages.Memory, (int)(piece.Address - pages.Memory.BusAddress), piece.Length, StoreKind.Ordinary, first);
                (place, first) = (place + piece.Length, false);
            }

            Filter(taken);
            part.Copy = taken;
        }

        return _socket.TrySend(part.Copy, pages);
    }

    private sealed class Part(int offset, int length)
    {
        public int Offset => offset;

        public int Length => length;

        public bool IsReady { get; set; }

        /// <summary>Pages with its content, once they were filled.</summary>
        public DmaPiece[]? Copy { get; set; }
    }
}
