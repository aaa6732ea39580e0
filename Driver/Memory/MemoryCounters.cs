namespace NicEmu.Driver.Memory;

/// <summary>Numbers of a <see cref="MemoryMeter"/> at one moment, or the difference of two.</summary>
public sealed class MemoryCounters
{
    private readonly long[] _bytes;
    private readonly long[] _events;

    internal MemoryCounters(ReadOnlySpan<long> bytes, ReadOnlySpan<long> events) => (_bytes, _events) = (bytes.ToArray(), events.ToArray());

    /// <summary>Bytes of a kind.</summary>
    /// <param name="kind">The kind.</param>
    public long this[MemoryTraffic kind] => _bytes[(int)kind];

    /// <summary>How often something happened.</summary>
    /// <param name="what">What.</param>
    public long this[MemoryEvent what] => _events[(int)what];

    /// <summary>Bytes that crossed the memory bus for content and record bytes: everything but <see cref="MemoryTraffic.Metadata"/>.</summary>
    public long MemoryBytes
    {
        get
        {
            long sum = 0;
            foreach (long bytes in _bytes) sum += bytes;
            return sum - this[MemoryTraffic.Metadata];
        }
    }

    /// <summary>Bytes of content and records that crossed a PCI Express port: of storage, card and accelerator.</summary>
    public long PcieBytes => this[MemoryTraffic.StorageWrite] + this[MemoryTraffic.NicRead] + this[MemoryTraffic.NicWrite] + this[MemoryTraffic.ReplayRead]
        + this[MemoryTraffic.ContextRead] + this[MemoryTraffic.ContextWrite] + this[MemoryTraffic.AcceleratorRead] + this[MemoryTraffic.AcceleratorWrite];

    /// <summary>What was counted between two moments.</summary>
    /// <param name="earlier">The earlier one, of the same meter.</param>
    public MemoryCounters Since(MemoryCounters earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        var difference = new MemoryCounters(_bytes, _events);
        for (int i = 0; i < _bytes.Length; i++) difference._bytes[i] -= earlier._bytes[i];
        for (int i = 0; i < _events.Length; i++) difference._events[i] -= earlier._events[i];
        return difference;
    }
}
