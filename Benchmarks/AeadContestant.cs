using System.Security.Cryptography;
using NicEmu.DeviceModel.Crypto;

namespace NicEmu.Benchmarks;

/// <summary>The same record for every implementation under comparison: fixed key, nonce and 5 bytes of additional data, as in TLS 1.3.</summary>
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

    public AeadContestant(string algorithm, int size)
    {
        var number = Parse(algorithm);
        var key = new byte[AeadKey.KeyBytes(number)];
        for (var i = 0; i < key.Length; i++)
        {
            key[i] = (byte)(7 * i);
        }

        _key = new AeadKey(number, key);
        if (number == AeadAlgorithm.ChaCha20Poly1305)
        {
            _chaCha = new ChaCha20Poly1305(key);
        }
        else
        {
            _aesGcm = new AesGcm(key, IncrementalAead.TagBytes);
        }

        RawKey = key;
        _plaintext = new byte[size];
        _ciphertext = new byte[size];
    }

    /// <summary>Names that the constructor takes.</summary>
    public static IReadOnlyList<string> Algorithms { get; } = ["AES-128-GCM", "AES-256-GCM", "ChaCha20-Poly1305"];

    public byte[] RawKey { get; }

    public byte[] Nonce => _nonce;

    public byte[] Aad => _aad;

    public byte[] Plaintext => _plaintext;

    public bool IsGcm => _aesGcm is not null;

    /// <summary>One record with the engine of the device model.</summary>
    public byte Ours()
    {
        IncrementalAead.Seal(_key, _nonce, _aad, _plaintext, _ciphertext, _tag);
        return _tag[0];
    }

    /// <summary>One record with the engine of the device model, handed over in segments as they lie in TCP packets.</summary>
    public byte OursInSegments(int segmentBytes)
    {
        var state = IncrementalAead.Begin(_key, _nonce, _aad);
        for (var offset = 0; offset < _plaintext.Length; offset += segmentBytes)
        {
            var count = Math.Min(segmentBytes, _plaintext.Length - offset);
            IncrementalAead.Encrypt(_key, ref state, _plaintext.AsSpan(offset, count), _ciphertext.AsSpan(offset, count));
        }

        IncrementalAead.Finish(_key, ref state, _tag);
        return _tag[0];
    }

    /// <summary>One record with the class library, its object reused.</summary>
    public byte ClassLibrary()
    {
        _aesGcm?.Encrypt(_nonce, _plaintext, _ciphertext, _tag, _aad);
        _chaCha?.Encrypt(_nonce, _plaintext, _ciphertext, _tag, _aad);
        return _tag[0];
    }

    public void Dispose()
    {
        _key.Dispose();
        _aesGcm?.Dispose();
        _chaCha?.Dispose();
    }

    private static AeadAlgorithm Parse(string algorithm) => algorithm switch
    {
        "AES-128-GCM" => AeadAlgorithm.Aes128Gcm,
        "AES-256-GCM" => AeadAlgorithm.Aes256Gcm,
        "ChaCha20-Poly1305" => AeadAlgorithm.ChaCha20Poly1305,
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
    };
}
