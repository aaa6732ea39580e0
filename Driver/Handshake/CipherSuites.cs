using NicEmu.Spec.Tls;
using Org.BouncyCastle.Tls;

namespace NicEmu.Driver.Handshake;

/// <summary>The six suites of the record layer.</summary>
internal static class CipherSuites
{
    private static readonly (TlsVersion Version, TlsCipher Cipher, int Suite)[] All =
    [
        (TlsVersion.Tls13, TlsCipher.Aes128Gcm, CipherSuite.TLS_AES_128_GCM_SHA256),
        (TlsVersion.Tls13, TlsCipher.Aes256Gcm, CipherSuite.TLS_AES_256_GCM_SHA384),
        (TlsVersion.Tls13, TlsCipher.ChaCha20Poly1305, CipherSuite.TLS_CHACHA20_POLY1305_SHA256),
        (TlsVersion.Tls12, TlsCipher.Aes128Gcm, CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256),
        (TlsVersion.Tls12, TlsCipher.Aes256Gcm, CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384),
        (TlsVersion.Tls12, TlsCipher.ChaCha20Poly1305, CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256),
    ];

    public static int[] For(HandshakeOptions options)
    {
        var suites = new List<int>();
        foreach ((TlsVersion version, TlsCipher cipher, int suite) in All)
        {
            if ((options.Version ?? version) == version && (options.Cipher ?? cipher) == cipher) suites.Add(suite);
        }

        return [.. suites];
    }

    public static TlsCipher CipherOf(int suite) => Array.Find(All, entry => entry.Suite == suite).Cipher;

    public static ProtocolVersion[] VersionsFor(HandshakeOptions options) => options.Version switch
    {
        TlsVersion.Tls12 => [ProtocolVersion.TLSv12],
        TlsVersion.Tls13 => [ProtocolVersion.TLSv13],
        _ => [ProtocolVersion.TLSv13, ProtocolVersion.TLSv12],
    };
}
