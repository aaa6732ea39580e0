using System.Runtime.InteropServices;

namespace NicEmu.Spec.Native.Toe;

/// <summary>SWITCH_TLS: 64 bytes, little-endian.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
public readonly record struct ToeSwitchCommand
{
    /// <summary><see cref="StreamOffset"/>: the next boundary, wherever it is. On a direction that carries TLS no other value is allowed.</summary>
    public const ulong NextBoundary = ulong.MaxValue;

    /// <summary>SWITCH_TLS.</summary>
    [field: FieldOffset(0)] public ToeOpcode Opcode { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(1)] public byte Flags { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(2)] public ushort Reserved2 { get; init; }

    /// <summary>Returned in the completion.</summary>
    [field: FieldOffset(4)] public uint Cookie { get; init; }

    /// <summary>Connection.</summary>
    [field: FieldOffset(8)] public ulong Handle { get; init; }

    /// <summary>Key, IV and version: a context that TX_CREATE made. It serves either direction here and must serve nothing else.</summary>
    [field: FieldOffset(16)] public ulong ContextHandle { get; init; }

    /// <summary>Number of the first record.</summary>
    [field: FieldOffset(24)] public ulong RecordNumber { get; init; }

    /// <summary>Plain bytes of the direction before the first record, counted from the beginning of the connection; all ones: the next boundary.</summary>
    [field: FieldOffset(32)] public ulong StreamOffset { get; init; }

    /// <summary>0 sending, 1 receiving.</summary>
    [field: FieldOffset(40)] public byte Direction { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(41)] public byte Reserved41 { get; init; }

    /// <summary>Sending: most bytes of content in one record, 1 to 16384; 0 for 16384. Receiving: zero.</summary>
    [field: FieldOffset(42)] public ushort FragmentBytes { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(44)] public uint Reserved44 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(48)] public ulong Reserved48 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(56)] public ulong Reserved56 { get; init; }
}
