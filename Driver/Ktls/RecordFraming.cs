using System.Buffers.Binary;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Ktls;

/// <summary>Frames a payload as a record in which everything but the encryption is done.</summary>
internal static class RecordFraming
{
    /// <summary>Stands where the tag will be. On the wire it is the mark of a leak.</summary>
    public static ReadOnlySpan<byte> TagPlaceholder => "<<no tag yet!!>>"u8;

    public static int Length(in TlsRecordLayout layout, int payloadLength) => TlsRecordLayout.HeaderLength + layout.LengthFieldFor(payloadLength);

    /// <summary>Writes header, explicit nonce, payload, in TLS 1.3 the inner type, and the placeholder.</summary>
    /// <param name="layout">Version and cipher.</param>
    /// <param name="type">Content type.</param>
    /// <param name="explicitNonce">TLS 1.2 with GCM: the eight nonce bytes as a number.</param>
    /// <param name="payload">The content.</param>
    /// <param name="record">Receives the record; exactly as long as it.</param>
    public static void Write(in TlsRecordLayout layout, TlsContentType type, ulong explicitNonce, ReadOnlySpan<byte> payload, Span<byte> record)
    {
        WritePrefix(layout, type, explicitNonce, payload.Length, record);
        payload.CopyTo(record[layout.PrefixLength..]);
        WriteTrailer(layout, type, record[(layout.PrefixLength + payload.Length)..]);
    }

    /// <summary>Writes what stands before the content: header and explicit nonce.</summary>
    /// <param name="layout">Version and cipher.</param>
    /// <param name="type">Content type.</param>
    /// <param name="explicitNonce">TLS 1.2 with GCM: the eight nonce bytes as a number.</param>
    /// <param name="payloadLength">Bytes of content.</param>
    /// <param name="record">Receives it at its beginning.</param>
    public static void WritePrefix(in TlsRecordLayout layout, TlsContentType type, ulong explicitNonce, int payloadLength, Span<byte> record)
    {
        byte outer = (byte)(layout.Version == TlsVersion.Tls13 ? TlsContentType.ApplicationData : type);
        TlsRecordLayout.WriteHeader(outer, layout.LengthFieldFor(payloadLength), record);
        if (layout.ExplicitNonceLength > 0) BinaryPrimitives.WriteUInt64BigEndian(record[TlsRecordLayout.HeaderLength..], explicitNonce);
    }

    /// <summary>Writes what stands behind the content: in TLS 1.3 the inner type, and the placeholder.</summary>
    /// <param name="layout">Version and cipher.</param>
    /// <param name="type">Content type.</param>
    /// <param name="record">What is left of the record.</param>
    public static void WriteTrailer(in TlsRecordLayout layout, TlsContentType type, Span<byte> record)
    {
        if (layout.Version == TlsVersion.Tls13) record[0] = (byte)type;
        TagPlaceholder.CopyTo(record[^TlsRecordLayout.TagLength..]);
    }
}
