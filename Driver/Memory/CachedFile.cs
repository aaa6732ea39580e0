namespace NicEmu.Driver.Memory;

/// <summary>A file in the page cache: pages that are there, come when asked for, and may be changed at any time.</summary>
public sealed class CachedFile
{
    private const int Absent = -1;

    private readonly Storage _storage;
    private readonly PagePool _pool;
    private readonly int[] _pages;
    private readonly bool[] _resident;
    private readonly uint[] _versions;
    private readonly Dictionary<int, int> _indexOf = [];
    private readonly Dictionary<int, List<Wait>> _waits = [];

    internal CachedFile(Storage storage, PagePool pool)
    {
        (_storage, _pool) = (storage, pool);
        _pages = new int[(storage.Content.Length + PagePool.PageBytes - 1) / PagePool.PageBytes];
        _resident = new bool[_pages.Length];
        _versions = new uint[_pages.Length];
        Array.Fill(_pages, Absent);
    }

    /// <summary>Length in bytes.</summary>
    public int Length => _storage.Content.Length;

    /// <summary>Pages of the file.</summary>
    public int PageCount => _pages.Length;

    /// <summary>The memory that the pages lie in.</summary>
    public MeteredRegion Memory => _pool.Memory;

    /// <summary>Bytes of the file that are in memory now.</summary>
    public int ResidentBytes
    {
        get
        {
            int bytes = 0;
            for (int i = 0; i < _pages.Length; i++) bytes += _resident[i] ? BytesOf(i) : 0;
            return bytes;
        }
    }

    /// <summary>Whether a range is in memory.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes.</param>
    public bool IsResident(int offset, int length)
    {
        Check(offset, length);
        for (int i = offset / PagePool.PageBytes; i < PagesEnd(offset, length); i++)
        {
            if (!_resident[i]) return false;
        }

        return true;
    }

    /// <summary>Asks storage for what is not in memory of a range, without waiting. A page is read once, however many ask.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="ready">Called when all of it is there: at once, inside this call, if it is there now.</param>
    public void Request(int offset, int length, Action ready)
    {
        ArgumentNullException.ThrowIfNull(ready);
        Check(offset, length);
        var wait = new Wait(ready);
        int end = PagesEnd(offset, length);
        for (int i = offset / PagePool.PageBytes; i < end; i++)
        {
            if (_resident[i]) continue;
            if (_pages[i] == Absent) i = Fetch(i, end, wait);
            else Join(i, wait);
        }

        wait.Arrive();
    }

    /// <summary>Address of a resident byte, and how far the bytes lie together from there: to the end of its page or of the file.</summary>
    /// <param name="offset">The byte.</param>
    /// <param name="length">Receives the bytes.</param>
    public ulong AddressOf(int offset, out int length)
    {
        int at = PlaceOf(offset, out length);
        return _pool.Memory.Address(at);
    }

    /// <summary>Place in <see cref="Memory"/> of a resident byte, and how far the bytes lie together from there.</summary>
    /// <param name="offset">The byte.</param>
    /// <param name="length">Receives the bytes.</param>
    public int PlaceOf(int offset, out int length)
    {
        Check(offset, 1);
        int page = offset / PagePool.PageBytes;
        int within = offset % PagePool.PageBytes;
        if (!_resident[page]) throw new InvalidOperationException($"Page {page} of the file is not in memory.");
        length = BytesOf(page) - within;
        return (_pages[page] * PagePool.PageBytes) + within;
    }

    /// <summary>How often the page of a byte was changed.</summary>
    /// <param name="offset">The byte.</param>
    public uint VersionAt(int offset) => _versions[offset / PagePool.PageBytes];

