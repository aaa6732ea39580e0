using System.Runtime.InteropServices;

namespace NicEmu.Spec.Core;

/// <summary>What QUERY writes and CONTEXT_QUERY returns: 64 bytes, little-endian. Holds no key byte.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
public readonly record struct ContextSnapshot
{
    /// <summary>The context.</summary>
    [field: FieldOffset(0)] public ulong Handle { get; init; }

    /// <summary>0 transmit, 1 receive.</summary>
    [field: FieldOffset(8)] public byte Direction { get; init; }

    /// <summary>Transmit: 0 idle, 1 in sequence, 2 poisoned, 3 stopped until its place is told anew. Receive: a <see cref="RxState"/>.</summary>
    [field: FieldOffset(9)] public byte State { get; init; }

    /// <summary>A <see cref="Tls.TlsCipher"/>.</summary>
    [field: FieldOffset(10)] public byte Cipher { get; init; }

    /// <summary>Transmit: a <see cref="TxMode"/>.</summary>
    [field: FieldOffset(11)] public byte Mode { get; init; }

    /// <summary>A <see cref="Tls.TlsVersion"/>.</summary>
    [field: FieldOffset(12)] public ushort Version { get; init; }

    /// <summary>Queue that the context is bound to.</summary>
    [field: FieldOffset(14)] public ushort Queue { get; init; }

    /// <summary>Next TCP sequence number.</summary>
    [field: FieldOffset(16)] public uint ExpectedSequence { get; init; }

    /// <summary>TCP sequence number where the current record began, or begins.</summary>
    [field: FieldOffset(20)] public uint RecordStartSequence { get; init; }

    /// <summary>Record sequence number of the current record.</summary>
    [field: FieldOffset(24)] public ulong RecordNumber { get; init; }

    /// <summary>Bytes of the current record that have passed.</summary>
    [field: FieldOffset(32)] public uint RecordOffset { get; init; }

    /// <summary>Bytes of the current record with header; zero while the header is incomplete.</summary>
    [field: FieldOffset(36)] public uint RecordLength { get; init; }

    /// <summary>Receive: candidate header while one is followed.</summary>
    [field: FieldOffset(40)] public uint CandidateSequence { get; init; }

    /// <summary>Receive: records counted since the candidate.</summary>
    [field: FieldOffset(44)] public uint RecordsSinceCandidate { get; init; }

    /// <summary>Packets encrypted or decrypted.</summary>
    [field: FieldOffset(48)] public ulong Packets { get; init; }

    /// <summary>TCP payload bytes encrypted or decrypted.</summary>
    [field: FieldOffset(56)] public ulong Bytes { get; init; }
}
