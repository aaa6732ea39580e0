using System.Buffers.Binary;
using NicEmu.Spec.Tls;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace NicEmu.Conformance.Oracle;

/// <summary>
/// Opens records with BouncyCastle and with nonces, additional data and lengths built here from the RFCs' text: it shares no code with what it checks.
/// </summary>
internal sealed class RecordOpener(RecordKeys keys)
{
    /// <summary>Bytes of a record's header.</summary>
    public const int HeaderLength = 5;

    /// <summary>Bytes of a record's tag.</summary>
    public const int TagLength = 16;

    private readonly byte[] _content = new byte[(1 << 14) + 2048];
    private readonly byte[] _nonce = new byte[12];
    private readonly KeyParameter _key = new(keys.Key.ToArray());

    /// <summary>Nonce of the record that was tried last.</summary>
    public ReadOnlySpan<byte> Nonce => _nonce;

    /// <summary>Whether the version is TLS 1.2.</summary>
    public bool IsTls12 => keys.Version == TlsVersion.Tls12;

    /// <summary>Whether a record carries eight bytes of its nonce.</summary>
    public bool HasExplicitNonce => IsTls12 && keys.Cipher != TlsCipher.ChaCha20Poly1305;

    /// <summary>Bytes before the ciphertext: header and explicit nonce.</summary>
    public int PrefixLength => HeaderLength + (HasExplicitNonce ? 8 : 0);

    /// <summary>Opens one record.</summary>
    /// <param name="record">Header to tag.</param>
    /// <param name="number">Record sequence number.</param>
    /// <param name="type">Content type; in TLS 1.3 the inner one.</param>
    /// <param name="content">The content, valid until the next call.</param>
    /// <param name="failure">What is wrong, when the result is false.</param>
    public bool TryOpen(ReadOnlySpan<byte> record, ulong number, out byte type, out ReadOnlySpan<byte> content, out string failure)
    {
        type = record[0];
        content = default;
        int length = record.Length - PrefixLength - TagLength;
        if (length < (IsTls12 ? 0 : 1) || length > _content.Length - TagLength)
        {
            failure = $"the length {record.Length - HeaderLength} is not possible";
            return false;
        }

        IAeadCipher cipher = Start(false, record, number, length);
        try
        {
            int done = cipher.ProcessBytes(record[PrefixLength..], _content);
            cipher.DoFinal(_content.AsSpan(done));
        }
        catch (InvalidCipherTextException)
        {
            failure = "the tag is wrong";
            return false;
        }

        content = _content.AsSpan(0, length);
        if (!IsTls12)
        {
            // RFC 8446 §5.4: the last byte that is not zero is the type.
            int at = content.LastIndexOfAnyExcept((byte)0);
            if (at < 0)
            {
                failure = "it holds padding only";
                return false;
            }

            type = content[at];
            content = content[..at];
        }

        failure = string.Empty;
        return true;
    }

    /// <summary>Sets the cipher up for one record.</summary>
    /// <param name="seals">Whether the record is sealed; else it is opened.</param>
    /// <param name="record">The record, its header and explicit nonce in place.</param>
    /// <param name="number">Record sequence number.</param>
    /// <param name="contentLength">Bytes of the plaintext.</param>
    public IAeadCipher Start(bool seals, ReadOnlySpan<byte> record, ulong number, int contentLength)
    {
        keys.Iv.Span.CopyTo(_nonce);
        if (HasExplicitNonce)
        {
            // RFC 5288 §3: four bytes of salt, eight from the record.
            record.Slice(HeaderLength, 8).CopyTo(_nonce.AsSpan(4));
        }
        else
        {
            // RFC 8446 §5.3 and RFC 7905 §2: the record number, padded on the left, exclusive-or the IV.
            for (int i = 0; i < 8; i++)
            {
                _nonce[11 - i] ^= (byte)(number >> (8 * i));
            }
        }

        byte[] additional = IsTls12 ? new byte[13] : record[..HeaderLength].ToArray();
        if (IsTls12)
        {
            // RFC 5246 §6.2.3.3: number, type, version, length of the plaintext.
            BinaryPrimitives.WriteUInt64BigEndian(additional, number);
            record[..3].CopyTo(additional.AsSpan(8));
            BinaryPrimitives.WriteUInt16BigEndian(additional.AsSpan(11), (ushort)contentLength);
        }

        IAeadCipher cipher = keys.Cipher == TlsCipher.ChaCha20Poly1305 ? new ChaCha20Poly1305() : new GcmBlockCipher(AesUtilities.CreateEngine());
        cipher.Init(seals, new AeadParameters(_key, TagLength * 8, _nonce, additional));
        return cipher;
    }
}
