using System.Runtime.InteropServices;

namespace NicEmu.Spec.Native.Toe;

/// <summary>One entry of the CRYPTO ring: seals or opens one record between two places of card memory. 64 bytes, little-endian.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
public readonly record struct CryptoEntry
{
    /// <summary>Key, IV and version.</summary>
    [field: FieldOffset(0)] public ulong Context { get; init; }

    /// <summary>Number of the record.</summary>
    [field: FieldOffset(8)] public ulong RecordNumber { get; init; }

    /// <summary>Seal: the content. Open: the record with its header. An offset in the CARD_MEMORY window.</summary>
    [field: FieldOffset(16)] public uint Source { get; init; }

    /// <summary>Bytes there.</summary>
    [field: FieldOffset(20)] public uint SourceBytes { get; init; }

    /// <summary>Where the record, or its content, goes; apart from the source. 18688 bytes there are written at most.</summary>
    [field: FieldOffset(24)] public uint Target { get; init; }

    /// <summary>1 opens, 0 seals.</summary>
    [field: FieldOffset(28)] public byte Open { get; init; }

    /// <summary>Seal: content type. Open: the content type found.</summary>
    [field: FieldOffset(29)] public byte ContentType { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(30)] public ushort Reserved30 { get; init; }

    /// <summary>Bytes written to the target, put in by the engine.</summary>
    [field: FieldOffset(32)] public uint TargetBytes { get; init; }

    /// <summary>Completion word: 0 until the engine is done, then 1 plus a <see cref="ToeStatus"/>.</summary>
    [field: FieldOffset(60)] public uint Done { get; init; }
}
