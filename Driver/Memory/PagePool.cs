using NicEmu.Spec.Seams;

namespace NicEmu.Driver.Memory;

/// <summary>Pages of 4096 bytes with reference counts: of a page cache, of sockets, or of receive buffers.</summary>
public sealed class PagePool : IDisposable
{
    /// <summary>Bytes of a page.</summary>
    public const int PageBytes = 4096;

    private readonly int[] _references;
    private readonly Stack<int> _free;

    /// <summary>Allocates the pages.</summary>
    /// <param name="bus">Where from; devices on it can reach them.</param>
    /// <param name="meter">Counts the accesses.</param>
    /// <param name="pages">How many, at least 1.</param>
    /// <param name="name">What they are for.</param>
    public PagePool(IDeviceBus bus, MemoryMeter meter, int pages, string name)
    {
        ArgumentNullException.ThrowIfNull(bus);
        ArgumentOutOfRangeException.ThrowIfLessThan(pages, 1);
        Memory = new(bus.AllocateDma(checked(pages * PageBytes)), meter, name);
        _references = new int[pages];
        _free = new(pages);
        for (int page = pages - 1; page >= 0; page--) _free.Push(page);
    }

    /// <summary>All pages: page n begins at n times <see cref="PageBytes"/>.</summary>
    public MeteredRegion Memory { get; }

    /// <summary>Number of pages.</summary>
    public int Count => _references.Length;

    /// <summary>Pages that nobody uses.</summary>
    public int Free => _free.Count;

    /// <summary>Takes a page, with one reference. What it holds is left from before.</summary>
    /// <param name="page">Receives its number.</param>
    /// <returns>False when none is free.</returns>
    public bool TryRent(out int page)
    {
        if (!_free.TryPop(out page)) return false;
        _references[page] = 1;
        return true;
    }

    /// <summary>References to a page; 0 when it is free.</summary>
    /// <param name="page">Its number.</param>
    public int ReferencesTo(int page) => _references[page];

    /// <summary>Number of the page at a bus address of the pool.</summary>
    /// <param name="address">The address.</param>
    public int PageAt(ulong address)
    {
        if (!Memory.Contains(address)) throw new ArgumentOutOfRangeException(nameof(address), address, "The address is not of this pool.");
        return (int)((address - Memory.BusAddress) / PageBytes);
    }

    /// <summary>Adds a reference to a page in use.</summary>
    /// <param name="page">Its number.</param>
    public void Retain(int page)
    {
        RequireUsed(page);
        _references[page]++;
    }

    /// <summary>Removes a reference; without any the page is free.</summary>
    /// <param name="page">Its number.</param>
    public void Release(int page)
    {
        RequireUsed(page);
        if (--_references[page] == 0) _free.Push(page);
    }

    /// <summary>Gives all memory back.</summary>
    public void Dispose() => Memory.Dispose();

    private void RequireUsed(int page)
    {
        if (_references[page] == 0) throw new InvalidOperationException($"Page {page} of {Memory.Name} is free.");
    }
}
