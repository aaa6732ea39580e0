namespace NicEmu.Traces;

/// <summary>A part of a memory window that holds no registers: accesses are shown as name and offset.</summary>
/// <param name="Name">Name in the manual.</param>
/// <param name="Bar">Memory window.</param>
/// <param name="Offset">Byte offset in the window.</param>
/// <param name="Length">Length in bytes.</param>
public sealed record MemoryArea(string Name, int Bar, ulong Offset, ulong Length);
