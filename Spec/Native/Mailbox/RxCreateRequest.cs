using System.Runtime.InteropServices;
using NicEmu.Spec.Tls;

namespace NicEmu.Spec.Native.Mailbox;

/// <summary>RX_CREATE: the IV is taken from KEY_STAGE. 80 bytes, little-endian but for addresses. The reply is a <see cref="HandleReply"/>.</summary>
[StructLayout(LayoutKind.Explicit, Size = 80)]
public readonly record struct RxCreateRequest
{
    /// <summary>Key object.</summary>
    [field: FieldOffset(0)] public ulong KeyHandle { get; init; }

    /// <summary>TLS version.</summary>
    [field: FieldOffset(8)] public TlsVersion Version { get; init; }

    /// <summary>4 or 6.</summary>
    [field: FieldOffset(10)] public byte IpVersion { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(11)] public byte Reserved11 { get; init; }

    /// <summary>Receive queue of the flow.</summary>
    [field: FieldOffset(12)] public ushort Queue { get; init; }

    /// <summary>TCP source port of received packets.</summary>
    [field: FieldOffset(14)] public ushort RemotePort { get; init; }

    /// <summary>TCP destination port of received packets.</summary>
    [field: FieldOffset(16)] public ushort LocalPort { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(18)] public ushort Reserved18 { get; init; }

    /// <summary>TCP sequence number of the first byte of the first record.</summary>
    [field: FieldOffset(20)] public uint StartSequence { get; init; }

    /// <summary>Record sequence number of that record.</summary>
    [field: FieldOffset(24)] public ulong RecordNumber { get; init; }

    /// <summary>Source address: bytes 0 to 7 in network order as they lie in memory; IPv4 uses bytes 0 to 3.</summary>
    [field: FieldOffset(32)] public ulong RemoteAddressFirst { get; init; }

    /// <summary>Source address: bytes 8 to 15.</summary>
    [field: FieldOffset(40)] public ulong RemoteAddressLast { get; init; }

    /// <summary>Destination address: bytes 0 to 7.</summary>
    [field: FieldOffset(48)] public ulong LocalAddressFirst { get; init; }

    /// <summary>Destination address: bytes 8 to 15.</summary>
    [field: FieldOffset(56)] public ulong LocalAddressLast { get; init; }

    /// <summary>Bytes that may pass before an unanswered search restarts; 0: 65536.</summary>
    [field: FieldOffset(64)] public uint BudgetBytes { get; init; }

    /// <summary>Microseconds that must pass as well; 0: 2500.</summary>
    [field: FieldOffset(68)] public uint BudgetUs { get; init; }

    /// <summary>Failed tags after which an event is queued; 0: 16.</summary>
    [field: FieldOffset(72)] public uint AuthenticationThreshold { get; init; }

    /// <summary>Zero.</summary>
    [field: FieldOffset(76)] public uint Reserved76 { get; init; }
}
