using System.Runtime.InteropServices;
using NicEmu.Spec.Core;

namespace NicEmu.Spec.Native;

/// <summary>DATA: up to two segments of a frame, 64 bytes, little-endian, in host memory. A frame is one descriptor or a chain linked by MORE;
/// the offload fields of the first descriptor count, those of the others are zero. The frame begins with its Ethernet header.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
public readonly record struct DataDescriptor
{
    /// <summary><see cref="TxOpcode.Data"/>.</summary>
    [field: FieldOffset(0)] public TxOpcode Opcode { get; init; }

    /// <summary>Flags.</summary>
    [field: FieldOffset(1)] public TxFlags Flags { get; init; }

    /// <summary>Number of segments, 1 or 2.</summary>
    [field: FieldOffset(2)] public byte SegmentCount { get; init; }

    /// <summary>What the device does to the frame.</summary>
    [field: FieldOffset(3)] public TxOffloads Offloads { get; init; }

    /// <summary>Returned in the completion.</summary>
    [field: FieldOffset(4)] public uint Cookie { get; init; }

    /// <summary>TLS transmit context; zero without <see cref="TxOffloads.Tls"/>.</summary>
    [field: FieldOffset(8)] public ulong Handle { get; init; }

    /// <summary>Greatest TCP payload of one segment, 1 to 9000; zero without <see cref="TxOffloads.Segmentation"/>.</summary>
    [field: FieldOffset(16)] public ushort Mss { get; init; }

    /// <summary>Bytes before the TCP payload, Ethernet header included; zero when neither segmentation nor TLS is asked for. Checked against the frame.</summary>
    [field: FieldOffset(18)] public ushort HeaderLength { get; init; }

    /// <summary>Tag control information for <see cref="TxOffloads.VlanInsert"/>, else zero.</summary>
    [field: FieldOffset(20)] public ushort VlanTci { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(22)] public ushort Reserved22 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(24)] public ulong Reserved24 { get; init; }

    /// <summary>Bus address of the first segment.</summary>
    [field: FieldOffset(32)] public ulong Address0 { get; init; }

    /// <summary>Length of the first segment in bytes, 1 to 65535.</summary>
    [field: FieldOffset(40)] public uint Length0 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(44)] public uint Reserved44 { get; init; }

    /// <summary>Bus address of the second segment; zero when there is none.</summary>
    [field: FieldOffset(48)] public ulong Address1 { get; init; }

    /// <summary>Length of the second segment in bytes, 1 to 65535; zero when there is none.</summary>
    [field: FieldOffset(56)] public uint Length1 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(60)] public uint Reserved60 { get; init; }
}
