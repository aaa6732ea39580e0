using System.Buffers.Binary;
using NicEmu.Spec.Tls;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;
using BcAes = Org.BouncyCastle.Crypto.AesUtilities;

namespace NicEmu.Tests.Unit.DeviceModel.Tls;

/// <summary>Protects records with other people's cryptography and nonces of its own.</summary>
internal static class RecordOracle
{
    /// <summary>Wire form of one framed record: header, explicit nonce, body, 16 bytes of placeholder.</summary>
    public static byte[] Seal(TlsVersion version, TlsCipher cipher, byte[] key, byte[] iv, ulong number, ReadOnlySpan<byte> framed)
    {
        bool hasExplicit = version == TlsVersion.Tls12 && cipher != TlsCipher.ChaCha20Poly1305;
        int prefix = hasExplicit ? 13 : 5;
        int bodyLength = framed.Length - prefix - 16;
        byte[] nonce = (byte[])iv.Clone();
        if (hasExplicit)
        {
            framed.Slice(5, 8).CopyTo(nonce.AsSpan(4));
        }
        else
        {
            for (int i = 0; i < 8; i++)
            {
                nonce[4 + i] ^= (byte)(number >> (56 - (8 * i)));
            }
        }

        byte[] aad = framed[..5].ToArray();
        if (version == TlsVersion.Tls12)
        {
            aad = new byte[13];
            BinaryPrimitives.WriteUInt64BigEndian(aad, number);
            framed[..3].CopyTo(aad.AsSpan(8));
            aad[11] = (byte)(bodyLength >> 8);
            aad[12] = (byte)bodyLength;
        }

        byte[] wire = framed.ToArray();
        IAeadCipher engine = cipher == TlsCipher.ChaCha20Poly1305
            ? new ChaCha20Poly1305()
            : new GcmBlockCipher(BcAes.CreateEngine());
        engine.Init(true, new AeadParameters(new KeyParameter(key), 128, nonce, aad));
        byte[] sealedBody = new byte[engine.GetOutputSize(bodyLength)];
        int written = engine.ProcessBytes(framed.Slice(prefix, bodyLength).ToArray(), 0, bodyLength, sealedBody, 0);
        engine.DoFinal(sealedBody, written);
        sealedBody.CopyTo(wire, prefix);
        return wire;
    }
}
