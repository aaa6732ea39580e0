namespace NicEmu.Driver.Nic;

/// <summary>A run of bytes in memory that the card may read.</summary>
/// <param name="Address">Bus address of the first byte.</param>
/// <param name="Length">Bytes, at least 1.</param>
public readonly record struct DmaPiece(ulong Address, int Length);
