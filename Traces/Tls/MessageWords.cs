using System.Security.Cryptography;

namespace NicEmu.Traces.Tls;

/// <summary>Handshake messages in words. Any bytes are allowed as a body.</summary>
internal static class MessageWords
{
    /// <summary>Random of a ServerHello that asks for another ClientHello: SHA-256 of "HelloRetryRequest" (RFC 8446 §4.1.3).</summary>
    private static readonly byte[] s_retry = SHA256.HashData("HelloRetryRequest"u8);

    /// <summary>Most cipher suites that are named.</summary>
    private const int MostSuites = 64;

    /// <summary>Says what a message holds.</summary>
    /// <param name="type">Handshake type.</param>
    /// <param name="body">Its body.</param>
    /// <param name="agreed">What is known of the connection; hello messages add to it.</param>
    public static TlsMessageStory Say(int type, ReadOnlySpan<byte> body, HelloFacts agreed)
    {
        List<string> facts = [];
        string name = TlsNames.Message(type);
        var cursor = new ByteCursor(body);
        bool tls13 = agreed.Version == 0x0304;
        switch (type)
        {
            case 1:
                ClientHello(ref cursor, facts, agreed);
                break;
            case 2:
                name = ServerHello(ref cursor, facts, agreed) ? "HelloRetryRequest" : name;
                break;
            case 4:
                Ticket(ref cursor, tls13, facts, agreed);
                break;
            case 8:
                ExtensionWords.Append(cursor.Vector16(), type, facts, agreed);
                break;
            case 11:
                CertificateWords.Append(ref cursor, tls13, facts);
                break;
            case 12:
                ServerKeyExchange(ref cursor, facts, agreed);
                break;
            case 13 when tls13:
                cursor.Vector8();
                ExtensionWords.Append(cursor.Vector16(), type, facts, agreed);
                break;
            case 15:
                facts.Add($"signature {TlsNames.Signature(cursor.U16())}, {cursor.Vector16().Length} bytes, over a hash of the messages so far: the server has the certificate's key");
                break;
            case 16:
                facts.Add(agreed.Group is null ? $"{body.Length} bytes" : $"the client's share for {agreed.Group}, {cursor.Vector8().Length} bytes");
                break;
            case 24:
                facts.Add(cursor.U8() == 1 ? "the other side shall change its key as well" : "only the sender changes its key");
                break;
            default:
                break;
        }

        if (cursor.Failed)
        {
            facts.Add("the message is shorter than its own lengths say");
        }

        return new TlsMessageStory(type, name, body.Length, facts);
    }

    private static void ClientHello(ref ByteCursor cursor, List<string> facts, HelloFacts agreed)
    {
        ushort version = cursor.U16();
        ReadOnlySpan<byte> random = cursor.Take(32);
        if (!agreed.HasServerHello)
        {
            agreed.ClientRandom = random.ToArray();
        }

        ReadOnlySpan<byte> session = cursor.Vector8();
        var suites = new ByteCursor(cursor.Vector16());
        cursor.Vector8();
        facts.Add($"version field {TlsNames.Version(version)}{(version == 0x0303 ? " (stays so in TLS 1.3; supported_versions counts)" : string.Empty)}");
        facts.Add($"random {Convert.ToHexStringLower(random)} (a key log finds its secrets by it)");
        facts.Add(session.IsEmpty ? "no session id" : $"session id {session.Length} bytes");
        int count = suites.Length / 2;
        var names = new List<string>();
        while (suites.Length >= 2 && names.Count < MostSuites)
        {
            names.Add(CipherSuiteFacts.NameOf(suites.U16()));
        }

        facts.Add($"{count} cipher suite{(count == 1 ? string.Empty : "s")} offered: {string.Join(", ", names)}");
        if (!cursor.IsEmpty)
        {
            ExtensionWords.Append(cursor.Vector16(), 1, facts, agreed);
        }
    }

    private static bool ServerHello(ref ByteCursor cursor, List<string> facts, HelloFacts agreed)
    {
        ushort version = cursor.U16();
        ReadOnlySpan<byte> random = cursor.Take(32);
        ReadOnlySpan<byte> session = cursor.Vector8();
        ushort suite = cursor.U16();
        cursor.U8();
        bool isRetry = random.SequenceEqual(s_retry);
        facts.Add($"version field {TlsNames.Version(version)}");
        facts.Add(isRetry ? "its random is the fixed one that asks for another ClientHello" : $"random {Convert.ToHexStringLower(random)}");
        facts.Add(session.IsEmpty ? "no session id" : $"session id {session.Length} bytes");
        facts.Add($"cipher suite chosen: {CipherSuiteFacts.NameOf(suite)}");
        if (!cursor.IsEmpty)
        {
            ExtensionWords.Append(cursor.Vector16(), 2, facts, agreed);
        }

        if (!isRetry && !cursor.Failed && !agreed.HasServerHello)
        {
            agreed.ServerRandom = random.ToArray();
            agreed.LegacyVersion = version;
            agreed.Suite = suite;
        }

        return isRetry;
    }

    private static void Ticket(ref ByteCursor cursor, bool tls13, List<string> facts, HelloFacts agreed)
    {
        uint lifetime = cursor.U32();
        if (tls13)
        {
            cursor.U32();
            cursor.Vector8();
        }

        facts.Add($"a ticket of {cursor.Vector16().Length} bytes, good for {lifetime} seconds: with it the client may resume the session without a certificate");
        if (tls13 && !cursor.IsEmpty)
        {
            ExtensionWords.Append(cursor.Vector16(), 4, facts, agreed);
        }
    }

    private static void ServerKeyExchange(ref ByteCursor cursor, List<string> facts, HelloFacts agreed)
    {
        // RFC 8422 §5.4: named_curve (3), the curve, the point; then the signature.
        if (cursor.U8() != 3)
        {
            facts.Add("parameters of a key exchange without a named curve");
            return;
        }

        agreed.Group = TlsNames.Group(cursor.U16());
        facts.Add($"the server's share for {agreed.Group}, {cursor.Vector8().Length} bytes");
        facts.Add($"signature {TlsNames.Signature(cursor.U16())}, {cursor.Vector16().Length} bytes, over both randoms and the share");
    }
}
