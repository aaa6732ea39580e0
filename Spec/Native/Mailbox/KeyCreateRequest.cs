using System.Runtime.InteropServices;
using NicEmu.Spec.Tls;

namespace NicEmu.Spec.Native.Mailbox;

/// <summary>KEY_CREATE and KEY_ROTATE: the key is taken from KEY_STAGE. 16 bytes, little-endian. The reply is a <see cref="HandleReply"/>.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public readonly record struct KeyCreateRequest
{
    /// <summary>KEY_ROTATE: the key object; KEY_CREATE: zero.</summary>
    [field: FieldOffset(0)] public ulong Handle { get; init; }

    /// <summary>Algorithm; KEY_ROTATE: the object's.</summary>
    [field: FieldOffset(8)] public TlsCipher Cipher { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(9)] public byte Reserved9 { get; init; }

    /// <summary>Number that the driver gives its client; shown in views.</summary>
    [field: FieldOffset(10)] public ushort Owner { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(12)] public uint Reserved12 { get; init; }
}
