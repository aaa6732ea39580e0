namespace NicEmu.DeviceModel.Tls;

/// <summary>Sizes of an engine.</summary>
internal sealed record TlsEngineOptions
{
    /// <summary>Key objects.</summary>
    public int Keys { get; init; } = 1024;

    /// <summary>Transmit contexts.</summary>
    public int TxContexts { get; init; } = 1024;

    /// <summary>Receive contexts.</summary>
    public int RxContexts { get; init; } = 1024;

    /// <summary>Expanded keys kept at a time.</summary>
    public int CachedKeys { get; init; } = NicDeviceOptions.DefaultCachedKeys;

    /// <summary>Reset epoch of the first handles, at least 1.</summary>
    public ushort Epoch { get; init; } = 1;
}
