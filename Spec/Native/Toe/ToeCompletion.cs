using System.Runtime.InteropServices;

namespace NicEmu.Spec.Native.Toe;

/// <summary>One completion of the TCP offload engine: 64 bytes, little-endian, in host memory. Every command has exactly one. The last word is written last.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
public readonly record struct ToeCompletion
{
    /// <summary>Outcome.</summary>
    [field: FieldOffset(0)] public ToeStatus Status { get; init; }

    /// <summary>Command that ended.</summary>
    [field: FieldOffset(1)] public ToeOpcode Opcode { get; init; }

    /// <summary>RECEIVE: content type of the record; 0 for bytes of a plain stream.</summary>
    [field: FieldOffset(2)] public byte ContentType { get; init; }

    /// <summary>OPEN, ACCEPT: 4 or 6. Else zero.</summary>
    [field: FieldOffset(3)] public byte IpVersion { get; init; }

    /// <summary>The command's cookie.</summary>
    [field: FieldOffset(4)] public uint Cookie { get; init; }

    /// <summary>Connection or listener; OPEN, LISTEN, ACCEPT: the new one.</summary>
    [field: FieldOffset(8)] public ulong Handle { get; init; }

    /// <summary>SEND: bytes taken. RECEIVE: bytes handed over.</summary>
    [field: FieldOffset(16)] public uint Length { get; init; }

    /// <summary>BUFFER_TOO_SMALL: bytes of the record.</summary>
    [field: FieldOffset(20)] public uint Detail { get; init; }

    /// <summary>RECEIVE: number of the record. SWITCH_TLS: bytes of the direction before the boundary; 0 for a direction that carried TLS.</summary>
    [field: FieldOffset(24)] public ulong Number { get; init; }

    /// <summary>ACCEPT: remote address, bytes 0 to 7 as they travel.</summary>
    [field: FieldOffset(32)] public ulong AddressFirst { get; init; }

    /// <summary>ACCEPT: remote address, bytes 8 to 15.</summary>
    [field: FieldOffset(40)] public ulong AddressLast { get; init; }

    /// <summary>OPEN, ACCEPT: remote port.</summary>
    [field: FieldOffset(48)] public ushort RemotePort { get; init; }

    /// <summary>OPEN, ACCEPT, LISTEN: local port.</summary>
    [field: FieldOffset(50)] public ushort LocalPort { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(52)] public uint Reserved52 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(56)] public uint Reserved56 { get; init; }

    /// <summary>Phase (31): 1 on the first pass over the ring, changes with each pass.</summary>
    [field: FieldOffset(60)] public uint Phase { get; init; }
}
