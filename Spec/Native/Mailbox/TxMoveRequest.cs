using System.Runtime.InteropServices;

namespace NicEmu.Spec.Native.Mailbox;

/// <summary>TX_MOVE: allowed while nothing of the context is queued. 16 bytes, little-endian. No reply.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public readonly record struct TxMoveRequest
{
    /// <summary>Transmit context.</summary>
    [field: FieldOffset(0)] public ulong Handle { get; init; }

    /// <summary>New queue.</summary>
    [field: FieldOffset(8)] public ushort Queue { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(10)] public ushort Reserved10 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(12)] public uint Reserved12 { get; init; }
}
