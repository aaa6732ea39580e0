using System.Runtime.InteropServices;

namespace NicEmu.Spec.Native.Toe;

/// <summary>OPEN and LISTEN: 64 bytes, little-endian; addresses in network order. The local address is the card's: TOE_IPV4 or TOE_IPV6.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
public readonly record struct ToeOpenCommand
{
    /// <summary>OPEN or LISTEN.</summary>
    [field: FieldOffset(0)] public ToeOpcode Opcode { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(1)] public byte Flags { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(2)] public ushort Reserved2 { get; init; }

    /// <summary>Returned in the completion.</summary>
    [field: FieldOffset(4)] public uint Cookie { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(8)] public ulong Handle { get; init; }

    /// <summary>OPEN: remote address, bytes 0 to 7 as they travel; IPv4 in the first four, the others zero. LISTEN: zero.</summary>
    [field: FieldOffset(16)] public ulong AddressFirst { get; init; }

    /// <summary>OPEN: remote address, bytes 8 to 15; zero for IPv4.</summary>
    [field: FieldOffset(24)] public ulong AddressLast { get; init; }

    /// <summary>OPEN: remote port, not 0.</summary>
    [field: FieldOffset(32)] public ushort RemotePort { get; init; }

    /// <summary>Local port; OPEN: 0 for any.</summary>
    [field: FieldOffset(34)] public ushort LocalPort { get; init; }

    /// <summary>OPEN: 4 or 6. LISTEN: zero, it takes both.</summary>
    [field: FieldOffset(36)] public byte IpVersion { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(37)] public byte Reserved37 { get; init; }

    /// <summary>Greatest TCP segment, payload and options; 0 for what the MTU allows.</summary>
    [field: FieldOffset(38)] public ushort SegmentBytes { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(40)] public ulong Reserved40 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(48)] public ulong Reserved48 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(56)] public ulong Reserved56 { get; init; }
}
