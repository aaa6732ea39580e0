using System.Security.Cryptography;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Crypto;

/// <summary>Seals and opens whole records with the class library's algorithms: the software path, and the judge of mixed records.</summary>
internal sealed class RecordCipher : IDisposable
{
    private readonly AesGcm? _gcm;
    private readonly ChaCha20Poly1305? _chacha;
    private readonly byte[] _iv;
    private byte[] _zeros = [];
    private byte[] _stream = [];

    public RecordCipher(TlsCryptoInfo info)
    {
        Layout = info.Layout;
        _iv = info.Iv.ToArray();
        if (info.Cipher == TlsCipher.ChaCha20Poly1305) _chacha = new(info.Key.Span);
        else _gcm = new(info.Key.Span, TlsRecordLayout.TagLength);
    }

    public TlsRecordLayout Layout { get; }

    /// <summary>Encrypts a framed record in place and writes its tag.</summary>
    /// <param name="number">Record sequence number.</param>
    /// <param name="record">Header, explicit nonce, plaintext, room for the tag.</param>
    public void Seal(ulong number, Span<byte> record)
    {
        Span<byte> nonce = stackalloc byte[TlsRecordLayout.NonceLength];
        Span<byte> aad = stackalloc byte[RecordNonce.MaxAadLength];
        RecordNonce.Build(Layout, _iv, number, record, nonce);
        aad = aad[..RecordNonce.BuildAad(Layout, number, record, aad)];
        Encrypt(nonce, Body(record), Body(record), record[^TlsRecordLayout.TagLength..], aad);
    }

    /// <summary>Verifies a record and decrypts it in place. After a failure its body is undefined.</summary>
    public bool TryOpen(ulong number, Span<byte> record)
    {
        Span<byte> nonce = stackalloc byte[TlsRecordLayout.NonceLength];
        Span<byte> aad = stackalloc byte[RecordNonce.MaxAadLength];
        RecordNonce.Build(Layout, _iv, number, record, nonce);
        aad = aad[..RecordNonce.BuildAad(Layout, number, record, aad)];
        Span<byte> body = Body(record);
        ReadOnlySpan<byte> tag = record[^TlsRecordLayout.TagLength..];
        try
        {
            if (_gcm is not null) _gcm.Decrypt(nonce, body, tag, body, aad);
            else _chacha!.Decrypt(nonce, body, tag, body, aad);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    /// <summary>The bytes that encryption of a record adds modulo two, for a body of the record's length.</summary>
    /// <param name="number">Record sequence number.</param>
    /// <param name="prefix">Header and explicit nonce.</param>
    /// <param name="recordLength">Bytes of the record.</param>
    /// <remarks>They are the encryption of zeros under the record's own nonce: for this purpose only, and never sent.</remarks>
    public ReadOnlySpan<byte> Keystream(ulong number, ReadOnlySpan<byte> prefix, int recordLength)
    {
        int length = recordLength - Layout.PrefixLength - TlsRecordLayout.TagLength;
        if (_zeros.Length < length) (_zeros, _stream) = (new byte[length], new byte[length]);
        Span<byte> nonce = stackalloc byte[TlsRecordLayout.NonceLength];
        Span<byte> tag = stackalloc byte[TlsRecordLayout.TagLength];
        RecordNonce.Build(Layout, _iv, number, prefix, nonce);
        Encrypt(nonce, _zeros.AsSpan(0, length), _stream.AsSpan(0, length), tag, default);
        return _stream.AsSpan(0, length);
    }

    public void Dispose()
    {
        _gcm?.Dispose();
        _chacha?.Dispose();
        CryptographicOperations.ZeroMemory(_iv);
        CryptographicOperations.ZeroMemory(_stream);
    }

    private Span<byte> Body(Span<byte> record) => record[Layout.PrefixLength..^TlsRecordLayout.TagLength];

    private void Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, Span<byte> tag, ReadOnlySpan<byte> aad)
    {
        if (_gcm is not null) _gcm.Encrypt(nonce, plaintext, ciphertext, tag, aad);
        else _chacha!.Encrypt(nonce, plaintext, ciphertext, tag, aad);
    }
}
