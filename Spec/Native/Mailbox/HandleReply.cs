using System.Runtime.InteropServices;

namespace NicEmu.Spec.Native.Mailbox;

/// <summary>Reply of the commands that create an object: 8 bytes, little-endian.</summary>
[StructLayout(LayoutKind.Explicit, Size = 8)]
public readonly record struct HandleReply
{
    /// <summary>The new object; for KEY_ROTATE the same slot with its new generation.</summary>
    [field: FieldOffset(0)] public ulong Handle { get; init; }
}
