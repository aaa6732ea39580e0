using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Crypto;

/// <summary>An application traffic secret of TLS 1.3: the keys of one direction, and those that follow (RFC 8446 §7.2, §7.3).</summary>
public sealed class TrafficSecret
{
    private readonly HashAlgorithmName _hash;
    private readonly byte[] _secret;

    /// <summary>Takes a secret.</summary>
    /// <param name="cipher">Cipher of the connection; decides the hash.</param>
    /// <param name="secret">32 bytes; AES-256-GCM: 48.</param>
    /// <exception cref="ArgumentException">The length is not the hash's.</exception>
    public TrafficSecret(TlsCipher cipher, ReadOnlySpan<byte> secret)
    {
        // RFC 8446 §B.4: TLS_AES_256_GCM_SHA384, and SHA-256 with the others.
        bool isLong = cipher == TlsCipher.Aes256Gcm;
        if (secret.Length != LengthOf(cipher)) throw new ArgumentException("The cipher's hash has another length.", nameof(secret));
        (Cipher, _hash, _secret) = (cipher, isLong ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256, secret.ToArray());
    }

    /// <summary>Length of a cipher's secrets in bytes: that of its hash.</summary>
    /// <param name="cipher">The cipher.</param>
    public static int LengthOf(TlsCipher cipher) => cipher == TlsCipher.Aes256Gcm ? 48 : 32;

    /// <summary>Cipher of the connection.</summary>
    public TlsCipher Cipher { get; }

    /// <summary>The secret itself, as a key log shows it.</summary>
    public ReadOnlyMemory<byte> Bytes => _secret;

    /// <summary>Key and IV of records 0 and up.</summary>
    public TlsCryptoInfo Keys()
    {
        byte[] key = ExpandLabel("key", TlsRecordLayout.KeyLengthOf(Cipher));
        byte[] iv = ExpandLabel("iv", TlsCryptoInfo.IvLength);
        return new(TlsVersion.Tls13, Cipher, key, iv, 0);
    }

    /// <summary>The secret after one KeyUpdate.</summary>
    public TrafficSecret Next() => new(Cipher, ExpandLabel("traffic upd", _secret.Length));

    /// <summary>HKDF-Expand-Label with an empty context (RFC 8446 §7.1).</summary>
    private byte[] ExpandLabel(string label, int length)
    {
        byte[] name = Encoding.ASCII.GetBytes("tls13 " + label);
        var info = new byte[2 + 1 + name.Length + 1];
        BinaryPrimitives.WriteUInt16BigEndian(info, (ushort)length);
        info[2] = (byte)name.Length;
        name.CopyTo(info, 3);
        return HKDF.Expand(_hash, _secret, length, info);
    }
}
