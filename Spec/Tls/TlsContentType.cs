namespace NicEmu.Spec.Tls;

/// <summary>TLS record content types (RFC 8446 §5.1, RFC 5246 §6.2.1).</summary>
public enum TlsContentType : byte
{
    /// <summary>change_cipher_spec.</summary>
    ChangeCipherSpec = 20,

    /// <summary>alert.</summary>
    Alert = 21,

    /// <summary>handshake.</summary>
    Handshake = 22,

    /// <summary>application_data; in TLS 1.3 the outer type of every protected record.</summary>
    ApplicationData = 23,
}
