using System.Runtime.InteropServices;

namespace NicEmu.Spec.Native;

/// <summary>RANGE: everything about one range of one record; the next DATA chain of the same queue and context brings its bytes. Nothing is kept
/// afterwards. 64 bytes, little-endian.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
public readonly record struct RangeDescriptor
{
    /// <summary><see cref="TxOpcode.Range"/>.</summary>
    [field: FieldOffset(0)] public TxOpcode Opcode { get; init; }

    /// <summary>Flags.</summary>
    [field: FieldOffset(1)] public TxFlags Flags { get; init; }

    /// <summary>Content type in the record's header.</summary>
    [field: FieldOffset(2)] public byte RecordType { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(3)] public byte Reserved3 { get; init; }

    /// <summary>Returned in the completion.</summary>
    [field: FieldOffset(4)] public uint Cookie { get; init; }

    /// <summary>TLS transmit context, in range mode.</summary>
    [field: FieldOffset(8)] public ulong Handle { get; init; }

    /// <summary>Offset in the record of DATA's first payload byte: 0, or a multiple of 16 from the first byte behind header and explicit nonce.</summary>
    [field: FieldOffset(16)] public uint Offset { get; init; }

    /// <summary>Length field of the record's header: bytes after the header.</summary>
    [field: FieldOffset(20)] public ushort LengthField { get; init; }

    /// <summary>Version field of the record's header, 0x0303.</summary>
    [field: FieldOffset(22)] public ushort HeaderVersion { get; init; }

    /// <summary>Record sequence number.</summary>
    [field: FieldOffset(24)] public ulong RecordNumber { get; init; }

    /// <summary>TLS 1.2 with GCM: the eight nonce bytes of the record as a big-endian number; else zero.</summary>
    [field: FieldOffset(32)] public ulong ExplicitNonce { get; init; }

    /// <summary>Bytes of the record that DATA brings: its payload length. They end before the tag, or they are the whole record.</summary>
    [field: FieldOffset(40)] public uint Length { get; init; }

    /// <summary>Bytes of them, from the first, that are processed and not sent: 0 to 15, with the whole record up to its tag.</summary>
    [field: FieldOffset(44)] public uint Skip { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(48)] public ulong Reserved48 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(56)] public ulong Reserved56 { get; init; }
}
