using System.Runtime.InteropServices;

namespace NicEmu.Spec.Native.Mailbox;

/// <summary>TX_UPDATE: next-record resync. 24 bytes, little-endian. No reply.</summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
public readonly record struct TxUpdateRequest
{
    /// <summary>Transmit context.</summary>
    [field: FieldOffset(0)] public ulong Handle { get; init; }

    /// <summary>Record sequence number of the record that begins there.</summary>
    [field: FieldOffset(8)] public ulong RecordNumber { get; init; }

    /// <summary>TCP sequence number of the record's first byte.</summary>
    [field: FieldOffset(16)] public uint Sequence { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(20)] public uint Reserved20 { get; init; }
}
