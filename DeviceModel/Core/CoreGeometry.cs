namespace NicEmu.DeviceModel.Core;

/// <summary>Sizes of an engine room, as a personality wants them.</summary>
internal sealed record CoreGeometry
{
    /// <summary>Transmit queues, and receive queues.</summary>
    public required int Queues { get; init; }

    /// <summary>Key objects.</summary>
    public required int Keys { get; init; }

    /// <summary>TLS transmit contexts.</summary>
    public required int TxContexts { get; init; }

    /// <summary>TLS receive contexts, and receive rules.</summary>
    public required int RxContexts { get; init; }

    /// <summary>Expanded keys kept at a time.</summary>
    public int CachedKeys { get; init; } = NicDeviceOptions.DefaultCachedKeys;

    /// <summary>Greatest MTU in bytes.</summary>
    public required int MaxMtu { get; init; }

    /// <summary>Greatest length in bytes of a frame before segmentation.</summary>
    public required int MaxChainBytes { get; init; }
}
