using NicEmu.Spec.Seams;

namespace NicEmu.Driver.Memory;

/// <summary>
/// Memory whose bytes can be reached only by calls that count: it has no span. What a call leaves in the caller's hands counts as registers, so a caller that needs the bytes
/// again has to read them again; it keeps no more than one record at a time.
/// </summary>
public sealed class MeteredRegion : IDisposable
{
    private const int RegisterBytes = 4096;

    private readonly DmaBuffer _memory;
    private readonly MemoryMeter _meter;

    /// <summary>Takes memory over; nobody else keeps it.</summary>
    /// <param name="memory">Zeroed memory that devices may reach.</param>
    /// <param name="meter">Counts the accesses.</param>
    /// <param name="name">What it is, for messages.</param>
    public MeteredRegion(DmaBuffer memory, MemoryMeter meter, string name)
    {
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(meter);
        (_memory, _meter, Name) = (memory, meter, name);
        (BusAddress, Length) = (memory.BusAddress, memory.Length);
        meter.Register(this);
    }

    /// <summary>What it is.</summary>
    public string Name { get; }

    /// <summary>Address of the first byte as devices see it.</summary>
    public ulong BusAddress { get; }

    /// <summary>Length in bytes.</summary>
    public int Length { get; }

    /// <summary>The bytes, for an audit that moves nothing.</summary>
    internal ReadOnlySpan<byte> Audited => _memory.Span;

    /// <summary>Address of a byte as devices see it.</summary>
    /// <param name="offset">Its place.</param>
    public ulong Address(int offset) => BusAddress + (uint)offset;

    /// <summary>Whether an address lies within.</summary>
    /// <param name="address">Bus address.</param>
    public bool Contains(ulong address) => address >= BusAddress && address - BusAddress < (ulong)Length;

    /// <summary>A processor loads.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="destination">Receives the bytes.</param>
    public void Read(int offset, Span<byte> destination) => Load(MemoryTraffic.CpuRead, offset, destination);

    /// <summary>A processor stores.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="source">The bytes.</param>
    /// <param name="kind">How.</param>
    public void Write(int offset, ReadOnlySpan<byte> source, StoreKind kind = StoreKind.Ordinary)
    {
        Store(MemoryTraffic.CpuWrite, offset, source);
        if (kind == StoreKind.Ordinary) _meter.CountWriteAllocate(source.Length);
    }

    /// <summary>A processor stores what is no content: headers and tags of records before the card fills them in.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="source">The bytes.</param>
    public void WriteMetadata(int offset, ReadOnlySpan<byte> source) => Store(MemoryTraffic.Metadata, offset, source);

    /// <summary>A processor copies: it loads and stores every byte. One copy, whatever its length.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="destination">Where the bytes go; may be this region, elsewhere.</param>
    /// <param name="destinationOffset">Place of the first byte there.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="kind">How it stores.</param>
    public void CopyTo(int offset, MeteredRegion destination, int destinationOffset, int length, StoreKind kind = StoreKind.Ordinary)
    {
        ArgumentNullException.ThrowIfNull(destination);
        CopyTo(offset, destination, destinationOffset, length, kind, countsAsCopy: true);
    }

    /// <summary>A device other than the card reads, see <see cref="MemoryTraffic.AcceleratorRead"/>.</summary>
    /// <param name="kind">Which device.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="destination">Receives the bytes.</param>
    public void DeviceRead(MemoryTraffic kind, int offset, Span<byte> destination) => Load(kind, offset, destination);

    /// <summary>A device other than the card writes, see <see cref="MemoryTraffic.StorageWrite"/> and <see cref="MemoryTraffic.AcceleratorWrite"/>.</summary>
    /// <param name="kind">Which device.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="source">The bytes.</param>
    public void DeviceWrite(MemoryTraffic kind, int offset, ReadOnlySpan<byte> source) => Store(kind, offset, source);

    /// <summary>Gives the memory back: devices cannot reach it any more.</summary>
    public void Dispose()
    {
        _meter.Forget(this);
        _memory.Dispose();
    }

    internal void CopyTo(int offset, MeteredRegion destination, int destinationOffset, int length, StoreKind kind, bool countsAsCopy)
    {
        Span<byte> registers = stackalloc byte[RegisterBytes];
        if (countsAsCopy) _meter.Count(MemoryEvent.Copies);
        for (int done = 0; done < length;)
        {
            Span<byte> part = registers[..Math.Min(RegisterBytes, length - done)];
            Read(offset + done, part);
            destination.Write(destinationOffset + done, part, kind);
            done += part.Length;
        }
    }

    private void Load(MemoryTraffic kind, int offset, Span<byte> destination)
    {
        _memory.Span.Slice(offset, destination.Length).CopyTo(destination);
        _meter.OnRead(kind, Address(offset), destination);
    }

    private void Store(MemoryTraffic kind, int offset, ReadOnlySpan<byte> source)
    {
        source.CopyTo(_memory.Span.Slice(offset, source.Length));
        _meter.OnWrite(kind, Address(offset), source);
    }
}