    /// <summary>A processor reads resident bytes.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="destination">Receives the bytes.</param>
    public void Read(int offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            int at = PlaceOf(offset, out int length);
            Span<byte> part = destination[..Math.Min(length, destination.Length)];
            _pool.Memory.Read(at, part);
            destination = destination[part.Length..];
            offset += part.Length;
        }
    }

    /// <summary>A processor changes resident bytes; the version of their pages goes up.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="content">New bytes.</param>
    public void Write(int offset, ReadOnlySpan<byte> content)
    {
        while (content.Length > 0)
        {
            int at = PlaceOf(offset, out int length);
            ReadOnlySpan<byte> part = content[..Math.Min(length, content.Length)];
            _pool.Memory.Write(at, part);
            _versions[offset / PagePool.PageBytes]++;
            content = content[part.Length..];
            offset += part.Length;
        }
    }

    /// <summary>A processor copies resident bytes elsewhere: one copy.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="destinationOffset">Place of the first byte there.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="kind">How it stores.</param>
    public void CopyTo(int offset, MeteredRegion destination, int destinationOffset, int length, StoreKind kind = StoreKind.Ordinary) =>
        CopyTo(offset, destination, destinationOffset, length, kind, countsAsCopy: true);

    /// <summary>A processor copies resident bytes elsewhere, as a part of a copy.</summary>
    internal void CopyTo(int offset, MeteredRegion destination, int destinationOffset, int length, StoreKind kind, bool countsAsCopy)
    {
        Check(offset, length);
        for (int done = 0; done < length;)
        {
            int at = PlaceOf(offset + done, out int part);
            part = Math.Min(part, length - done);
            _pool.Memory.CopyTo(at, destination, destinationOffset + done, part, kind, countsAsCopy && done == 0);
            done += part;
        }
    }

    /// <summary>Keeps the pages of a range where they are, for who refers to them.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes.</param>
    public void Retain(int offset, int length)
    {
        for (int i = offset / PagePool.PageBytes; i < PagesEnd(offset, length); i++) _pool.Retain(_pages[i]);
    }

    /// <summary>Ends what <see cref="Retain"/> began, for one page.</summary>
    /// <param name="address">Bus address of any of its bytes.</param>
    public void Release(ulong address) => _pool.Release(_pool.PageAt(address));

    /// <summary>How often the page of an address was changed.</summary>
    /// <param name="address">Bus address of any of its bytes.</param>
    public uint VersionOf(ulong address) => _versions[_indexOf[_pool.PageAt(address)]];

    /// <summary>Brings a page in before the time that matters.</summary>
    internal void Preload(int page)
    {
        _pages[page] = Rent(page);
        _storage.Load(page * PagePool.PageBytes, _pool, [_pages[page]]);
        _resident[page] = true;
    }

    /// <summary>Asks for a run of absent pages in one request; returns the last of them.</summary>
    private int Fetch(int first, int end, Wait wait)
    {
        int last = first;
        while (last + 1 < end && _pages[last + 1] == Absent) last++;
        var run = new int[last - first + 1];
        for (int i = first; i <= last; i++) run[i - first] = _pages[i] = Rent(i);
        Join(first, wait);
        for (int i = first + 1; i <= last; i++) _waits[i] = [];
        _storage.Read(first * PagePool.PageBytes, _pool, run, () => OnRead(first, last));
        return last;
    }

    private void OnRead(int first, int last)
    {
        for (int i = first; i <= last; i++) _resident[i] = true;
        for (int i = first; i <= last; i++)
        {
            if (!_waits.Remove(i, out List<Wait>? waits)) continue;
            foreach (Wait wait in waits) wait.Arrive();
        }
    }

    private void Join(int page, Wait wait)
    {
        if (!_waits.TryGetValue(page, out List<Wait>? waits)) _waits[page] = waits = [];
        waits.Add(wait);
        wait.Expect();
    }

    private int Rent(int index)
    {
        if (!_pool.TryRent(out int page)) throw new InvalidOperationException("The page cache is full.");
        _indexOf[page] = index;
        return page;
    }

    private int BytesOf(int page) => Math.Min(PagePool.PageBytes, Length - (page * PagePool.PageBytes));

    private static int PagesEnd(int offset, int length) => (offset + length + PagePool.PageBytes - 1) / PagePool.PageBytes;

    private void Check(int offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length - offset);
    }

    /// <summary>One who waits for several pages; it counts as one more until all are asked for.</summary>
    private sealed class Wait(Action ready)
    {
        private int _missing = 1;

        public void Expect() => _missing++;

        public void Arrive()
        {
            if (--_missing == 0) ready();
        }
    }
}
