using System.Runtime.InteropServices;

namespace NicEmu.Spec.Native.Toe;

/// <summary>Any command of the TCP offload engine: 64 bytes, little-endian, in host memory. ACCEPT and CLOSE have no more than this; their other bytes are zero.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
public readonly record struct ToeCommand
{
    /// <summary>CLOSE: end at once, the peer gets RST; queued bytes are lost.</summary>
    public const byte Abort = 1;

    /// <summary>RECEIVE: lets a direction go on that is held behind a record of another type than application data.</summary>
    public const byte Resume = 1;

    /// <summary>Command.</summary>
    [field: FieldOffset(0)] public ToeOpcode Opcode { get; init; }

    /// <summary>CLOSE: bit 0 ends at once with RST. RECEIVE: bit 0 lets a held direction go on. Else zero.</summary>
    [field: FieldOffset(1)] public byte Flags { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(2)] public ushort Reserved2 { get; init; }

    /// <summary>Returned in the completion.</summary>
    [field: FieldOffset(4)] public uint Cookie { get; init; }

    /// <summary>Connection or listener; OPEN and LISTEN: zero.</summary>
    [field: FieldOffset(8)] public ulong Handle { get; init; }

    /// <summary>By command.</summary>
    [field: FieldOffset(16)] public ulong Body16 { get; init; }

    /// <summary>By command.</summary>
    [field: FieldOffset(24)] public ulong Body24 { get; init; }

    /// <summary>By command.</summary>
    [field: FieldOffset(32)] public ulong Body32 { get; init; }

    /// <summary>By command.</summary>
    [field: FieldOffset(40)] public ulong Body40 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(48)] public ulong Reserved48 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(56)] public ulong Reserved56 { get; init; }
}
