using System.Buffers.Binary;
using NicEmu.Board.Links;
using NicEmu.Driver.Crypto;
using NicEmu.Spec.Tls;
using NUnit.Framework;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace NicEmu.Tests.DriverOnDevice.Lifecycle;

/// <summary>
/// Judges one direction of a connection by what was on the wire: joins it by sequence numbers, demands that repeated bytes are the same, opens every record with
/// BouncyCastle, and goes to the next key behind each KeyUpdate message (RFC 8446 §4.6.3).
/// </summary>
internal static class WireJudge
{
    private const int HeaderLength = 5;
    private const int TagLength = 16;
    private const byte KeyUpdate = 24;

    /// <summary>Opens what was sent.</summary>
    /// <param name="frames">Frames in the order in which they passed.</param>
    /// <param name="sourcePort">TCP port of the sender.</param>
    /// <param name="start">TCP sequence number of the first record.</param>
    /// <param name="keys">The keys in turn.</param>
    /// <returns>The application's content, and how many records each key protected.</returns>
    public static (byte[] Content, int[] Records) Open(IEnumerable<byte[]> frames, ushort sourcePort, uint start, params TlsCryptoInfo[] keys)
    {
        byte[] stream = Join(frames, sourcePort, start);
        var content = new List<byte>();
        var records = new int[keys.Length];
        int key = 0;
        ulong number = keys[0].RecordSequence;
        for (int at = 0; at < stream.Length;)
        {
            Assert.That(stream.Length - at, Is.GreaterThanOrEqualTo(HeaderLength), $"the stream ends within a header at {at}");
            int length = HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(stream.AsSpan(at + 3));
            Assert.That(stream.Length - at, Is.GreaterThanOrEqualTo(length), $"the stream ends within record {number} of key {key}");
            (byte type, byte[] plain) = OpenRecord(stream.AsSpan(at, length), keys[key], number, $"record {number} of key {key} at stream offset {at}");
            records[key]++;
            number++;
            at += length;
            if (type == (byte)TlsContentType.ApplicationData) content.AddRange(plain);
            if (type != (byte)TlsContentType.Handshake || plain is not [KeyUpdate, ..]) continue;
            number = keys[++key].RecordSequence;
        }

        return ([.. content], records);
    }

    private static byte[] Join(IEnumerable<byte[]> frames, ushort sourcePort, uint start)
    {
        var bytes = new List<short>();
        foreach (byte[] frame in frames)
        {
            if (!TcpView.TryParse(frame, out TcpView tcp) || tcp.SourcePort != sourcePort || tcp.IsSyn) continue;
            int offset = TcpSequence.Distance(start, tcp.Sequence);
            for (int i = 0; i < tcp.Payload.Length; i++)
            {
                int at = offset + i;
                if (at < 0) continue;
                while (bytes.Count <= at) bytes.Add(-1);
                if (bytes[at] >= 0 && bytes[at] != tcp.Payload[i]) Assert.Fail($"the byte at stream offset {at} was sent again with another value");
                bytes[at] = tcp.Payload[i];
            }
        }

        Assert.That(bytes, Has.No.Member((short)-1), "the stream has holes");
        return [.. bytes.Select(static b => (byte)b)];
    }

    private static (byte Type, byte[] Content) OpenRecord(ReadOnlySpan<byte> record, TlsCryptoInfo info, ulong number, string what)
    {
        bool isTls12 = info.Version == TlsVersion.Tls12;
        bool hasExplicitNonce = isTls12 && info.Cipher != TlsCipher.ChaCha20Poly1305;
        int prefix = HeaderLength + (hasExplicitNonce ? 8 : 0);
        byte[] nonce = info.Iv.ToArray();
        if (hasExplicitNonce) record.Slice(HeaderLength, 8).CopyTo(nonce.AsSpan(4));
        else for (int i = 0; i < 8; i++) nonce[11 - i] ^= (byte)(number >> (8 * i));
        byte[] additional = record[..HeaderLength].ToArray();
        if (isTls12)
        {
            additional = new byte[13];
            BinaryPrimitives.WriteUInt64BigEndian(additional, number);
            record[..3].CopyTo(additional.AsSpan(8));
            BinaryPrimitives.WriteUInt16BigEndian(additional.AsSpan(11), (ushort)(record.Length - prefix - TagLength));
        }

        IAeadCipher cipher = info.Cipher == TlsCipher.ChaCha20Poly1305 ? new ChaCha20Poly1305() : new GcmBlockCipher(AesUtilities.CreateEngine());
        cipher.Init(false, new AeadParameters(new KeyParameter(info.Key.ToArray()), TagLength * 8, nonce, additional));
        var plain = new byte[cipher.GetOutputSize(record.Length - prefix)];
        try
        {
            int done = cipher.ProcessBytes(record[prefix..], plain);
            cipher.DoFinal(plain.AsSpan(done));
        }
        catch (InvalidCipherTextException)
        {
            Assert.Fail($"{what} has a wrong tag");
        }

        if (isTls12) return (record[0], plain);
        // RFC 8446 §5.4: the last byte that is not zero is the type.
        int end = plain.AsSpan().LastIndexOfAnyExcept((byte)0);
        return (plain[end], plain[..end]);
    }
}
