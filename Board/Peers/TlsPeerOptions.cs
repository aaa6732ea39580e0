using NicEmu.Spec.Tls;

namespace NicEmu.Board.Peers;

/// <summary>What a TLS peer negotiates: exactly one version and one cipher, so that a test knows what it tests.</summary>
public sealed record TlsPeerOptions
{
    /// <summary>TLS version.</summary>
    public TlsVersion Version { get; init; } = TlsVersion.Tls13;

    /// <summary>Record protection.</summary>
    public TlsCipher Cipher { get; init; } = TlsCipher.Aes128Gcm;

    /// <summary>Name in the certificate and in the client's request.</summary>
    public string HostName { get; init; } = "nicemu.test";
}
