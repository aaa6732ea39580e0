using System.Runtime.InteropServices;

namespace NicEmu.Spec.Native.Toe;

/// <summary>One entry of the HOST ring: one DMA between host memory and the CARD_MEMORY window. 32 bytes, little-endian.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
public readonly record struct HostEntry
{
    /// <summary>Bus address.</summary>
    [field: FieldOffset(0)] public ulong Address { get; init; }

    /// <summary>Offset in the CARD_MEMORY window.</summary>
    [field: FieldOffset(8)] public uint CardOffset { get; init; }

    /// <summary>Bytes.</summary>
    [field: FieldOffset(12)] public uint Length { get; init; }

    /// <summary>1 writes host memory, 0 reads it.</summary>
    [field: FieldOffset(16)] public uint Write { get; init; }

    /// <summary>1 when the bytes are a list of pieces and no content: counted apart.</summary>
    [field: FieldOffset(20)] public uint IsList { get; init; }

    /// <summary>Completion word: 0 until the engine is done, then 1 plus the bus status.</summary>
    [field: FieldOffset(28)] public uint Done { get; init; }
}
