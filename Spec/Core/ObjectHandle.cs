namespace NicEmu.Spec.Core;

/// <summary>
/// Name of a key or TLS context: slot (bits 23..0), generation of the slot (47..24) and reset epoch (63..48). The slot's two top bits are the
/// <see cref="ObjectKind"/>, the 22 below its index. A name is never given twice, so a stale one is detected and never aliased.
/// </summary>
/// <param name="Value">The 64 bits as they stand in descriptors and mailbox data.</param>
public readonly record struct ObjectHandle(ulong Value)
{
    /// <summary>Greatest generation; a slot that has used it is retired when its object is removed.</summary>
    public const uint MaxGeneration = 0xFF_FFFF;

    /// <summary>Greatest index within a kind.</summary>
    public const int MaxIndex = 0x3F_FFFF;

    private const int KindShift = 22;
    private const int GenerationShift = 24;
    private const int EpochShift = 48;

    /// <summary>Slot with its kind, bits 23..0.</summary>
    public uint Slot => (uint)(Value & 0xFF_FFFF);

    /// <summary>Kind, bits 23..22.</summary>
    public ObjectKind Kind => (ObjectKind)(Slot >> KindShift);

    /// <summary>Index within the kind, bits 21..0.</summary>
    public int Index => (int)(Slot & MaxIndex);

    /// <summary>Generation of the slot, bits 47..24; 1 for its first object.</summary>
    public uint Generation => (uint)(Value >> GenerationShift) & MaxGeneration;

    /// <summary>Reset epoch in which the object was made, bits 63..48.</summary>
    public ushort Epoch => (ushort)(Value >> EpochShift);

    /// <summary>Puts a handle together.</summary>
    /// <param name="kind">Kind of object.</param>
    /// <param name="index">0 to <see cref="MaxIndex"/>.</param>
    /// <param name="generation">1 to <see cref="MaxGeneration"/>.</param>
    /// <param name="epoch">Reset epoch.</param>
    public static ObjectHandle Create(ObjectKind kind, int index, uint generation, ushort epoch) =>
        new(((ulong)epoch << EpochShift) | ((ulong)generation << GenerationShift) | ((ulong)kind << KindShift) | (uint)index);
}
