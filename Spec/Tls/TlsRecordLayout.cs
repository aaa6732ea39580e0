using System.Buffers.Binary;

namespace NicEmu.Spec.Tls;

/// <summary>
/// Lengths of a protected TLS record for one version and cipher, and its header.
/// A record on the wire is header (5) · explicit nonce · ciphertext · tag (16).
/// </summary>
public readonly record struct TlsRecordLayout
{
    /// <summary>Length of a record header in bytes (RFC 8446 §5.1).</summary>
    public const int HeaderLength = 5;

    /// <summary>Length of the authentication tag in bytes, for all three ciphers.</summary>
    public const int TagLength = 16;

    /// <summary>Length of the AEAD nonce in bytes, for all three ciphers.</summary>
    public const int NonceLength = 12;

    /// <summary>Longest plaintext of one record in bytes (RFC 8446 §5.1, RFC 5246 §6.2.1).</summary>
    public const int MaxPlaintextLength = 16384;

    /// <summary>Value of the version field in every record header.</summary>
    public const ushort HeaderVersion = 0x0303;

    /// <summary>Creates the layout.</summary>
    /// <param name="version">TLS version.</param>
    /// <param name="cipher">Record protection algorithm.</param>
    public TlsRecordLayout(TlsVersion version, TlsCipher cipher)
    {
        Version = version;
        Cipher = cipher;
    }

    /// <summary>TLS version.</summary>
    public TlsVersion Version { get; }

    /// <summary>Record protection algorithm.</summary>
    public TlsCipher Cipher { get; }

    /// <summary>Length of the key in bytes: 16 or 32.</summary>
    public int KeyLength => KeyLengthOf(Cipher);

    /// <summary>Length of the explicit nonce in the record: 8 for TLS 1.2 with GCM (RFC 5288 §3), else 0 (RFC 7905 §2, RFC 8446 §5.3).</summary>
    public int ExplicitNonceLength => Version == TlsVersion.Tls12 && Cipher != TlsCipher.ChaCha20Poly1305 ? 8 : 0;

    /// <summary>Bytes before the ciphertext: header and explicit nonce.</summary>
    public int PrefixLength => HeaderLength + ExplicitNonceLength;

    /// <summary>Length of the additional authenticated data: 13 for TLS 1.2, 5 for TLS 1.3.</summary>
    public int AadLength => Version == TlsVersion.Tls12 ? 13 : HeaderLength;

    /// <summary>Least value of the header's length field: explicit nonce, tag, and the inner content type of TLS 1.3.</summary>
    public int MinLengthField => ExplicitNonceLength + TagLength + (Version == TlsVersion.Tls13 ? 1 : 0);

    /// <summary>Greatest value of the header's length field: 2^14 + 2048 for TLS 1.2 (RFC 5246 §6.2.3), 2^14 + 256 for TLS 1.3 (RFC 8446 §5.2).</summary>
    public int MaxLengthField => Version == TlsVersion.Tls12 ? MaxPlaintextLength + 2048 : MaxPlaintextLength + 256;

    /// <summary>Length of a cipher's key in bytes.</summary>
    /// <param name="cipher">Record protection algorithm.</param>
    public static int KeyLengthOf(TlsCipher cipher) => cipher == TlsCipher.Aes128Gcm ? 16 : 32;

    /// <summary>Length of the encrypted part (payload, and in TLS 1.3 the inner type and padding) of a record.</summary>
    /// <param name="lengthField">Value of the header's length field.</param>
    public int CiphertextLength(int lengthField) => lengthField - ExplicitNonceLength - TagLength;

    /// <summary>Value of the header's length field for a payload without padding.</summary>
    /// <param name="payloadLength">Bytes of content.</param>
    public int LengthFieldFor(int payloadLength) => payloadLength + MinLengthField;

    /// <summary>Whether five bytes are a header that this layout allows.</summary>
    /// <param name="header">Five bytes.</param>
    public bool IsPlausibleHeader(ReadOnlySpan<byte> header)
    {
        if (BinaryPrimitives.ReadUInt16BigEndian(header[1..]) != HeaderVersion)
        {
            return false;
        }

        byte type = header[0];
        bool typeFits = Version == TlsVersion.Tls13
            ? type == (byte)TlsContentType.ApplicationData
            : type is >= (byte)TlsContentType.ChangeCipherSpec and <= (byte)TlsContentType.ApplicationData;
        int length = BinaryPrimitives.ReadUInt16BigEndian(header[3..]);
        return typeFits && length >= MinLengthField && length <= MaxLengthField;
    }

    /// <summary>Writes a record header.</summary>
    /// <param name="type">Content type in the header.</param>
    /// <param name="lengthField">Value of the length field.</param>
    /// <param name="header">Receives five bytes.</param>
    public static void WriteHeader(byte type, int lengthField, Span<byte> header)
    {
        header[0] = type;
        BinaryPrimitives.WriteUInt16BigEndian(header[1..], HeaderVersion);
        BinaryPrimitives.WriteUInt16BigEndian(header[3..], (ushort)lengthField);
    }
}
