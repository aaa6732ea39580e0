using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Handshake;

/// <summary>What one end of a handshake offers or accepts.</summary>
public sealed record HandshakeOptions
{
    /// <summary>The one version; null for both.</summary>
    public TlsVersion? Version { get; init; }

    /// <summary>The one cipher; null for all three.</summary>
    public TlsCipher? Cipher { get; init; }

    /// <summary>Decides about every random byte of this end. Two ends must not share it.</summary>
    public ulong Seed { get; init; }

    /// <summary>Certificate and key; a server needs them.</summary>
    public ServerIdentity? Identity { get; init; }

    /// <summary>Receives lines of an NSS key log as soon as the secrets are known; null to keep them.</summary>
    public Action<string>? KeyLog { get; init; }
}
