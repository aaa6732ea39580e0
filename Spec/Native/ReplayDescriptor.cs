using System.Runtime.InteropServices;

namespace NicEmu.Spec.Native;

/// <summary>REPLAY: plaintext that is consumed by the record engine and never sent; several may follow one another. Behind POSITION: the record
/// from its header up to the first byte of the following DATA chain. In positional mode: whatever follows the context's place, which moves on;
/// what SET_CONTEXT and SET_PROGRESS told this context takes effect first. 64 bytes, little-endian.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
public readonly record struct ReplayDescriptor
{
    /// <summary><see cref="TxOpcode.Replay"/>.</summary>
    [field: FieldOffset(0)] public TxOpcode Opcode { get; init; }

    /// <summary>Flags.</summary>
    [field: FieldOffset(1)] public TxFlags Flags { get; init; }

    /// <summary>Number of segments, 1 or 2.</summary>
    [field: FieldOffset(2)] public byte SegmentCount { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(3)] public byte Reserved3 { get; init; }

    /// <summary>Returned in the completion.</summary>
    [field: FieldOffset(4)] public uint Cookie { get; init; }

    /// <summary>TLS transmit context: that of the POSITION before, or one in positional mode.</summary>
    [field: FieldOffset(8)] public ulong Handle { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(16)] public ulong Reserved16 { get; init; }

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
