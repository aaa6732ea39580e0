namespace NicEmu.Spec.Seams;

/// <summary>Memory that the driver shares with the device.</summary>
public abstract class DmaBuffer : IDisposable
{
    /// <summary>Address of the first byte as the device sees it; aligned to 4096.</summary>
    public abstract ulong BusAddress { get; }

    /// <summary>The bytes as the driver sees them. Valid until the buffer is disposed.</summary>
    public abstract Span<byte> Span { get; }

    /// <summary>Length in bytes.</summary>
    public int Length => Span.Length;

    /// <summary>Unmaps the buffer: later device accesses to it are refused.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Unmaps the buffer.</summary>
    /// <param name="disposing">True when called by <see cref="Dispose()"/>.</param>
    protected abstract void Dispose(bool disposing);
}
