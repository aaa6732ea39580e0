using System.Runtime.InteropServices;

namespace NicEmu.Spec.Native.Toe;

/// <summary>One piece of the memory that SEND or RECEIVE names: 16 bytes, little-endian, in the list.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public readonly record struct ToePiece
{
    /// <summary>Bus address of the first byte.</summary>
    [field: FieldOffset(0)] public ulong Address { get; init; }

    /// <summary>Length in bytes, at least 1; the pieces of a list have at most 1048576 together.</summary>
    [field: FieldOffset(8)] public uint Length { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(12)] public uint Reserved12 { get; init; }
}
