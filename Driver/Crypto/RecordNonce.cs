using System.Buffers.Binary;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Crypto;

/// <summary>Nonce and additional data of a record.</summary>
internal static class RecordNonce
{
    public const int MaxAadLength = 13;

    /// <summary>Builds the nonce.</summary>
    /// <param name="layout">Version and cipher.</param>
    /// <param name="iv">12 bytes; TLS 1.2 with GCM: the salt is the first four.</param>
    /// <param name="number">Record sequence number.</param>
    /// <param name="record">The record, for the explicit nonce after its header.</param>
    /// <param name="nonce">Receives 12 bytes.</param>
    public static void Build(in TlsRecordLayout layout, ReadOnlySpan<byte> iv, ulong number, ReadOnlySpan<byte> record, Span<byte> nonce)
    {
        iv.CopyTo(nonce);
        if (layout.ExplicitNonceLength > 0)
        {
            // RFC 5288 §3: salt, then the explicit part as the record carries it.
            record.Slice(TlsRecordLayout.HeaderLength, layout.ExplicitNonceLength).CopyTo(nonce[4..]);
            return;
        }

        // RFC 8446 §5.3 and RFC 7905 §2: the number, padded on the left, XOR the IV.
        ulong low = BinaryPrimitives.ReadUInt64BigEndian(nonce[4..]);
        BinaryPrimitives.WriteUInt64BigEndian(nonce[4..], low ^ number);
    }

    /// <summary>Builds the additional data.</summary>
    /// <returns>Its length: 13 or 5.</returns>
    public static int BuildAad(in TlsRecordLayout layout, ulong number, ReadOnlySpan<byte> record, Span<byte> aad)
    {
        if (layout.Version == TlsVersion.Tls13)
        {
            // RFC 8446 §5.2: the header as sent.
            record[..TlsRecordLayout.HeaderLength].CopyTo(aad);
            return TlsRecordLayout.HeaderLength;
        }

        // RFC 5246 §6.2.3.3: number, type, version, and the length of the plaintext.
        BinaryPrimitives.WriteUInt64BigEndian(aad, number);
        record[..3].CopyTo(aad[8..]);
        int lengthField = BinaryPrimitives.ReadUInt16BigEndian(record[3..]);
        BinaryPrimitives.WriteUInt16BigEndian(aad[11..], (ushort)layout.CiphertextLength(lengthField));
        return MaxAadLength;
    }
}
