using System.Runtime.InteropServices;
using NicEmu.Spec.Tls;

namespace NicEmu.Spec.Native;

/// <summary>SET_CONTEXT: the record number that the next SET_PROGRESS of a positional context begins with. It takes effect with the next fence.
/// The key and the IV stay those of the context. 64 bytes, little-endian.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
public readonly record struct SetContextDescriptor
{
    /// <summary><see cref="TxOpcode.SetContext"/>.</summary>
    [field: FieldOffset(0)] public TxOpcode Opcode { get; init; }

    /// <summary>Flags.</summary>
    [field: FieldOffset(1)] public TxFlags Flags { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(2)] public ushort Reserved2 { get; init; }

    /// <summary>Returned in the completion.</summary>
    [field: FieldOffset(4)] public uint Cookie { get; init; }

    /// <summary>TLS transmit context, in positional mode.</summary>
    [field: FieldOffset(8)] public ulong Handle { get; init; }

    /// <summary>Record sequence number.</summary>
    [field: FieldOffset(16)] public ulong RecordNumber { get; init; }

    /// <summary>TLS version, as the context was made with.</summary>
    [field: FieldOffset(24)] public TlsVersion Version { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(26)] public ushort Reserved26 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(28)] public uint Reserved28 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(32)] public ulong Reserved32 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(40)] public ulong Reserved40 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(48)] public ulong Reserved48 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(56)] public ulong Reserved56 { get; init; }
}
