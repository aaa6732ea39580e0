using System.Runtime.InteropServices;

namespace NicEmu.Spec.Native.Toe;

/// <summary>SEND and RECEIVE: 64 bytes, little-endian. The memory is named by a list of <see cref="ToePiece"/> in host memory.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
public readonly record struct ToeTransferCommand
{
    /// <summary>SEND or RECEIVE.</summary>
    [field: FieldOffset(0)] public ToeOpcode Opcode { get; init; }

    /// <summary>RECEIVE: bit 0 lets a held direction go on. Else zero.</summary>
    [field: FieldOffset(1)] public byte Flags { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(2)] public ushort Reserved2 { get; init; }

    /// <summary>Returned in the completion.</summary>
    [field: FieldOffset(4)] public uint Cookie { get; init; }

    /// <summary>Connection.</summary>
    [field: FieldOffset(8)] public ulong Handle { get; init; }

    /// <summary>Bus address of the list.</summary>
    [field: FieldOffset(16)] public ulong ListAddress { get; init; }

    /// <summary>Pieces in the list, 1 to 64.</summary>
    [field: FieldOffset(24)] public uint PieceCount { get; init; }

    /// <summary>SEND on a direction that carries TLS: content type of the records, 0 for application data. Else zero.</summary>
    [field: FieldOffset(28)] public byte ContentType { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(29)] public byte Reserved29 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(30)] public ushort Reserved30 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(32)] public ulong Reserved32 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(40)] public ulong Reserved40 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(48)] public ulong Reserved48 { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(56)] public ulong Reserved56 { get; init; }
}
