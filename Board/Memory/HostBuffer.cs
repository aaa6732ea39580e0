using NicEmu.Spec.Seams;

namespace NicEmu.Board.Memory;

/// <summary>One mapped buffer.</summary>
internal sealed class HostBuffer(HostMemory memory, ulong busAddress, int bytes) : DmaBuffer
{
    private byte[]? _bytes = new byte[bytes];

    public override ulong BusAddress => busAddress;

    public override Span<byte> Span => _bytes ?? throw new ObjectDisposedException(nameof(DmaBuffer));

    public int Capacity => bytes;

    /// <summary>The part of the buffer at a bus address; false if any byte lies outside. Differences cannot wrap, sums of hostile addresses could.</summary>
    public bool TrySlice(ulong address, int length, out Span<byte> slice)
    {
        if (_bytes is null || address < busAddress || address - busAddress > (ulong)bytes || (ulong)length > (ulong)bytes - (address - busAddress))
        {
            slice = default;
            return false;
        }

        slice = _bytes.AsSpan((int)(address - busAddress), length);
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (_bytes is not null)
        {
            _bytes = null;
            memory.Unmap(this);
        }
    }
}
