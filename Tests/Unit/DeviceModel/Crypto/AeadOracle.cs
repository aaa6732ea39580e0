using System.Security.Cryptography;
using NicEmu.DeviceModel.Crypto;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace NicEmu.Tests.Unit.DeviceModel.Crypto;

/// <summary>A record with everything that seals it, and the two independent implementations that say what must come out.</summary>
internal sealed record AeadOracle(AeadAlgorithm Algorithm, byte[] Key, byte[] Nonce, byte[] Aad, byte[] Plaintext)
{
    public static AeadOracle Create(AeadAlgorithm algorithm, uint seed, int length, int aadLength) => new(
        algorithm,
        CipherCases.Bytes(seed, AeadKey.KeyBytes(algorithm)),
        CipherCases.Bytes(seed + 1, 12),
        CipherCases.Bytes(seed + 2, aadLength),
        CipherCases.Bytes(seed + 3, length));

    /// <summary>Ciphertext and tag by System.Security.Cryptography.</summary>
    public (byte[] Ciphertext, byte[] Tag) ClassLibrary()
    {
        var ciphertext = new byte[Plaintext.Length];
        var tag = new byte[16];
        if (Algorithm == AeadAlgorithm.ChaCha20Poly1305)
        {
            using var cipher = new System.Security.Cryptography.ChaCha20Poly1305(Key);
            cipher.Encrypt(Nonce, Plaintext, ciphertext, tag, Aad);
        }
        else
        {
            using var cipher = new AesGcm(Key, 16);
            cipher.Encrypt(Nonce, Plaintext, ciphertext, tag, Aad);
        }

        return (ciphertext, tag);
    }

    /// <summary>Ciphertext and tag by BouncyCastle.</summary>
    public (byte[] Ciphertext, byte[] Tag) BouncyCastle()
    {
        IAeadCipher cipher = Algorithm == AeadAlgorithm.ChaCha20Poly1305
            ? new Org.BouncyCastle.Crypto.Modes.ChaCha20Poly1305()
            : new GcmBlockCipher(AesUtilities.CreateEngine());
        cipher.Init(true, new AeadParameters(new KeyParameter(Key), 128, Nonce, Aad));
        var output = new byte[cipher.GetOutputSize(Plaintext.Length)];
        var written = cipher.ProcessBytes(Plaintext, 0, Plaintext.Length, output, 0);
        cipher.DoFinal(output, written);
        return (output[..Plaintext.Length], output[Plaintext.Length..]);
    }
}
