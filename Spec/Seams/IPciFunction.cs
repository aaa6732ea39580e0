namespace NicEmu.Spec.Seams;

/// <summary>A PCI function as its bus sees it. Guest input of any kind never throws: mistakes become trace events.</summary>
public interface IPciFunction
{
    /// <summary>The memory windows, in ascending order of index.</summary>
    IReadOnlyList<BarDescription> Bars { get; }

    /// <summary>Reads configuration space; bytes past the end read as ones.</summary>
    /// <param name="offset">Byte offset, 0 to 4095.</param>
    /// <param name="data">Receives 1, 2 or 4 bytes, little-endian.</param>
    void ConfigRead(int offset, Span<byte> data);

    /// <summary>Writes configuration space under its access rules.</summary>
    /// <param name="offset">Byte offset, 0 to 4095.</param>
    /// <param name="data">1, 2 or 4 bytes, little-endian.</param>
    void ConfigWrite(int offset, ReadOnlySpan<byte> data);

    /// <summary>Reads a memory window. Reads all ones while Memory Space Enable is clear, outside the window and unaligned.</summary>
    /// <param name="bar">Index of the window.</param>
    /// <param name="offset">Byte offset in the window.</param>
    /// <param name="data">Receives 1, 2, 4 or 8 bytes, little-endian.</param>
    void BarRead(int bar, ulong offset, Span<byte> data);

    /// <summary>Writes a memory window. Nothing but the register file changes before this returns: work happens later.</summary>
    /// <param name="bar">Index of the window.</param>
    /// <param name="offset">Byte offset in the window.</param>
    /// <param name="data">1, 2, 4 or 8 bytes, little-endian.</param>
    void BarWrite(int bar, ulong offset, ReadOnlySpan<byte> data);

    /// <summary>Resets the function.</summary>
    /// <param name="kind">How much is reset.</param>
    void Reset(ResetKind kind);
}
