namespace NicEmu.Spec.Seams;

/// <summary>A PCI function as its driver sees it, in process, over a socket or on silicon.</summary>
public interface IDeviceBus
{
    /// <summary>Reads configuration space.</summary>
    /// <param name="offset">Byte offset, naturally aligned.</param>
    /// <param name="width">1, 2 or 4 bytes.</param>
    uint ConfigRead(int offset, int width);

    /// <summary>Writes configuration space.</summary>
    /// <param name="offset">Byte offset, naturally aligned.</param>
    /// <param name="width">1, 2 or 4 bytes.</param>
    /// <param name="value">The value, right-aligned.</param>
    void ConfigWrite(int offset, int width, uint value);

    /// <summary>Reads a memory window.</summary>
    /// <param name="bar">Index of the window.</param>
    /// <param name="offset">Byte offset.</param>
    /// <param name="width">1, 2, 4 or 8 bytes.</param>
    ulong Read(int bar, ulong offset, int width);

    /// <summary>Writes a memory window.</summary>
    /// <param name="bar">Index of the window.</param>
    /// <param name="offset">Byte offset.</param>
    /// <param name="width">1, 2, 4 or 8 bytes.</param>
    /// <param name="value">The value, right-aligned.</param>
    void Write(int bar, ulong offset, int width, ulong value);

    /// <summary>Allocates zeroed memory that the device may read and write.</summary>
    /// <param name="bytes">Length in bytes, at least 1.</param>
    DmaBuffer AllocateDma(int bytes);

    /// <summary>Registers the handler of an interrupt vector; a second call replaces the first.</summary>
    /// <param name="vector">MSI-X vector number.</param>
    /// <param name="handler">Runs as an event of its own, never inside a device call.</param>
    /// <returns>The message that the driver writes to its MSI-X table entry; null where the transport owns the table.</returns>
    MsixMessage? OnInterrupt(int vector, Action handler);
}
