using NicEmu.Driver.Nic;

namespace NicEmu.Driver.Memory;

/// <summary>
/// Counts what crosses the memory of one host. Nothing is computed: each access is counted in the call that moves its bytes, a processor's in <see cref="MeteredRegion"/>,
/// storage's and an accelerator's likewise, the card's at its host port.
/// </summary>
public sealed class MemoryMeter : IDmaReader
{
    private static readonly int Kinds = Enum.GetValues<MemoryTraffic>().Length;
    private static readonly int Events = Enum.GetValues<MemoryEvent>().Length;

    private readonly long[] _bytes = new long[Kinds];
    private readonly long[] _events = new long[Events];
    private readonly List<MeteredRegion> _regions = [];
    private MeteredRegion? _lastHit;

    /// <summary>Hears of every access; null for nobody.</summary>
    public IMemoryObserver? Observer { get; set; }

    /// <summary>Memory whose accesses by the processor are counted, in ascending order of addresses.</summary>
    public IReadOnlyList<MeteredRegion> Regions => _regions;

    /// <summary>Bytes of a kind so far.</summary>
    /// <param name="kind">The kind.</param>
    public long this[MemoryTraffic kind] => _bytes[(int)kind];

    /// <summary>How often something happened so far.</summary>
    /// <param name="what">What.</param>
    public long this[MemoryEvent what] => _events[(int)what];

    /// <summary>Counts a read that has just been made.</summary>
    /// <param name="kind">Why.</param>
    /// <param name="address">Bus address of the first byte.</param>
    /// <param name="data">The bytes that the reader got.</param>
    public void OnRead(MemoryTraffic kind, ulong address, ReadOnlySpan<byte> data)
    {
        _bytes[(int)kind] += data.Length;
        Observer?.OnRead(kind, address, data);
    }

    /// <summary>Counts a write that has just been made.</summary>
    /// <param name="kind">Why.</param>
    /// <param name="address">Bus address of the first byte.</param>
    /// <param name="data">The bytes that the writer gave.</param>
    public void OnWrite(MemoryTraffic kind, ulong address, ReadOnlySpan<byte> data)
    {
        _bytes[(int)kind] += data.Length;
        Observer?.OnWrite(kind, address, data);
    }

    /// <summary>A processor loads metered bytes.</summary>
    /// <param name="address">Bus address of the first byte.</param>
    /// <param name="destination">Receives the bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The memory is not metered.</exception>
    public void Read(ulong address, Span<byte> destination)
    {
        MeteredRegion region = At(address);
        region.Read((int)(address - region.BusAddress), destination);
    }

    /// <summary>A processor stores metered bytes.</summary>
    /// <param name="address">Bus address of the first byte.</param>
    /// <param name="source">The bytes.</param>
    /// <param name="kind">How.</param>
    /// <exception cref="ArgumentOutOfRangeException">The memory is not metered.</exception>
    public void Write(ulong address, ReadOnlySpan<byte> source, StoreKind kind)
    {
        MeteredRegion region = At(address);
        region.Write((int)(address - region.BusAddress), source, kind);
    }

    /// <summary>Counts events.</summary>
    /// <param name="what">What happened.</param>
    /// <param name="count">How often.</param>
    public void Count(MemoryEvent what, long count = 1) => _events[(int)what] += count;

    /// <summary>The numbers now.</summary>
    public MemoryCounters Snapshot() => new(_bytes, _events);

    /// <summary>The metered memory at a bus address; null when it is not metered.</summary>
    /// <param name="address">The address.</param>
    public MeteredRegion? Find(ulong address)
    {
        if (_lastHit?.Contains(address) == true) return _lastHit;
        int low = 0;
        int high = _regions.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_regions[middle].BusAddress <= address) low = middle + 1;
            else high = middle;
        }

        if (low == 0 || !_regions[low - 1].Contains(address)) return null;
        return _lastHit = _regions[low - 1];
    }

    private MeteredRegion At(ulong address) => Find(address) ?? throw new ArgumentOutOfRangeException(nameof(address), address, "The memory is not metered.");

    internal void CountWriteAllocate(int bytes) => _bytes[(int)MemoryTraffic.WriteAllocate] += bytes;

    internal void Register(MeteredRegion region)
    {
        int at = _regions.FindIndex(r => r.BusAddress > region.BusAddress);
        _regions.Insert(at < 0 ? _regions.Count : at, region);
    }

    internal void Forget(MeteredRegion region)
    {
        _regions.Remove(region);
        if (_lastHit == region) _lastHit = null;
    }
}
