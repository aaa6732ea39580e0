using NicEmu.Spec.Events;

namespace NicEmu.DeviceModel.Registers;

/// <summary>Finds the region of a memory window that an access is for, and refuses accesses that none may have.</summary>
/// <param name="bar">Index of the window.</param>
/// <param name="size">Size of the window in bytes.</param>
/// <param name="trace">Where mistakes of the guest are reported.</param>
public sealed class BarDecoder(int bar, ulong size, TraceSource trace)
{
    private readonly List<IBarRegion> _regions = [];

    /// <summary>Puts a region into the window.</summary>
    /// <param name="region">The region.</param>
    /// <exception cref="ArgumentException">It overlaps another one or leaves the window.</exception>
    public void Add(IBarRegion region)
    {
        ulong end = (ulong)region.BaseOffset + region.Length;
        if (end > size || _regions.Exists(r => region.BaseOffset < r.BaseOffset + r.Length && r.BaseOffset < end))
        {
            throw new ArgumentException($"The region at 0x{region.BaseOffset:X} overlaps another one or leaves window {bar}.");
        }

        _regions.Add(region);
    }

    /// <summary>Reads the window; all ones where nothing may be read.</summary>
    /// <param name="offset">Byte offset in the window.</param>
    /// <param name="data">Receives the bytes.</param>
    public void Read(ulong offset, Span<byte> data)
    {
        if (IsAligned(offset, data.Length, "read") && TryFind(offset, data.Length, "read", out IBarRegion? region))
        {
            region.Read((uint)offset - region.BaseOffset, data);
        }
        else
        {
            data.Fill(0xFF);
        }
    }

    /// <summary>Writes the window.</summary>
    /// <param name="offset">Byte offset in the window.</param>
    /// <param name="data">The bytes.</param>
    public void Write(ulong offset, ReadOnlySpan<byte> data)
    {
        if (IsAligned(offset, data.Length, "write") && TryFind(offset, data.Length, "write", out IBarRegion? region))
        {
            region.Write((uint)offset - region.BaseOffset, data);
        }
    }

    private bool IsAligned(ulong offset, int length, string what)
    {
        if ((length is 1 or 2 or 4 or 8) && offset % (ulong)length == 0)
        {
            return true;
        }

        trace.GuestError(GuestErrorCode.UnalignedAccess, what, offset, (ulong)length, bar);
        return false;
    }

    private bool TryFind(ulong offset, int length, string what, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IBarRegion? region)
    {
        foreach (IBarRegion candidate in _regions)
        {
            // Offsets past the window are refused first: the sum below cannot wrap then. Regions begin and end at multiples of 4; an 8-byte access may still stick out of the last one.
            if (offset < size && offset >= candidate.BaseOffset && offset + (ulong)length <= (ulong)candidate.BaseOffset + candidate.Length)
            {
                region = candidate;
                return true;
            }
        }

        region = null;
        trace.GuestError(GuestErrorCode.UnknownRegister, what, offset, 0, bar);
        return false;
    }
}
