using System.Buffers.Binary;
using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Tls;

/// <summary>Builds the device's nonces and additional data.</summary>
internal static class RecordNonce
{
    /// <summary>Writes the nonce of a record.</summary>
    /// <param name="layout">Version and cipher.</param>
    /// <param name="iv">IV of the context.</param>
    /// <param name="recordNumber">Record sequence number.</param>
    /// <param name="explicitNonce">The eight bytes that the record carries, where it does.</param>
    /// <param name="nonce">Receives twelve bytes.</param>
    public static void Write(TlsRecordLayout layout, RecordIv iv, ulong recordNumber, ulong explicitNonce, Span<byte> nonce)
    {
        // RFC 5288 §3: salt, then the explicit part. RFC 8446 §5.3 and RFC 7905 §2: IV exclusive-or the number, padded on the left.
        ulong rest = layout.ExplicitNonceLength > 0 ? explicitNonce : iv.Rest ^ recordNumber;
        BinaryPrimitives.WriteUInt32BigEndian(nonce, iv.First);
        BinaryPrimitives.WriteUInt64BigEndian(nonce[4..], rest);
    }

    /// <summary>Writes the additional data of a record.</summary>
    /// <param name="layout">Version and cipher.</param>
    /// <param name="recordNumber">Record sequence number.</param>
    /// <param name="header">The five header bytes as a big-endian number.</param>
    /// <param name="aad">Receives <see cref="TlsRecordLayout.AadLength"/> bytes.</param>
    public static void WriteAad(TlsRecordLayout layout, ulong recordNumber, ulong header, Span<byte> aad)
    {
        if (layout.Version == TlsVersion.Tls13)
        {
            // RFC 8446 §5.2: the header as sent; its length counts the tag.
            aad[0] = (byte)(header >> 32);
            BinaryPrimitives.WriteUInt32BigEndian(aad[1..], (uint)header);
            return;
        }

        // RFC 5246 §6.2.3.3: number, type, version, and the length of the plaintext.
        BinaryPrimitives.WriteUInt64BigEndian(aad, recordNumber);
        aad[8] = (byte)(header >> 32);
        BinaryPrimitives.WriteUInt16BigEndian(aad[9..], (ushort)(header >> 16));
        BinaryPrimitives.WriteUInt16BigEndian(aad[11..], (ushort)layout.CiphertextLength((ushort)header));
    }
}
