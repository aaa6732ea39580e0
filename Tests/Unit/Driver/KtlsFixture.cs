using NicEmu.Driver.Crypto;
using NicEmu.Driver.Ktls;
using NicEmu.Spec.Tls;

namespace NicEmu.Tests.Unit.Driver;

/// <summary>Keys, payloads and records for the tests of the record layer.</summary>
internal static class KtlsFixture
{
    public static TlsCryptoInfo Info(TlsVersion version, TlsCipher cipher, ulong recordSequence = 0)
    {
        var layout = new TlsRecordLayout(version, cipher);
        byte[] iv = [0xF0, 0xF1, 0xF2, 0xF3, 0xE0, 0xE1, 0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7];
        return new(version, cipher, Pattern(layout.KeyLength, 77), iv, recordSequence);
    }

    public static byte[] Pattern(int length, int seed)
    {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) bytes[i] = (byte)((i * 31) + (seed * 101) + (i >> 8) + 1);
        return bytes;
    }

    public static byte[] Frame(TlsCryptoInfo info, TlsContentType type, ulong number, ReadOnlySpan<byte> payload)
    {
        var record = new byte[RecordFraming.Length(info.Layout, payload.Length)];
        RecordFraming.Write(info.Layout, type, 0x1000_0000_0000_0000 + number, payload, record);
        return record;
    }

    /// <summary>A record as on the wire.</summary>
    public static byte[] Seal(TlsCryptoInfo info, TlsContentType type, ulong number, ReadOnlySpan<byte> payload)
    {
        byte[] record = Frame(info, type, number, payload);
        using var cipher = new RecordCipher(info);
        cipher.Seal(number, record);
        return record;
    }

    /// <summary>A record as a card hands it over: the tag of the wire, the body in plaintext.</summary>
    public static byte[] Decrypted(TlsCryptoInfo info, TlsContentType type, ulong number, ReadOnlySpan<byte> payload)
    {
        byte[] wire = Seal(info, type, number, payload);
        Frame(info, type, number, payload).AsSpan(..^16).CopyTo(wire);
        return wire;
    }
}
