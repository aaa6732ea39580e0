using System.Runtime.InteropServices;
using NicEmu.Spec.Core;

namespace NicEmu.Spec.Native;

/// <summary>QUERY: writes a <see cref="ContextSnapshot"/> to host memory, after all earlier descriptors of the queue. 64 bytes, little-endian.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
public readonly record struct QueryDescriptor
{
    /// <summary><see cref="TxOpcode.Query"/>.</summary>
    [field: FieldOffset(0)] public TxOpcode Opcode { get; init; }

    /// <summary>Flags.</summary>
    [field: FieldOffset(1)] public TxFlags Flags { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(2)] public ushort Reserved2 { get; init; }

    /// <summary>Returned in the completion.</summary>
    [field: FieldOffset(4)] public uint Cookie { get; init; }

    /// <summary>TLS context, transmit or receive.</summary>
    [field: FieldOffset(8)] public ulong Handle { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(16)] public ulong Reserved16 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(24)] public ulong Reserved24 { get; init; }

    /// <summary>Bus address that receives 64 bytes, a multiple of 64.</summary>
    [field: FieldOffset(32)] public ulong Address { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(40)] public ulong Reserved40 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(48)] public ulong Reserved48 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(56)] public ulong Reserved56 { get; init; }
}
