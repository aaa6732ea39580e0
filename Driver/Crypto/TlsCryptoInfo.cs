using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Crypto;

/// <summary>What one direction of a connection is protected with, as setsockopt(TLS_TX) and setsockopt(TLS_RX) take it.</summary>
public sealed class TlsCryptoInfo
{
    /// <summary>Length of <see cref="Iv"/>.</summary>
    public const int IvLength = 12;

    /// <summary>Collects the parameters.</summary>
    /// <param name="version">TLS version.</param>
    /// <param name="cipher">Algorithm.</param>
    /// <param name="key">16 or 32 bytes, as the cipher has it.</param>
    /// <param name="iv">12 bytes; TLS 1.2 with GCM: the salt (4) and the explicit nonce of the first record (8).</param>
    /// <param name="recordSequence">Record sequence number of the first record.</param>
    /// <exception cref="ArgumentException">A length is not the cipher's.</exception>
    public TlsCryptoInfo(TlsVersion version, TlsCipher cipher, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ulong recordSequence)
    {
        Layout = new(version, cipher);
        if (key.Length != Layout.KeyLength) throw new ArgumentException("The cipher has another key length.", nameof(key));
        if (iv.Length != IvLength) throw new ArgumentException("An IV has 12 bytes.", nameof(iv));
        Key = key.ToArray();
        Iv = iv.ToArray();
        RecordSequence = recordSequence;
    }

    /// <summary>Version, cipher and the lengths that follow from them.</summary>
    public TlsRecordLayout Layout { get; }

    /// <summary>TLS version.</summary>
    public TlsVersion Version => Layout.Version;

    /// <summary>Algorithm.</summary>
    public TlsCipher Cipher => Layout.Cipher;

    /// <summary>The key.</summary>
    public ReadOnlyMemory<byte> Key { get; }

    /// <summary>12 bytes; TLS 1.2 with GCM: the salt and the explicit nonce of the first record.</summary>
    public ReadOnlyMemory<byte> Iv { get; }

    /// <summary>Record sequence number of the first record.</summary>
    public ulong RecordSequence { get; }

    /// <summary>The IV as a card takes it: the explicit part is in each record, so it is zero here.</summary>
    internal byte[] DeviceIv()
    {
        byte[] iv = Iv.ToArray();
        if (Layout.ExplicitNonceLength > 0) iv.AsSpan(IvLength - Layout.ExplicitNonceLength).Clear();
        return iv;
    }
}
