namespace NicEmu.Spec.Core;

/// <summary>What a handle names, in bits 23..22 of its slot. The slot spaces are disjoint, so no handle of one kind passes for another.</summary>
public enum ObjectKind : byte
{
    /// <summary>Nothing: no handle has this kind, so zero is never a handle.</summary>
    None = 0,

    /// <summary>A key object.</summary>
    Key = 1,

    /// <summary>A transmit context.</summary>
    Transmit = 2,

    /// <summary>A receive context.</summary>
    Receive = 3,
}
