using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using NicEmu.Spec.Tls;

namespace NicEmu.Tests.Interop.Traces;

/// <summary>
/// The least of a TLS connection that a decoder with the secrets accepts: hellos, key change, application records. Sealed by .NET, with secrets that
/// are a hash of their label, so that two runs give the same bytes.
/// </summary>
internal sealed class SyntheticTls
{
    private readonly TlsVersion _version;
    private readonly TlsCipher _cipher;
    private readonly byte[] _clientRandom = SHA256.HashData("client random"u8);
    private readonly byte[] _serverRandom = SHA256.HashData("server random"u8);
    private readonly Side _client;
    private readonly Side _server;
    private readonly Side? _clientHandshake;
    private readonly Side? _serverHandshake;
    private readonly byte[] _master = SHA384.HashData("master"u8);

    public SyntheticTls(TlsVersion version, TlsCipher cipher)
    {
        _version = version;
        _cipher = cipher;
        if (version == TlsVersion.Tls13)
        {
            _clientHandshake = Side13("CLIENT_HANDSHAKE_TRAFFIC_SECRET");
            _serverHandshake = Side13("SERVER_HANDSHAKE_TRAFFIC_SECRET");
            _client = Side13("CLIENT_TRAFFIC_SECRET_0");
            _server = Side13("SERVER_TRAFFIC_SECRET_0");
        }
        else
        {
            int iv = cipher == TlsCipher.ChaCha20Poly1305 ? 12 : 4;
            byte[] block = Prf(_master, "key expansion", [.. _serverRandom, .. _clientRandom], 2 * (KeyLength + iv));
            _client = new Side(block[..KeyLength], block[(2 * KeyLength)..((2 * KeyLength) + iv)]);
            _server = new Side(block[KeyLength..(2 * KeyLength)], block[((2 * KeyLength) + iv)..]);
        }
    }

    private int KeyLength => _cipher == TlsCipher.Aes128Gcm ? 16 : 32;

    private HashAlgorithmName Hash => _cipher == TlsCipher.Aes256Gcm ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256;

    private ushort Suite => (_version, _cipher) switch
    {
        (TlsVersion.Tls13, TlsCipher.Aes128Gcm) => 0x1301,
        (TlsVersion.Tls13, TlsCipher.Aes256Gcm) => 0x1302,
        (TlsVersion.Tls13, _) => 0x1303,
        (_, TlsCipher.Aes128Gcm) => 0xC02B,
        (_, TlsCipher.Aes256Gcm) => 0xC02C,
        _ => 0xCCA9,
    };

    /// <summary>Key log lines that must be known before the server's first flight, and those before the application data.</summary>
    public (string[] Early, string[] Late) KeyLog
    {
        get
        {
            string random = Convert.ToHexStringLower(_clientRandom);
            return _version == TlsVersion.Tls12
                ? ([$"CLIENT_RANDOM {random} {Convert.ToHexStringLower(_master)}"], [])
                : (
                [
                    $"CLIENT_HANDSHAKE_TRAFFIC_SECRET {random} {Hex("CLIENT_HANDSHAKE_TRAFFIC_SECRET")}",
                    $"SERVER_HANDSHAKE_TRAFFIC_SECRET {random} {Hex("SERVER_HANDSHAKE_TRAFFIC_SECRET")}",
                ],
                [
                    $"CLIENT_TRAFFIC_SECRET_0 {random} {Hex("CLIENT_TRAFFIC_SECRET_0")}",
                    $"SERVER_TRAFFIC_SECRET_0 {random} {Hex("SERVER_TRAFFIC_SECRET_0")}",
                ]);
        }
    }

    public byte[] ClientHello()
    {
        byte[] versions = _version == TlsVersion.Tls13 ? [0x00, 0x2B, 0x00, 0x03, 0x02, 0x03, 0x04] : [];
        byte[] body = [0x03, 0x03, .. _clientRandom, 0, 0, 2, .. U16(Suite), 1, 0, .. U16((ushort)versions.Length), .. versions];
        return Record(22, [1, 0, .. U16((ushort)body.Length), .. body]);
    }

    public byte[] ServerHello()
    {
        byte[] versions = _version == TlsVersion.Tls13 ? [0x00, 0x2B, 0x00, 0x02, 0x03, 0x04] : [];
        byte[] body = [0x03, 0x03, .. _serverRandom, 0, .. U16(Suite), 0, .. U16((ushort)versions.Length), .. versions];
        return Record(22, [2, 0, .. U16((ushort)body.Length), .. body]);
    }

