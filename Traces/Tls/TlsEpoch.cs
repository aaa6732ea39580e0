namespace NicEmu.Traces.Tls;

/// <summary>Which kind of key protects a direction.</summary>
internal enum TlsEpoch
{
    /// <summary>None yet.</summary>
    Clear = 0,

    /// <summary>TLS 1.3: the handshake traffic secret.</summary>
    Handshake = 1,

    /// <summary>TLS 1.3: an application traffic secret; TLS 1.2: the key block, from Finished on.</summary>
    Application = 2,
}
