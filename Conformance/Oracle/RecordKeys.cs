using System.Buffers.Binary;
using System.Text;
using NicEmu.Spec.Tls;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;

namespace NicEmu.Conformance.Oracle;

/// <summary>What one direction of a TLS connection is protected with, and where in its TCP stream that begins.</summary>
/// <param name="Version">TLS version.</param>
/// <param name="Cipher">Record protection.</param>
/// <param name="Key">16 or 32 bytes, as the cipher has it.</param>
/// <param name="Iv">12 bytes; TLS 1.2 with GCM: the salt in the first four.</param>
/// <param name="FirstRecord">Record sequence number of the first record.</param>
/// <param name="FirstSequence">TCP sequence number of that record's first byte.</param>
public sealed record RecordKeys(TlsVersion Version, TlsCipher Cipher, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Iv, ulong FirstRecord, uint FirstSequence)
{
    /// <summary>TLS 1.3: the traffic secret that key and IV come from, so that a KeyUpdate can be followed; empty when it is not known.</summary>
    public ReadOnlyMemory<byte> Secret { get; init; }

    /// <summary>The keys after a KeyUpdate (RFC 8446 §7.2, §7.3); null when the secret is not known.</summary>
    public RecordKeys? Next()
    {
        if (Version != TlsVersion.Tls13 || Secret.IsEmpty)
        {
            return null;
        }

        byte[] secret = Expand(Secret.ToArray(), "traffic upd", Secret.Length);
        return this with { Secret = secret, Key = Expand(secret, "key", Key.Length), Iv = Expand(secret, "iv", Iv.Length), FirstRecord = 0 };
    }

    /// <summary>HKDF-Expand-Label with an empty context (RFC 8446 §7.1).</summary>
    private static byte[] Expand(byte[] secret, string label, int length)
    {
        byte[] name = Encoding.ASCII.GetBytes("tls13 " + label);
        var info = new byte[2 + 1 + name.Length + 1];
        BinaryPrimitives.WriteUInt16BigEndian(info, (ushort)length);
        info[2] = (byte)name.Length;
        name.CopyTo(info, 3);
        // Only SHA-384 has secrets of 48 bytes.
        IDigest digest = secret.Length == 48 ? new Sha384Digest() : new Sha256Digest();
        var generator = new HkdfBytesGenerator(digest);
        generator.Init(HkdfParameters.SkipExtractParameters(secret, info));
        var output = new byte[length];
        generator.GenerateBytes(output, 0, length);
        return output;
    }
}
