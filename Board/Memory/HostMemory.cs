using NicEmu.Spec.Seams;

namespace NicEmu.Board.Memory;

/// <summary>
/// The memory of one emulated machine that its device may reach, behind an IOMMU: only live buffers are mapped, each at a bus address of its
/// own with an unmapped page after it. Addresses depend on nothing but the order of allocations and are never used twice, so that a use
/// after free is always seen.
/// </summary>
public sealed class HostMemory
{
    /// <summary>Granularity of bus addresses in bytes.</summary>
    public const int PageSize = 4096;

    /// <summary>Bus address of the first buffer: above 4 GB, so that truncated addresses are noticed.</summary>
    public const ulong FirstAddress = 0x1_0000_0000;

    private readonly List<HostBuffer> _mappings = [];
    private ulong _nextAddress = FirstAddress;
    private HostBuffer? _lastHit;

    /// <summary>Number of live buffers.</summary>
    public int Count => _mappings.Count;

    /// <summary>Bytes in live buffers.</summary>
    public long AllocatedBytes { get; private set; }

    /// <summary>Device accesses that were refused because they left the live mappings.</summary>
    public long RefusedAccesses { get; private set; }

    /// <summary>Allocates a zeroed buffer and maps it for the device.</summary>
    /// <param name="bytes">Length in bytes, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is not positive.</exception>
    public DmaBuffer Allocate(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        var buffer = new HostBuffer(this, _nextAddress, bytes);
        ulong pages = ((ulong)bytes + PageSize - 1) / PageSize;
        _nextAddress += (pages + 1) * PageSize;
        _mappings.Add(buffer);
        AllocatedBytes += bytes;
        return buffer;
    }

    /// <summary>Reads as the device does.</summary>
    /// <param name="address">Bus address of the first byte.</param>
    /// <param name="data">Receives the bytes; untouched unless the result is <see cref="BusStatus.Ok"/>.</param>
    public BusStatus Read(ulong address, Span<byte> data)
    {
        if (!TryFind(address, data.Length, out Span<byte> bytes))
        {
            return BusStatus.Unmapped;
        }

        bytes.CopyTo(data);
        return BusStatus.Ok;
    }

    /// <summary>Writes as the device does.</summary>
    /// <param name="address">Bus address of the first byte.</param>
    /// <param name="data">The bytes; none is written unless the result is <see cref="BusStatus.Ok"/>.</param>
    public BusStatus Write(ulong address, ReadOnlySpan<byte> data)
    {
        if (!TryFind(address, data.Length, out Span<byte> bytes))
        {
            return BusStatus.Unmapped;
        }

        data.CopyTo(bytes);
        return BusStatus.Ok;
    }

    /// <summary>Looks into memory without being a device: nothing is counted.</summary>
    /// <param name="address">Bus address of the first byte.</param>
    /// <param name="data">Receives the bytes.</param>
    /// <returns>False when a byte of the range is not mapped.</returns>
    public bool TryPeek(ulong address, Span<byte> data)
    {
        int at = IndexOf(address);
        if (at < 0 || !_mappings[at].TrySlice(address, data.Length, out Span<byte> bytes))
        {
            return false;
        }

        bytes.CopyTo(data);
        return true;
    }

    /// <summary>Looks for bytes in all live buffers without being a device.</summary>
    /// <param name="pattern">The bytes; nothing is never found.</param>
    /// <returns>Bus address of the first place; null when there is none.</returns>
    public ulong? Find(ReadOnlySpan<byte> pattern)
    {
        if (pattern.IsEmpty) return null;
        foreach (HostBuffer buffer in _mappings)
        {
            int at = buffer.Span.IndexOf(pattern);
            if (at >= 0) return buffer.BusAddress + (ulong)at;
        }

        return null;
    }

    internal void Unmap(HostBuffer buffer)
    {
        _mappings.RemoveAt(IndexOf(buffer.BusAddress));
        AllocatedBytes -= buffer.Capacity;
        if (ReferenceEquals(_lastHit, buffer))
        {
            _lastHit = null;
        }
    }

    private bool TryFind(ulong address, int length, out Span<byte> bytes)
    {
        if (_lastHit is null || !_lastHit.TrySlice(address, length, out bytes))
        {
            int at = IndexOf(address);
            if (at < 0 || !_mappings[at].TrySlice(address, length, out bytes))
            {
                RefusedAccesses++;
                bytes = default;
                return false;
            }

            _lastHit = _mappings[at];
        }

        return true;
    }

    /// <summary>Index of the last mapping that begins at or before an address; -1 when there is none. Mappings are in ascending order because addresses only grow.</summary>
    private int IndexOf(ulong address)
    {
        int low = 0;
        int high = _mappings.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_mappings[middle].BusAddress <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }
}
