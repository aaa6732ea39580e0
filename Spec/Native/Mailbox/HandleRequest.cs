using System.Runtime.InteropServices;

namespace NicEmu.Spec.Native.Mailbox;

/// <summary>KEY_REVOKE, KEY_DESTROY, TX_DESTROY, RX_ACTIVATE, RX_DESTROY, CONTEXT_QUERY: 8 bytes, little-endian. CONTEXT_QUERY replies with a <see cref="Core.ContextSnapshot"/>, the others with nothing.</summary>
[StructLayout(LayoutKind.Explicit, Size = 8)]
public readonly record struct HandleRequest
{
    /// <summary>The object.</summary>
    [field: FieldOffset(0)] public ulong Handle { get; init; }
}
