using System.Buffers.Binary;
using NicEmu.Spec.Tls;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace NicEmu.Tests.Block.Core;

/// <summary>Builds TLS records before and after protection with BouncyCastle and .NET, from the RFCs alone (5246 §6.2.3.3, 5288 §3, 7905 §2, 8446 §5.2 and §5.3).</summary>
internal sealed class RecordOracle(TlsVersion version, TlsCipher cipher)
{
    public byte[] Key { get; } = Pattern(cipher == TlsCipher.Aes128Gcm ? 16 : 32, 0x40);

    public byte[] Iv { get; } = Pattern(12, 0x90);

    public TlsVersion Version => version;

    public TlsCipher Cipher => cipher;

    private bool HasExplicitNonce => version == TlsVersion.Tls12 && cipher != TlsCipher.ChaCha20Poly1305;

    public static byte[] Pattern(int length, int start)
    {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            bytes[i] = (byte)((start + i) * 31);
        }

        return bytes;
    }

    /// <summary>A stream of records before protection, with filler for the tags, and as it must be on the wire.</summary>
    /// <param name="lengths">Content length of each record.</param>
    /// <param name="firstNumber">Number of the first record.</param>
    public (byte[] Plain, byte[] Wire) Stream(ReadOnlySpan<int> lengths, ulong firstNumber)
    {
        var plain = new List<byte>();
        var wire = new List<byte>();
        for (int i = 0; i < lengths.Length; i++)
        {
            (byte[] before, byte[] after) = Record(Pattern(lengths[i], i), unchecked(firstNumber + (ulong)i));
            plain.AddRange(before);
            wire.AddRange(after);
        }

        return ([.. plain], [.. wire]);
    }

    /// <summary>One record before and after protection.</summary>
    public (byte[] Plain, byte[] Wire) Record(byte[] content, ulong number)
    {
        byte[] inner = version == TlsVersion.Tls13 ? [.. content, 23] : content;
        byte[] explicitNonce = HasExplicitNonce ? Big(number ^ 0xA5A5_0000_0000_0000) : [];
        int lengthField = explicitNonce.Length + inner.Length + 16;
        byte[] header = [23, 3, 3, (byte)(lengthField >> 8), (byte)lengthField];
        byte[] aad = version == TlsVersion.Tls13 ? header : [.. Big(number), 23, 3, 3, (byte)(content.Length >> 8), (byte)content.Length];
        byte[] sealedBytes = Seal(Nonce(number, explicitNonce), aad, inner);
        return ([.. header, .. explicitNonce, .. inner, .. Enumerable.Repeat((byte)0xEE, 16)], [.. header, .. explicitNonce, .. sealedBytes]);
    }

    private byte[] Nonce(ulong number, byte[] explicitNonce)
    {
        if (explicitNonce.Length > 0)
        {
            return [.. Iv[..4], .. explicitNonce];
        }

        byte[] nonce = [.. Iv];
        byte[] counter = Big(number);
        for (int i = 0; i < 8; i++)
        {
            nonce[4 + i] ^= counter[i];
        }

        return nonce;
    }

    private byte[] Seal(byte[] nonce, byte[] aad, byte[] plain)
    {
        if (cipher == TlsCipher.ChaCha20Poly1305)
        {
            var output = new byte[plain.Length];
            var tag = new byte[16];
            using var chacha = new System.Security.Cryptography.ChaCha20Poly1305(Key);
            chacha.Encrypt(nonce, plain, output, tag, aad);
            return [.. output, .. tag];
        }

        var gcm = new GcmBlockCipher(new Org.BouncyCastle.Crypto.Engines.AesEngine());
        gcm.Init(true, new AeadParameters(new KeyParameter(Key), 128, nonce, aad));
        var sealedBytes = new byte[plain.Length + 16];
        int count = gcm.ProcessBytes(plain, 0, plain.Length, sealedBytes, 0);
        gcm.DoFinal(sealedBytes, count);
        return sealedBytes;
    }

    private static byte[] Big(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }
}
