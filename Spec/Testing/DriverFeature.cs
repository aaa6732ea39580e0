namespace NicEmu.Spec.Testing;

/// <summary>Feature flags of an interface, by their ethtool names.</summary>
public enum DriverFeature
{
    /// <summary>tls-hw-tx-offload.</summary>
    TlsTransmit,

    /// <summary>tls-hw-rx-offload.</summary>
    TlsReceive,

    /// <summary>tx-checksumming.</summary>
    TransmitChecksum,

    /// <summary>rx-checksumming.</summary>
    ReceiveChecksum,

    /// <summary>rx-gro, generic-receive-offload.</summary>
    ReceiveCoalescing,
}
