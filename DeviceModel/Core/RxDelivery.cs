using NicEmu.DeviceModel.Port;
using NicEmu.Spec.Core;

namespace NicEmu.DeviceModel.Core;

/// <summary>A received frame with everything that the core found out about it.</summary>
internal readonly ref struct RxDelivery
{
    /// <summary>Receive queue whose buffer was taken.</summary>
    public required int Queue { get; init; }

    /// <summary>Bytes to write to the buffer: decrypted when the verdict says so, else as on the wire; without its outer VLAN tag when that was stripped.</summary>
    public required ReadOnlySpan<byte> Frame { get; init; }

    /// <summary>Checksum, VLAN and address verdicts.</summary>
    public RxFlags Flags { get; init; }

    /// <summary>Tag control information of the stripped tag.</summary>
    public ushort VlanTci { get; init; }

    /// <summary>Toeplitz hash; valid with <see cref="RxFlags.HashValid"/>.</summary>
    public uint Hash { get; init; }

    /// <summary>Fields that the hash is of.</summary>
    public RssHashType HashType { get; init; }

    /// <summary>Offset of the IP header in <see cref="Frame"/>; 0 when there is none.</summary>
    public int L3Offset { get; init; }

    /// <summary>Offset of the TCP or UDP header in <see cref="Frame"/>; 0 when there is none.</summary>
    public int L4Offset { get; init; }

    /// <summary>What the TLS engine did.</summary>
    public RxVerdict Verdict { get; init; }

    /// <summary>Why it did not decrypt.</summary>
    public RxReason Reason { get; init; }

    /// <summary>Records that ended in the packet and were authentic, at most 255.</summary>
    public byte RecordsCompleted { get; init; }

    /// <summary>With <see cref="RxVerdict.ResyncRequest"/>: TCP sequence number of the first byte of the candidate header.</summary>
    public uint CandidateSequence { get; init; }

    /// <summary>TLS receive context; zero when no rule matches.</summary>
    public ulong Handle { get; init; }

    /// <summary>With <see cref="RxVerdict.Decrypted"/>: number of the record that holds the packet's first TCP payload byte.</summary>
    public ulong RecordNumber { get; init; }
}
