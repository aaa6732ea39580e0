namespace NicEmu.DeviceModel.Registers;

/// <summary>A part of a memory window: registers or an area of memory. Accesses arrive aligned, of 1, 2, 4 or 8 bytes, and within the region.</summary>
public interface IBarRegion
{
    /// <summary>Byte offset of the region in its window.</summary>
    uint BaseOffset { get; }

    /// <summary>Length of the region in bytes.</summary>
    uint Length { get; }

    /// <summary>Reads the region.</summary>
    /// <param name="offset">Byte offset within the region.</param>
    /// <param name="data">Receives 1, 2, 4 or 8 bytes, little-endian.</param>
    void Read(uint offset, Span<byte> data);

    /// <summary>Writes the region under its access rules.</summary>
    /// <param name="offset">Byte offset within the region.</param>
    /// <param name="data">1, 2, 4 or 8 bytes, little-endian.</param>
    void Write(uint offset, ReadOnlySpan<byte> data);
}
