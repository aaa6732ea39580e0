using NicEmu.DeviceModel.Crypto;
using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Tls;

/// <summary>Protects bytes of a record before its tag without the bytes before them: the keystream is entered where they lie.</summary>
internal static class TxOneShot
{
    /// <summary>Protects bytes in place; framing goes out as it is.</summary>
    /// <param name="key">Key of the context.</param>
    /// <param name="layout">Version and cipher.</param>
    /// <param name="iv">IV of the context.</param>
    /// <param name="position">The record.</param>
    /// <param name="offset">Offset in the record of the first byte.</param>
    /// <param name="payload">Framed plaintext that ends before the tag.</param>
    /// <returns>False when header or explicit nonce are not those told.</returns>
    public static bool TryProtect(AeadKey key, TlsRecordLayout layout, RecordIv iv, in TxPosition position, int offset, Span<byte> payload)
    {
        int prefixLength = layout.PrefixLength;
        int inPrefix = Math.Clamp(prefixLength - offset, 0, payload.Length);
        for (int i = 0; i < inPrefix; i++)
        {
            if (payload[i] != position.PrefixByte(offset + i))
            {
                return false;
            }
        }

        Span<byte> body = payload[inPrefix..];
        Span<byte> nonce = stackalloc byte[TlsRecordLayout.NonceLength];
        RecordNonce.Write(layout, iv, position.RecordNumber, position.ExplicitNonce, nonce);
        IncrementalAead.XorKeystreamAt(key, nonce, (ulong)Math.Max(offset - prefixLength, 0), body, body);
        return true;
    }
}
