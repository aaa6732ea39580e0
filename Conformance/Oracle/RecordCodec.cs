using System.Buffers.Binary;
using NicEmu.Spec.Testing;
using NicEmu.Spec.Tls;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace NicEmu.Conformance.Oracle;

/// <summary>
/// Seals and opens TLS records with BouncyCastle, with nonces, additional data and lengths built here from the RFCs' text: it shares no code with a
/// driver or a card that is judged.
/// </summary>
/// <param name="keys">Key and IV.</param>
public sealed class RecordCodec(FlowKeys keys)
{
    private const int Header = 5;
    private const int Tag = 16;

    private bool IsTls12 => keys.Version == TlsVersion.Tls12;

    private bool HasExplicitNonce => IsTls12 && keys.Cipher != TlsCipher.ChaCha20Poly1305;

    /// <summary>Bytes before the ciphertext: header and explicit nonce.</summary>
    public int PrefixLength => Header + (HasExplicitNonce ? 8 : 0);

    /// <summary>Bytes that a record adds to its content, without padding.</summary>
    public int Overhead => PrefixLength + Tag + (IsTls12 ? 0 : 1);

    /// <summary>Seals a record.</summary>
    /// <param name="type">Content type.</param>
    /// <param name="content">The content.</param>
    /// <param name="number">Record sequence number.</param>
    /// <param name="padding">TLS 1.3: zeros behind the type.</param>
    /// <param name="explicitNonce">TLS 1.2 with GCM: the eight nonce bytes; null for the number plus the IV's explicit part.</param>
    public byte[] Seal(byte type, ReadOnlySpan<byte> content, ulong number, int padding = 0, ulong? explicitNonce = null)
    {
        byte[] inner = IsTls12 ? content.ToArray() : [.. content, type, .. new byte[padding]];
        var record = new byte[PrefixLength + inner.Length + Tag];
        record[0] = IsTls12 ? type : (byte)23;
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(1), 0x0303);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(3), (ushort)(record.Length - Header));
        if (HasExplicitNonce) BinaryPrimitives.WriteUInt64BigEndian(record.AsSpan(Header), explicitNonce ?? ExplicitNonceOf(number));
        IAeadCipher cipher = Start(true, record, number, inner.Length);
        int done = cipher.ProcessBytes(inner, record.AsSpan(PrefixLength));
        cipher.DoFinal(record.AsSpan(PrefixLength + done));
        return record;
    }

    /// <summary>Opens a record.</summary>
    /// <param name="record">Header to tag.</param>
    /// <param name="number">Record sequence number.</param>
    /// <param name="type">Receives the content type; in TLS 1.3 the inner one.</param>
    /// <param name="content">Receives the content.</param>
    /// <returns>What is wrong; null when nothing is.</returns>
    public string? Open(ReadOnlySpan<byte> record, ulong number, out byte type, out byte[] content)
    {
        (type, content) = (record[0], []);
        int length = record.Length - PrefixLength - Tag;
        if (length < (IsTls12 ? 0 : 1)) return $"the length {record.Length - Header} is not possible";
        IAeadCipher cipher = Start(false, record, number, length);
        var plain = new byte[cipher.GetOutputSize(record.Length - PrefixLength)];
        try
        {
            int done = cipher.ProcessBytes(record[PrefixLength..], plain);
            cipher.DoFinal(plain.AsSpan(done));
        }
        catch (InvalidCipherTextException)
        {
            return "the tag is wrong";
        }

        content = plain[..length];
        if (IsTls12) return null;
        // RFC 8446 §5.4: the last byte that is not zero is the type.
        int at = content.AsSpan().LastIndexOfAnyExcept((byte)0);
        if (at < 0) return "it holds padding only";
        (type, content) = (content[at], content[..at]);
        return null;
    }

    private ulong ExplicitNonceOf(ulong number) => BinaryPrimitives.ReadUInt64BigEndian(keys.Iv.Span[4..]) + (number - keys.RecordNumber);

    private IAeadCipher Start(bool seals, ReadOnlySpan<byte> record, ulong number, int contentLength)
    {
        byte[] nonce = keys.Iv.ToArray();
        if (HasExplicitNonce)
        {
            // RFC 5288 §3: four bytes of salt, eight from the record.
            record.Slice(Header, 8).CopyTo(nonce.AsSpan(4));
        }
        else
        {
            // RFC 8446 §5.3 and RFC 7905 §2: the number, padded on the left, exclusive-or the IV.
            for (int i = 0; i < 8; i++) nonce[11 - i] ^= (byte)(number >> (8 * i));
        }

        byte[] additional = IsTls12 ? new byte[13] : record[..Header].ToArray();
        if (IsTls12)
        {
            // RFC 5246 §6.2.3.3: number, type, version, length of the plaintext.
            BinaryPrimitives.WriteUInt64BigEndian(additional, number);
            record[..3].CopyTo(additional.AsSpan(8));
            BinaryPrimitives.WriteUInt16BigEndian(additional.AsSpan(11), (ushort)contentLength);
        }

        IAeadCipher cipher = keys.Cipher == TlsCipher.ChaCha20Poly1305 ? new ChaCha20Poly1305() : new GcmBlockCipher(AesUtilities.CreateEngine());
        cipher.Init(seals, new AeadParameters(new KeyParameter(keys.Key.ToArray()), Tag * 8, nonce, additional));
        return cipher;
    }
}
