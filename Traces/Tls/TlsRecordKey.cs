using System.Buffers.Binary;
using System.Security.Cryptography;
using NicEmu.Spec.Tls;

namespace NicEmu.Traces.Tls;

/// <summary>What protects one direction for a while: key, IV and the name of the secret they came from. Opens records with the class library's AEADs.</summary>
/// <param name="layout">Version and cipher.</param>
/// <param name="key">The key.</param>
/// <param name="iv">Static IV of 12 bytes; TLS 1.2 with GCM: 4 bytes of salt.</param>
/// <param name="name">Where they come from, in words.</param>
internal sealed class TlsRecordKey(TlsRecordLayout layout, byte[] key, byte[] iv, string name)
{
    public TlsRecordLayout Layout => layout;

    public string Name => name;

    public byte[] Iv => iv;

    /// <summary>TLS 1.3: the traffic secret, for key updates and Finished.</summary>
    public byte[] Secret { get; init; } = [];

    /// <summary>Builds nonce and additional data, and opens the record.</summary>
    /// <param name="number">Record sequence number under this key.</param>
    /// <param name="record">Header to tag.</param>
    /// <param name="opened">Nonce and additional data always, the plaintext when the tag is right.</param>
    public bool TryOpen(ulong number, ReadOnlySpan<byte> record, out OpenedBytes opened)
    {
        opened = default;
        if (record.Length - TlsRecordLayout.HeaderLength < layout.MinLengthField)
        {
            return false;
        }

        byte[] nonce = NonceOf(number, record);
        byte[] aad = AadOf(number, record);
        ReadOnlySpan<byte> body = record[layout.PrefixLength..^TlsRecordLayout.TagLength];
        var plain = new byte[body.Length];
        try
        {
            if (layout.Cipher == TlsCipher.ChaCha20Poly1305)
            {
                using var chacha = new ChaCha20Poly1305(key);
                chacha.Decrypt(nonce, body, record[^TlsRecordLayout.TagLength..], plain, aad);
            }
            else
            {
                using var gcm = new AesGcm(key, TlsRecordLayout.TagLength);
                gcm.Decrypt(nonce, body, record[^TlsRecordLayout.TagLength..], plain, aad);
            }

            opened = new OpenedBytes(nonce, aad, plain);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            opened = new OpenedBytes(nonce, aad, null);
            return false;
        }
    }

    private byte[] NonceOf(ulong number, ReadOnlySpan<byte> record)
    {
        if (layout.ExplicitNonceLength > 0)
        {
            // RFC 5288 §3: salt, then the eight bytes that the record carries.
            return [.. iv, .. record.Slice(TlsRecordLayout.HeaderLength, layout.ExplicitNonceLength)];
        }

        // RFC 8446 §5.3, RFC 7905 §2: the number, padded on the left, XOR the IV.
        byte[] nonce = [.. iv];
        BinaryPrimitives.WriteUInt64BigEndian(nonce.AsSpan(4), BinaryPrimitives.ReadUInt64BigEndian(nonce.AsSpan(4)) ^ number);
        return nonce;
    }

    private byte[] AadOf(ulong number, ReadOnlySpan<byte> record)
    {
        if (layout.Version == TlsVersion.Tls13)
        {
            return record[..TlsRecordLayout.HeaderLength].ToArray(); // RFC 8446 §5.2
        }

        // RFC 5246 §6.2.3.3: number, type, version, length of the content.
        var aad = new byte[13];
        BinaryPrimitives.WriteUInt64BigEndian(aad, number);
        record[..3].CopyTo(aad.AsSpan(8));
        BinaryPrimitives.WriteUInt16BigEndian(aad.AsSpan(11), (ushort)(record.Length - layout.PrefixLength - TlsRecordLayout.TagLength));
        return aad;
    }
}
