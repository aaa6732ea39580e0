using NicEmu.Driver.Nic;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Paths;

/// <summary>
/// The records of a socket that have their place and their pages, but are not ready: first storage has to bring their content, then an engine has to seal them. TCP gets them in their
/// order when they are ready.
/// </summary>
internal sealed class RecordQueue
{
    private readonly IRecordEngine _engine;
    private readonly IStreamSocket _socket;
    private readonly SocketPages _pages;
    private readonly Queue<Entry> _order = new();
    private readonly Queue<Entry> _loaded = new();
    private readonly TlsRecordLayout _layout;
    private readonly Action _progress;
    private ulong _number;

    /// <summary>Prepares.</summary>
    /// <param name="engine">Seals.</param>
    /// <param name="layout">Version, cipher and lengths.</param>
    /// <param name="firstNumber">Number of the first record.</param>
    /// <param name="socket">Gets the records.</param>
    /// <param name="pages">Hold them.</param>
    /// <param name="progress">Called when a record became ready.</param>
    public RecordQueue(IRecordEngine engine, TlsRecordLayout layout, ulong firstNumber, IStreamSocket socket, SocketPages pages, Action progress)
    {
        (_engine, _layout, _number, _socket, _pages, _progress) = (engine, layout, firstNumber, socket, pages, progress);
        engine.Room = Submit;
    }

    /// <summary>Whether no record waits.</summary>
    public bool IsEmpty => _order.Count == 0;

    /// <summary>Bytes of the stream that are free and not promised to a record.</summary>
    public int Free => _socket.Free - _reserved;

    private int _reserved;

    /// <summary>Bytes that a record takes in the stream.</summary>
    public int LengthOf(int contentLength) => TlsRecordLayout.HeaderLength + _layout.LengthFieldFor(contentLength);

    /// <summary>Makes a record with pages of its own; it is not ready, and its content is not loaded. Null when there is no room.</summary>
    /// <param name="type">Content type.</param>
    /// <param name="contentLength">Bytes of content.</param>
    public Entry? TryAdd(TlsContentType type, int contentLength)
    {
        int length = LengthOf(contentLength);
        if (length > Free || _pages.TryTake(length) is not { } pages) return null;
        var entry = new Entry(_number++, type, pages, SocketPages.Slice(pages, _layout.PrefixLength, contentLength), length);
        _order.Enqueue(entry);
        _reserved += length;
        return entry;
    }

    /// <summary>A record's content is in memory: the engine may have it.</summary>
    /// <param name="entry">The record.</param>
    /// <param name="content">Where its content lies.</param>
    public void OnLoaded(Entry entry, IReadOnlyList<DmaPiece> content)
    {
        entry.Content = content;
        _loaded.Enqueue(entry);
        Submit();
    }

    /// <summary>Gives TCP what is ready.</summary>
    public void Flush()
    {
        while (_order.TryPeek(out Entry? entry) && entry.IsReady)
        {
            _order.Dequeue();
            _reserved -= entry.Length;
            if (!_socket.TrySend(entry.Pages, _pages)) throw new InvalidOperationException("Room that was promised is gone.");
        }
    }

    private void Submit()
    {
        while (_loaded.TryPeek(out Entry? entry) && _engine.TrySubmit(JobOf(entry))) _loaded.Dequeue();
    }

    private RecordJob JobOf(Entry entry) => new()
    {
        Number = entry.Number,
        Type = entry.Type,
        Content = entry.Content!,
        Target = entry.Pages,
        Done = () =>
        {
            entry.IsReady = true;
            _progress();
        },
    };

    /// <summary>One record.</summary>
    internal sealed class Entry(ulong number, TlsContentType type, DmaPiece[] pages, DmaPiece[] body, int length)
    {
        public ulong Number => number;

        public TlsContentType Type => type;

        /// <summary>Pages of the whole record.</summary>
        public DmaPiece[] Pages => pages;

        /// <summary>Where in them the content belongs.</summary>
        public DmaPiece[] Body => body;

        public int Length => length;

        public IReadOnlyList<DmaPiece>? Content { get; set; }

        public bool IsReady { get; set; }
    }
}
