using NicEmu.Spec.Core;
using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Tls;

/// <summary>What a transmit context is made from.</summary>
internal readonly record struct TxInstallation
{
    /// <summary>Key object.</summary>
    public ulong Key { get; init; }

    /// <summary>TLS version.</summary>
    public TlsVersion Version { get; init; }

    /// <summary>IV.</summary>
    public RecordIv Iv { get; init; }

    /// <summary>Number of the first record.</summary>
    public ulong RecordNumber { get; init; }

    /// <summary>TCP sequence number of its first byte.</summary>
    public uint StartSequence { get; init; }

    /// <summary>Transmit queue.</summary>
    public ushort Queue { get; init; }

    /// <summary>Mode.</summary>
    public TxMode Mode { get; init; }
}
