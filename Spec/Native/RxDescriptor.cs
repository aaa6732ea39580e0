using System.Runtime.InteropServices;

namespace NicEmu.Spec.Native;

/// <summary>One 16-byte receive descriptor, little-endian, in host memory: an empty buffer.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public readonly record struct RxDescriptor
{
    /// <summary>Bus address of the buffer.</summary>
    [field: FieldOffset(0)] public ulong Address { get; init; }

    /// <summary>Length of the buffer in bytes, 64 to 65535.</summary>
    [field: FieldOffset(8)] public uint Length { get; init; }

    /// <summary>Returned in the completion.</summary>
    [field: FieldOffset(12)] public uint Cookie { get; init; }
}