    /// <summary>What changes a side's keys: in TLS 1.3 a Finished under the handshake key, in TLS 1.2 a ChangeCipherSpec.</summary>
    public byte[] KeyChange(bool fromServer)
    {
        if (_version == TlsVersion.Tls12)
        {
            return Record(20, [1]);
        }

        int length = Hash == HashAlgorithmName.SHA384 ? 48 : 32;
        return Seal((fromServer ? _serverHandshake : _clientHandshake)!, 22, 0, [20, 0, 0, (byte)length, .. new byte[length]]);
    }

    /// <summary>One record of application data.</summary>
    public byte[] Application(bool fromServer, ulong number, byte[] plaintext) => Seal(fromServer ? _server : _client, 23, number, plaintext);

    private byte[] Seal(Side side, byte type, ulong number, byte[] plaintext)
    {
        byte[] sequence = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(sequence, number);
        byte[] nonce = new byte[12];
        side.Iv.CopyTo(nonce, 0);
        bool explicitNonce = side.Iv.Length == 4;
        for (int i = 0; i < 8; i++)
        {
            nonce[4 + i] ^= sequence[i];
        }

        byte[] inner = _version == TlsVersion.Tls13 ? [.. plaintext, type] : plaintext;
        byte outer = _version == TlsVersion.Tls13 ? (byte)23 : type;
        int wire = inner.Length + 16 + (explicitNonce ? 8 : 0);
        byte[] header = [outer, 0x03, 0x03, .. U16((ushort)wire)];
        byte[] aad = _version == TlsVersion.Tls13 ? header : [.. sequence, type, 0x03, 0x03, .. U16((ushort)plaintext.Length)];
        byte[] sealedBytes = new byte[inner.Length];
        byte[] tag = new byte[16];
        if (_cipher == TlsCipher.ChaCha20Poly1305)
        {
            using var chacha = new ChaCha20Poly1305(side.Key);
            chacha.Encrypt(nonce, inner, sealedBytes, tag, aad);
        }
        else
        {
            using var gcm = new AesGcm(side.Key, 16);
            gcm.Encrypt(nonce, inner, sealedBytes, tag, aad);
        }

        return [.. header, .. explicitNonce ? sequence : [], .. sealedBytes, .. tag];
    }

    private Side Side13(string label)
    {
        byte[] secret = Secret(label);
        return new Side(ExpandLabel(secret, "key", KeyLength), ExpandLabel(secret, "iv", 12));
    }

    private byte[] Secret(string label) =>
        Hash == HashAlgorithmName.SHA384 ? SHA384.HashData(Encoding.ASCII.GetBytes(label)) : SHA256.HashData(Encoding.ASCII.GetBytes(label));

    private string Hex(string label) => Convert.ToHexStringLower(Secret(label));

    /// <summary>RFC 8446 §7.1 with an empty context.</summary>
    private byte[] ExpandLabel(byte[] secret, string label, int length)
    {
        byte[] name = Encoding.ASCII.GetBytes("tls13 " + label);
        return HKDF.Expand(Hash, secret, length, [.. U16((ushort)length), (byte)name.Length, .. name, 0]);
    }

    /// <summary>RFC 5246 §5.</summary>
    private byte[] Prf(byte[] secret, string label, byte[] seed, int length)
    {
        byte[] labelled = [.. Encoding.ASCII.GetBytes(label), .. seed];
        byte[] a = labelled;
        var output = new List<byte>();
        while (output.Count < length)
        {
            a = Hmac(secret, a);
            output.AddRange(Hmac(secret, [.. a, .. labelled]));
        }

        return [.. output.Take(length)];
    }

    private byte[] Hmac(byte[] key, byte[] data) => Hash == HashAlgorithmName.SHA384 ? HMACSHA384.HashData(key, data) : HMACSHA256.HashData(key, data);

    private static byte[] Record(byte type, byte[] body) => [type, 0x03, 0x03, .. U16((ushort)body.Length), .. body];

    private static byte[] U16(ushort value) => [(byte)(value >> 8), (byte)value];

    private sealed record Side(byte[] Key, byte[] Iv);
}
