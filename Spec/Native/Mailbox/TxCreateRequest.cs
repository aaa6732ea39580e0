using System.Runtime.InteropServices;
using NicEmu.Spec.Core;
using NicEmu.Spec.Tls;

namespace NicEmu.Spec.Native.Mailbox;

/// <summary>TX_CREATE: the IV is taken from KEY_STAGE. 32 bytes, little-endian. The reply is a <see cref="HandleReply"/>.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
public readonly record struct TxCreateRequest
{
    /// <summary>Key object.</summary>
    [field: FieldOffset(0)] public ulong KeyHandle { get; init; }

    /// <summary>TLS version.</summary>
    [field: FieldOffset(8)] public TlsVersion Version { get; init; }

    /// <summary>Mode.</summary>
    [field: FieldOffset(10)] public TxMode Mode { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(11)] public byte Reserved11 { get; init; }

    /// <summary>Transmit queue that the context is bound to.</summary>
    [field: FieldOffset(12)] public ushort Queue { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(14)] public ushort Reserved14 { get; init; }

    /// <summary>TCP sequence number of the first byte of the first record.</summary>
    [field: FieldOffset(16)] public uint StartSequence { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(20)] public uint Reserved20 { get; init; }

    /// <summary>Record sequence number of that record.</summary>
    [field: FieldOffset(24)] public ulong RecordNumber { get; init; }
}
