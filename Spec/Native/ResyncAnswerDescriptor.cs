using System.Runtime.InteropServices;
using NicEmu.Spec.Core;

namespace NicEmu.Spec.Native;

/// <summary>RESYNC_ANSWER: tells a receive context which record begins at a sequence number, or that none does. 64 bytes, little-endian.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
public readonly record struct ResyncAnswerDescriptor
{
    /// <summary><see cref="TxOpcode.ResyncAnswer"/>.</summary>
    [field: FieldOffset(0)] public TxOpcode Opcode { get; init; }

    /// <summary>Flags.</summary>
    [field: FieldOffset(1)] public TxFlags Flags { get; init; }

    /// <summary>Acknowledgement, refusal or hint.</summary>
    [field: FieldOffset(2)] public ResyncAnswerKind Kind { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(3)] public byte Reserved3 { get; init; }

    /// <summary>Returned in the completion.</summary>
    [field: FieldOffset(4)] public uint Cookie { get; init; }

    /// <summary>TLS receive context.</summary>
    [field: FieldOffset(8)] public ulong Handle { get; init; }

    /// <summary>TCP sequence number of the first byte of a record header: for an answer the candidate that was reported.</summary>
    [field: FieldOffset(16)] public uint Sequence { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(20)] public uint Reserved20 { get; init; }

    /// <summary>Record sequence number of that record; zero in a refusal.</summary>
    [field: FieldOffset(24)] public ulong RecordNumber { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(32)] public ulong Reserved32 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(40)] public ulong Reserved40 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(48)] public ulong Reserved48 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(56)] public ulong Reserved56 { get; init; }
}
