using System.Security.Cryptography;
using System.Text;
using NicEmu.Spec.Testing;
using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Oracle;

/// <summary>Keys and contents of cases, drawn from the seed: the same seed gives the same bytes.</summary>
public static class CaseKeys
{
    /// <summary>Draws keys.</summary>
    /// <param name="seed">The case's seed.</param>
    /// <param name="label">What they are for; another label gives other keys.</param>
    /// <param name="version">TLS version.</param>
    /// <param name="cipher">Record protection.</param>
    /// <param name="recordNumber">Record sequence number of the first record.</param>
    public static FlowKeys Draw(ulong seed, string label, TlsVersion version, TlsCipher cipher, ulong recordNumber = 0)
    {
        byte[] bytes = Bytes(seed, label, 64);
        return new(version, cipher, bytes.AsMemory(0, cipher == TlsCipher.Aes128Gcm ? 16 : 32), bytes.AsMemory(32, 12), recordNumber);
    }

    /// <summary>Draws content without regularities.</summary>
    /// <param name="seed">The case's seed.</param>
    /// <param name="label">What it is for.</param>
    /// <param name="length">Bytes.</param>
    public static byte[] Bytes(ulong seed, string label, int length)
    {
        var bytes = new byte[length];
        Span<byte> block = stackalloc byte[32];
        for (int at = 0; at < length; at += 32)
        {
            SHA256.HashData(Encoding.UTF8.GetBytes($"{label}/{seed}/{at}"), block);
            block[..Math.Min(32, length - at)].CopyTo(bytes.AsSpan(at));
        }

        return bytes;
    }
}
