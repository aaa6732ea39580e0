using System.Globalization;
using System.Security.Cryptography;
using NicEmu.Spec.Tls;

namespace NicEmu.Traces.Tls;

/// <summary>Cipher suites: their registered names (IANA, TLS Cipher Suites), and what the name says about protection and hash.</summary>
internal static class CipherSuiteFacts
{
    private static readonly Dictionary<ushort, string> s_names = new()
    {
        [0x00FF] = "TLS_EMPTY_RENEGOTIATION_INFO_SCSV",
        [0x5600] = "TLS_FALLBACK_SCSV",
        [0x1301] = "TLS_AES_128_GCM_SHA256",
        [0x1302] = "TLS_AES_256_GCM_SHA384",
        [0x1303] = "TLS_CHACHA20_POLY1305_SHA256",
        [0x1304] = "TLS_AES_128_CCM_SHA256",
        [0x1305] = "TLS_AES_128_CCM_8_SHA256",
        [0x000A] = "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
        [0x002F] = "TLS_RSA_WITH_AES_128_CBC_SHA",
        [0x0033] = "TLS_DHE_RSA_WITH_AES_128_CBC_SHA",
        [0x0035] = "TLS_RSA_WITH_AES_256_CBC_SHA",
        [0x0039] = "TLS_DHE_RSA_WITH_AES_256_CBC_SHA",
        [0x003C] = "TLS_RSA_WITH_AES_128_CBC_SHA256",
        [0x003D] = "TLS_RSA_WITH_AES_256_CBC_SHA256",
        [0x0067] = "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256",
        [0x006B] = "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256",
        [0x009C] = "TLS_RSA_WITH_AES_128_GCM_SHA256",
        [0x009D] = "TLS_RSA_WITH_AES_256_GCM_SHA384",
        [0x009E] = "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
        [0x009F] = "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
        [0xC009] = "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
        [0xC00A] = "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
        [0xC013] = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
        [0xC014] = "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
        [0xC023] = "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
        [0xC024] = "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
        [0xC027] = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
        [0xC028] = "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
        [0xC02B] = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        [0xC02C] = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        [0xC02F] = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        [0xC030] = "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        [0xC0AC] = "TLS_ECDHE_ECDSA_WITH_AES_128_CCM",
        [0xC0AD] = "TLS_ECDHE_ECDSA_WITH_AES_256_CCM",
        [0xCCA8] = "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        [0xCCA9] = "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        [0xCCAA] = "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    };

    public static string NameOf(ushort suite) =>
        s_names.TryGetValue(suite, out string? name) ? name : TlsNames.IsGrease(suite) ? "GREASE" : "0x" + suite.ToString("X4", CultureInfo.InvariantCulture);

    /// <summary>The record protection, when it is one that a card of this project knows.</summary>
    public static TlsCipher? CipherOf(ushort suite)
    {
        string name = NameOf(suite);
        return name.Contains("AES_128_GCM", StringComparison.Ordinal) ? TlsCipher.Aes128Gcm
            : name.Contains("AES_256_GCM", StringComparison.Ordinal) ? TlsCipher.Aes256Gcm
            : name.Contains("CHACHA20", StringComparison.Ordinal) ? TlsCipher.ChaCha20Poly1305
            : null;
    }

    /// <summary>Hash of the key schedule or PRF: the one of the name; SHA-256 with the older names, which end in SHA (RFC 5246 §5).</summary>
    public static HashAlgorithmName HashOf(ushort suite) =>
        NameOf(suite).EndsWith("SHA384", StringComparison.Ordinal) ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256;

    public static bool IsTls13(ushort suite) => suite >> 8 == 0x13;
}
