namespace NicEmu.DeviceModel.Crypto;

/// <summary>The record protection algorithms of the device. The numbers are those of the key installation command.</summary>
internal enum AeadAlgorithm : byte
{
    /// <summary>AES in Galois/counter mode, 16-byte key (NIST SP 800-38D, RFC 5116 §5.1).</summary>
    Aes128Gcm = 1,

    /// <summary>AES in Galois/counter mode, 32-byte key (RFC 5116 §5.2).</summary>
    Aes256Gcm = 2,

    /// <summary>ChaCha20 with Poly1305, 32-byte key (RFC 8439 §2.8).</summary>
    ChaCha20Poly1305 = 3,
}
