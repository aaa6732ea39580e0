using System.Runtime.InteropServices;
using NicEmu.Spec.Core;

namespace NicEmu.Spec.Native;

/// <summary>One 16-byte transmit completion, little-endian, in host memory. The last word is written last.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public readonly record struct TxCompletion
{
    /// <summary>Cookie of the descriptor; of the first one of a chain.</summary>
    [field: FieldOffset(0)] public uint Cookie { get; init; }

    /// <summary>Free-running index of the descriptor after the one, or the chain, completed.</summary>
    [field: FieldOffset(4)] public uint Head { get; init; }

    /// <summary>Outcome.</summary>
    [field: FieldOffset(8)] public TxStatus Status { get; init; }

    /// <summary>Opcode of the descriptor.</summary>
    [field: FieldOffset(9)] public TxOpcode Opcode { get; init; }

    /// <summary>Frames put on the wire.</summary>
    [field: FieldOffset(10)] public ushort Frames { get; init; }

    /// <summary>Queue number (15..0) and phase (31): the phase is 1 on the first pass over the ring and changes with each pass.</summary>
    [field: FieldOffset(12)] public uint QueueAndPhase { get; init; }
}
