using System.Runtime.InteropServices;

namespace NicEmu.Spec.Native.Mailbox;

/// <summary>RX_QUIESCE: 16 bytes, little-endian. No reply.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public readonly record struct RxQuiesceRequest
{
    /// <summary>Receive context.</summary>
    [field: FieldOffset(0)] public ulong Handle { get; init; }

    /// <summary>1 to hold still, 0 to release.</summary>
    [field: FieldOffset(8)] public uint Quiesce { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(12)] public uint Reserved12 { get; init; }
}
