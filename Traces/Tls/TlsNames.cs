using System.Globalization;
using System.Text;

namespace NicEmu.Traces.Tls;

/// <summary>Names of code points, as the registries of IANA have them. Unknown ones become their number.</summary>
internal static class TlsNames
{
    /// <summary>Values that a client puts in to keep servers tolerant (RFC 8701).</summary>
    public static bool IsGrease(ushort value) => (value & 0x0F0F) == 0x0A0A && value >> 8 == (value & 0xFF);

    public static string Version(ushort version) => version switch
    {
        0x0300 => "SSL 3.0",
        0x0301 => "TLS 1.0",
        0x0302 => "TLS 1.1",
        0x0303 => "TLS 1.2",
        0x0304 => "TLS 1.3",
        _ => IsGrease(version) ? "GREASE" : Hex(version),
    };

    public static string Group(ushort group) => group switch
    {
        23 => "secp256r1",
        24 => "secp384r1",
        25 => "secp521r1",
        29 => "x25519",
        30 => "x448",
        256 => "ffdhe2048",
        257 => "ffdhe3072",
        258 => "ffdhe4096",
        259 => "ffdhe6144",
        260 => "ffdhe8192",
        4587 => "SecP256r1MLKEM768",
        4588 => "X25519MLKEM768",
        _ => IsGrease(group) ? "GREASE" : Hex(group),
    };

    public static string Signature(ushort scheme) => scheme switch
    {
        0x0201 => "rsa_pkcs1_sha1",
        0x0202 => "dsa_sha1",
        0x0203 => "ecdsa_sha1",
        0x0301 => "rsa_sha224",
        0x0302 => "dsa_sha224",
        0x0303 => "ecdsa_sha224",
        0x0401 => "rsa_pkcs1_sha256",
        0x0402 => "dsa_sha256",
        0x0403 => "ecdsa_secp256r1_sha256",
        0x0501 => "rsa_pkcs1_sha384",
        0x0502 => "dsa_sha384",
        0x0503 => "ecdsa_secp384r1_sha384",
        0x0601 => "rsa_pkcs1_sha512",
        0x0602 => "dsa_sha512",
        0x0603 => "ecdsa_secp521r1_sha512",
        0x0804 => "rsa_pss_rsae_sha256",
        0x0805 => "rsa_pss_rsae_sha384",
        0x0806 => "rsa_pss_rsae_sha512",
        0x0807 => "ed25519",
        0x0808 => "ed448",
        0x0809 => "rsa_pss_pss_sha256",
        0x080A => "rsa_pss_pss_sha384",
        0x080B => "rsa_pss_pss_sha512",
        0x0904 => "mldsa44",
        0x0905 => "mldsa65",
        0x0906 => "mldsa87",
        _ => IsGrease(scheme) ? "GREASE" : Hex(scheme),
    };

    public static string Extension(ushort type) => type switch
    {
        0 => "server_name",
        1 => "max_fragment_length",
        5 => "status_request",
        10 => "supported_groups",
        11 => "ec_point_formats",
        13 => "signature_algorithms",
        15 => "heartbeat",
        16 => "application_layer_protocol_negotiation",
        18 => "signed_certificate_timestamp",
        21 => "padding",
        22 => "encrypt_then_mac",
        23 => "extended_master_secret",
        27 => "compress_certificate",
        28 => "record_size_limit",
        35 => "session_ticket",
        41 => "pre_shared_key",
        42 => "early_data",
        43 => "supported_versions",
        44 => "cookie",
        45 => "psk_key_exchange_modes",
        47 => "certificate_authorities",
        49 => "post_handshake_auth",
        50 => "signature_algorithms_cert",
        51 => "key_share",
        0xFE0D => "encrypted_client_hello",
        0xFF01 => "renegotiation_info",
        _ => IsGrease(type) ? "GREASE" : "extension " + type.ToString(CultureInfo.InvariantCulture),
    };

    public static string Message(int type) => type switch
    {
        0 => "HelloRequest",
        1 => "ClientHello",
        2 => "ServerHello",
        4 => "NewSessionTicket",
        5 => "EndOfEarlyData",
        8 => "EncryptedExtensions",
        11 => "Certificate",
        12 => "ServerKeyExchange",
        13 => "CertificateRequest",
        14 => "ServerHelloDone",
        15 => "CertificateVerify",
        16 => "ClientKeyExchange",
        20 => "Finished",
        22 => "CertificateStatus",
        24 => "KeyUpdate",
        25 => "CompressedCertificate",
        _ => "handshake message " + type.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Name of a record's content type.</summary>
    public static string ContentType(byte type) => type switch
    {
        20 => "change_cipher_spec",
        21 => "alert",
        22 => "handshake",
        23 => "application_data",
        24 => "heartbeat",
        _ => "content type " + type.ToString(CultureInfo.InvariantCulture),
    };

    public static string Alert(byte description) => description switch
    {
        0 => "close_notify",
        10 => "unexpected_message",
        20 => "bad_record_mac",
        22 => "record_overflow",
        40 => "handshake_failure",
        42 => "bad_certificate",
        43 => "unsupported_certificate",
        44 => "certificate_revoked",
        45 => "certificate_expired",
        46 => "certificate_unknown",
        47 => "illegal_parameter",
        48 => "unknown_ca",
        49 => "access_denied",
        50 => "decode_error",
        51 => "decrypt_error",
        70 => "protocol_version",
        71 => "insufficient_security",
        80 => "internal_error",
        86 => "inappropriate_fallback",
        90 => "user_canceled",
        100 => "no_renegotiation",
        109 => "missing_extension",
        110 => "unsupported_extension",
        112 => "unrecognized_name",
        113 => "bad_certificate_status_response",
        115 => "unknown_psk_identity",
        116 => "certificate_required",
        120 => "no_application_protocol",
        _ => "alert " + description.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Bytes of a foreign text, with everything unprintable as dots.</summary>
    public static string Printable(ReadOnlySpan<byte> bytes, int most)
    {
        var text = new StringBuilder();
        foreach (byte b in bytes[..Math.Min(most, bytes.Length)])
        {
            text.Append(b is >= 0x20 and < 0x7F ? (char)b : '.');
        }

        return text.Append(bytes.Length > most ? "..." : string.Empty).ToString();
    }

    /// <summary>A foreign text with control characters as dots, cut to a length that a line bears.</summary>
    public static string Printable(string text, int most)
    {
        string clean = string.Concat(text.Take(most).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '.' : c));
        return text.Length > most ? clean + "..." : clean;
    }

    private static string Hex(ushort value) => "0x" + value.ToString("X4", CultureInfo.InvariantCulture);
}
