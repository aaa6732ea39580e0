using System.Security.Cryptography;
using NicEmu.DeviceModel.Crypto;
using NicEmu.Spec.Tls;

namespace NicEmu.Cli.Bench;

/// <summary>The same record for every implementation under comparison: fixed key and nonce, 5 bytes of additional data as in TLS 1.3, objects reused.</summary>
internal sealed class AeadContestant : IDisposable
{
    private readonly AeadKey _key;
    private readonly AesGcm? _aesGcm;
    private readonly ChaCha20Poly1305? _chaCha;
    private readonly byte[] _nonce = new byte[IncrementalAead.NonceBytes];
    private readonly byte[] _aad = [23, 3, 3, 0, 0];
    private readonly byte[] _tag = new byte[IncrementalAead.TagBytes];
    private readonly byte[] _plaintext;
    private readonly byte[] _ciphertext;

    /// <summary>Makes key and buffers.</summary>
    /// <param name="cipher">Algorithm.</param>
    /// <param name="recordBytes">Payload of the record.</param>
    public AeadContestant(TlsCipher cipher, int recordBytes)
    {
        Key = new byte[TlsRecordLayout.KeyLengthOf(cipher)];
        for (var i = 0; i < Key.Length; i++)
        {
            Key[i] = (byte)(7 * i);
        }

        // The numbers of both enumerations are the same; a test of the record engine pins them.
        _key = new AeadKey((AeadAlgorithm)cipher, Key);
        if (cipher == TlsCipher.ChaCha20Poly1305)
        {
            _chaCha = new ChaCha20Poly1305(Key);
        }
        else
        {
            _aesGcm = new AesGcm(Key, IncrementalAead.TagBytes);
        }

        _plaintext = new byte[recordBytes];
        _ciphertext = new byte[recordBytes];
    }

    /// <summary>The key bytes.</summary>
    public byte[] Key { get; }

    /// <summary>The nonce, 12 bytes.</summary>
    public byte[] Nonce => _nonce;

    /// <summary>The additional data.</summary>
    public byte[] Aad => _aad;

    /// <summary>The payload.</summary>
    public byte[] Plaintext => _plaintext;

    /// <summary>How the record engine computes on this processor.</summary>
    public CipherKernel Kernel => _key.Kernel;

    /// <summary>One record with the record engine.</summary>
    public byte Engine()
    {
        IncrementalAead.Seal(_key, _nonce, _aad, _plaintext, _ciphertext, _tag);
        return _tag[0];
    }

    /// <summary>One record with the record engine, handed over in pieces as they lie in TCP packets.</summary>
    /// <param name="pieceBytes">Bytes of a piece.</param>
    public byte EngineInPieces(int pieceBytes)
    {
        var state = IncrementalAead.Begin(_key, _nonce, _aad);
        for (var offset = 0; offset < _plaintext.Length; offset += pieceBytes)
        {
            var count = Math.Min(pieceBytes, _plaintext.Length - offset);
            IncrementalAead.Encrypt(_key, ref state, _plaintext.AsSpan(offset, count), _ciphertext.AsSpan(offset, count));
        }

        IncrementalAead.Finish(_key, ref state, _tag);
        return _tag[0];
    }

    /// <summary>One record with .NET's <see cref="AesGcm"/> or <see cref="ChaCha20Poly1305"/>.</summary>
    public byte Library()
    {
        _aesGcm?.Encrypt(_nonce, _plaintext, _ciphertext, _tag, _aad);
        _chaCha?.Encrypt(_nonce, _plaintext, _ciphertext, _tag, _aad);
        return _tag[0];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _key.Dispose();
        _aesGcm?.Dispose();
        _chaCha?.Dispose();
    }
}
