namespace NicEmu.Spec.Tls;

/// <summary>Record protection algorithms of the native interface.</summary>
public enum TlsCipher : byte
{
    /// <summary>AES-128-GCM: 16-byte key (RFC 5288, RFC 8446 §9.1).</summary>
    Aes128Gcm = 1,

    /// <summary>AES-256-GCM: 32-byte key (RFC 5288, RFC 8446 §9.1).</summary>
    Aes256Gcm = 2,

    /// <summary>ChaCha20-Poly1305: 32-byte key (RFC 7905, RFC 8446 §9.1).</summary>
    ChaCha20Poly1305 = 3,
}
