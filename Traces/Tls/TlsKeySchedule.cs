using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace NicEmu.Traces.Tls;

/// <summary>From secrets to keys: HKDF-Expand-Label of TLS 1.3 (RFC 8446 §7.1) and the PRF of TLS 1.2 (RFC 5246 §5).</summary>
internal static class TlsKeySchedule
{
    /// <summary>HKDF-Expand-Label with an empty context.</summary>
    public static byte[] ExpandLabel(HashAlgorithmName hash, byte[] secret, string label, int length)
    {
        byte[] name = Encoding.ASCII.GetBytes("tls13 " + label);
        var info = new byte[2 + 1 + name.Length + 1];
        BinaryPrimitives.WriteUInt16BigEndian(info, (ushort)length);
        info[2] = (byte)name.Length;
        name.CopyTo(info, 3);
        return HKDF.Expand(hash, secret, length, info);
    }

    /// <summary>PRF(secret, label, seed): P_hash, whose A(i) = HMAC(secret, A(i-1)) begins with label and seed.</summary>
    public static byte[] Prf(HashAlgorithmName hash, byte[] secret, string label, ReadOnlySpan<byte> seed, int length)
    {
        byte[] start = [.. Encoding.ASCII.GetBytes(label), .. seed];
        byte[] a = start;
        var output = new List<byte>();
        while (output.Count < length)
        {
            a = Hmac(hash, secret, a);
            output.AddRange(Hmac(hash, secret, [.. a, .. start]));
        }

        return [.. output.Take(length)];
    }

    public static byte[] Hmac(HashAlgorithmName hash, byte[] key, byte[] data) =>
        hash == HashAlgorithmName.SHA384 ? HMACSHA384.HashData(key, data) : HMACSHA256.HashData(key, data);

    public static byte[] Hash(HashAlgorithmName hash, byte[] data) => hash == HashAlgorithmName.SHA384 ? SHA384.HashData(data) : SHA256.HashData(data);

    public static int LengthOf(HashAlgorithmName hash) => hash == HashAlgorithmName.SHA384 ? 48 : 32;
}
