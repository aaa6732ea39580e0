using System.Runtime.InteropServices;
using NicEmu.Spec.Core;

namespace NicEmu.Spec.Native;

/// <summary>One 64-byte receive completion, little-endian, in host memory. The last word is written last.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
public readonly record struct RxCompletion
{
    /// <summary>Cookie of the buffer.</summary>
    [field: FieldOffset(0)] public uint Cookie { get; init; }

    /// <summary>Bytes written to the buffer.</summary>
    [field: FieldOffset(4)] public uint Length { get; init; }

    /// <summary>Toeplitz hash, when the flag says so.</summary>
    [field: FieldOffset(8)] public uint Hash { get; init; }

    /// <summary>Checksum, VLAN and address verdicts.</summary>
    [field: FieldOffset(12)] public RxFlags Flags { get; init; }

    /// <summary>Tag control information of the removed tag.</summary>
    [field: FieldOffset(14)] public ushort VlanTci { get; init; }

    /// <summary>What the TLS engine did.</summary>
    [field: FieldOffset(16)] public RxVerdict Verdict { get; init; }

    /// <summary>Why it did not decrypt.</summary>
    [field: FieldOffset(17)] public RxReason Reason { get; init; }

    /// <summary>Records that ended in the packet and were authentic, at most 255.</summary>
    [field: FieldOffset(18)] public byte RecordsCompleted { get; init; }

    /// <summary>How the buffer was used.</summary>
    [field: FieldOffset(19)] public RxStatus Status { get; init; }

    /// <summary>With RESYNC_REQUEST: TCP sequence number of the first byte of the candidate header.</summary>
    [field: FieldOffset(20)] public uint CandidateSequence { get; init; }

    /// <summary>TLS receive context; zero when no rule matches.</summary>
    [field: FieldOffset(24)] public ulong Handle { get; init; }

    /// <summary>With DECRYPTED: record number of the record that holds the packet's first TCP payload byte.</summary>
    [field: FieldOffset(32)] public ulong RecordNumber { get; init; }

    /// <summary>Free-running index of the receive descriptor after the one used.</summary>
    [field: FieldOffset(40)] public uint Head { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(44)] public uint Reserved44 { get; init; }

    /// <summary>Arrival time in nanoseconds.</summary>
    [field: FieldOffset(48)] public ulong TimestampNs { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(56)] public uint Reserved56 { get; init; }

    /// <summary>Queue number (15..0) and phase (31): the phase is 1 on the first pass over the ring and changes with each pass.</summary>
    [field: FieldOffset(60)] public uint QueueAndPhase { get; init; }
}
