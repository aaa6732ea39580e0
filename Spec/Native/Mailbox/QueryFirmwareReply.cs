using System.Runtime.InteropServices;

namespace NicEmu.Spec.Native.Mailbox;

/// <summary>Reply of QUERY_FIRMWARE: 16 bytes, little-endian. The request is empty.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public readonly record struct QueryFirmwareReply
{
    /// <summary>Major version.</summary>
    [field: FieldOffset(0)] public ushort Major { get; init; }

    /// <summary>Minor version.</summary>
    [field: FieldOffset(2)] public ushort Minor { get; init; }

    /// <summary>Number of commands served.</summary>
    [field: FieldOffset(4)] public uint Commands { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(8)] public ulong Reserved8 { get; init; }
}
