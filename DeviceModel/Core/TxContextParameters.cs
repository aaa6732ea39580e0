using NicEmu.Spec.Core;
using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Core;

/// <summary>What a TLS transmit context is made from.</summary>
internal readonly ref struct TxContextParameters
{
    /// <summary>Key object.</summary>
    public required ulong KeyHandle { get; init; }

    /// <summary>TLS version.</summary>
    public required TlsVersion Version { get; init; }

    /// <summary>How the context is placed.</summary>
    public TxMode Mode { get; init; }

    /// <summary>Transmit queue that it is bound to.</summary>
    public required int Queue { get; init; }

    /// <summary>Twelve IV bytes; TLS 1.2 with GCM uses the first four, the salt.</summary>
    public required ReadOnlySpan<byte> Iv { get; init; }

    /// <summary>TCP sequence number of the first byte of the first record.</summary>
    public required uint StartSequence { get; init; }

    /// <summary>Record sequence number of that record.</summary>
    public required ulong RecordNumber { get; init; }
}
