using System.Runtime.InteropServices;
using NicEmu.Spec.Core;

namespace NicEmu.Spec.Native;

/// <summary>One 32-byte entry of the event queue, little-endian, in host memory. The last word is written last.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
public readonly record struct EventEntry
{
    /// <summary>What happened.</summary>
    [field: FieldOffset(0)] public EventCode Code { get; init; }

    /// <summary>Queue concerned.</summary>
    [field: FieldOffset(2)] public ushort Queue { get; init; }

    /// <summary>Meaning by code.</summary>
    [field: FieldOffset(4)] public uint Data { get; init; }

    /// <summary>TLS object concerned, or zero.</summary>
    [field: FieldOffset(8)] public ulong Handle { get; init; }

    /// <summary>Time in nanoseconds.</summary>
    [field: FieldOffset(16)] public ulong TimestampNs { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(24)] public uint Reserved24 { get; init; }

    /// <summary>Phase (31): 1 on the first pass over the ring, changes with each pass.</summary>
    [field: FieldOffset(28)] public uint Phase { get; init; }
}
