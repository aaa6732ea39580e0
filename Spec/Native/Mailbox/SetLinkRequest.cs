using System.Runtime.InteropServices;

namespace NicEmu.Spec.Native.Mailbox;

/// <summary>SET_LINK: 4 bytes, little-endian. No reply.</summary>
[StructLayout(LayoutKind.Explicit, Size = 4)]
public readonly record struct SetLinkRequest
{
    /// <summary>1 to bring the port up, 0 to bring it down.</summary>
    [field: FieldOffset(0)] public uint Up { get; init; }
}
