using System.Runtime.InteropServices;

namespace NicEmu.Spec.Native;

/// <summary>FENCE and NOP: FENCE completes after every earlier descriptor of the queue has completed and its frames are on the wire. 64 bytes, little-endian.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
public readonly record struct FenceDescriptor
{
    /// <summary><see cref="TxOpcode.Fence"/> or <see cref="TxOpcode.Nop"/>.</summary>
    [field: FieldOffset(0)] public TxOpcode Opcode { get; init; }

    /// <summary>Flags.</summary>
    [field: FieldOffset(1)] public TxFlags Flags { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(2)] public ushort Reserved2 { get; init; }

    /// <summary>Returned in the completion.</summary>
    [field: FieldOffset(4)] public uint Cookie { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(8)] public ulong Reserved8 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(16)] public ulong Reserved16 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(24)] public ulong Reserved24 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(32)] public ulong Reserved32 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(40)] public ulong Reserved40 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(48)] public ulong Reserved48 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(56)] public ulong Reserved56 { get; init; }
}
