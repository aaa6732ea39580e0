using System.Runtime.InteropServices;

namespace NicEmu.Spec.Native;

/// <summary>SET_PROGRESS: puts a positional context before the first byte of the record whose number SET_CONTEXT, or the creation, told last. It
/// takes effect with the next fence. 64 bytes, little-endian.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
public readonly record struct SetProgressDescriptor
{
    /// <summary><see cref="TxOpcode.SetProgress"/>.</summary>
    [field: FieldOffset(0)] public TxOpcode Opcode { get; init; }

    /// <summary>Flags.</summary>
    [field: FieldOffset(1)] public TxFlags Flags { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(2)] public ushort Reserved2 { get; init; }

    /// <summary>Returned in the completion.</summary>
    [field: FieldOffset(4)] public uint Cookie { get; init; }

    /// <summary>TLS transmit context, in positional mode.</summary>
    [field: FieldOffset(8)] public ulong Handle { get; init; }

    /// <summary>TCP sequence number of the record's first byte; shown by QUERY and traces, compared with nothing.</summary>
    [field: FieldOffset(16)] public uint RecordStartSequence { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(20)] public uint Reserved20 { get; init; }

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
