using System.Runtime.InteropServices;

namespace NicEmu.Spec.Native;

/// <summary>POSITION: where in an earlier record the next DATA chain of the same queue and context lies. 64 bytes, little-endian.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
public readonly record struct PositionDescriptor
{
    /// <summary><see cref="TxOpcode.Position"/>.</summary>
    [field: FieldOffset(0)] public TxOpcode Opcode { get; init; }

    /// <summary>Flags.</summary>
    [field: FieldOffset(1)] public TxFlags Flags { get; init; }

    /// <summary>Content type in the record's header.</summary>
    [field: FieldOffset(2)] public byte RecordType { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(3)] public byte Reserved3 { get; init; }

    /// <summary>Returned in the completion.</summary>
    [field: FieldOffset(4)] public uint Cookie { get; init; }

    /// <summary>TLS transmit context, in sequence-tracked mode.</summary>
    [field: FieldOffset(8)] public ulong Handle { get; init; }

    /// <summary>TCP sequence number of the first byte of the record's header.</summary>
    [field: FieldOffset(16)] public uint RecordStartSequence { get; init; }

    /// <summary>Length field of the record's header: bytes after the header.</summary>
    [field: FieldOffset(20)] public ushort LengthField { get; init; }

    /// <summary>Version field of the record's header, 0x0303.</summary>
    [field: FieldOffset(22)] public ushort HeaderVersion { get; init; }

    /// <summary>Record sequence number of that record.</summary>
    [field: FieldOffset(24)] public ulong RecordNumber { get; init; }

    /// <summary>TLS 1.2 with GCM: the eight nonce bytes of the record as a big-endian number; else zero.</summary>
    [field: FieldOffset(32)] public ulong ExplicitNonce { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(40)] public ulong Reserved40 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(48)] public ulong Reserved48 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(56)] public ulong Reserved56 { get; init; }
}
