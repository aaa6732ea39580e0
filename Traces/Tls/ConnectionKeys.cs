using System.Security.Cryptography;
using NicEmu.Spec.Tls;

namespace NicEmu.Traces.Tls;

/// <summary>Makes the keys of a connection from the key log, once its hello messages are known.</summary>
internal sealed class ConnectionKeys(TlsKeyLog keyLog, HelloFacts agreed)
{
    private readonly List<byte> _transcript = [];

    /// <summary>Remarks on secrets that do not fit.</summary>
    public List<string> Notes { get; } = [];

    public bool IsTls13 => agreed.Version == 0x0304;

    private HashAlgorithmName Hash => CipherSuiteFacts.HashOf(agreed.Suite);

    /// <summary>Label of a secret in the key log.</summary>
    public static string LabelOf(TlsSide side, TlsEpoch epoch) =>
        (side == TlsSide.Client ? "CLIENT_" : "SERVER_") + (epoch == TlsEpoch.Handshake ? "HANDSHAKE_TRAFFIC_SECRET" : "TRAFFIC_SECRET_0");

    /// <summary>TLS 1.3: the key of a phase (RFC 8446 §7.3); null when the log has no fitting secret.</summary>
    public TlsRecordKey? Tls13(TlsSide side, TlsEpoch epoch)
    {
        string label = LabelOf(side, epoch);
        return Secret(label) is { } secret ? FromSecret(secret, label) : null;
    }

    /// <summary>TLS 1.3: the key behind a KeyUpdate (RFC 8446 §7.2).</summary>
    public TlsRecordKey? Next(TlsRecordKey key, int updates) => FromSecret(
        TlsKeySchedule.ExpandLabel(Hash, key.Secret, "traffic upd", key.Secret.Length),
        key.Name[..(key.Name.LastIndexOf('_') + 1)] + updates.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>TLS 1.2: one half of the key block (RFC 5246 §6.3).</summary>
    public TlsRecordKey? Tls12(TlsSide side)
    {
        if (CipherSuiteFacts.CipherOf(agreed.Suite) is not { } cipher || Master() is not { } master)
        {
            return null;
        }

        int keyLength = TlsRecordLayout.KeyLengthOf(cipher);
        int ivLength = cipher == TlsCipher.ChaCha20Poly1305 ? TlsRecordLayout.NonceLength : 4;
        byte[] block = TlsKeySchedule.Prf(Hash, master, "key expansion", [.. agreed.ServerRandom, .. agreed.ClientRandom], 2 * (keyLength + ivLength));
        int which = side == TlsSide.Client ? 0 : 1;
        byte[] key = block[(which * keyLength)..((which + 1) * keyLength)];
        int ivAt = (2 * keyLength) + (which * ivLength);
        string name = (side == TlsSide.Client ? "client" : "server") + "_write_key of the master secret";
        return new TlsRecordKey(new TlsRecordLayout(TlsVersion.Tls12, cipher), key, block[ivAt..(ivAt + ivLength)], name);
    }

    /// <summary>Adds a handshake message, header and body, to the transcript; not what stands outside of it.</summary>
    public void Remember(ReadOnlySpan<byte> message, bool isRetry)
    {
        int type = message[0];
        if (type is 0 or 24 || (type == 4 && IsTls13))
        {
            return;
        }

        if (isRetry)
        {
            // RFC 8446 §4.4.1: the first ClientHello counts as its hash. The suite is that of this very message.
            byte[] hash = TlsKeySchedule.Hash(CipherSuiteFacts.HashOf(RetrySuite(message)), [.. _transcript]);
            _transcript.Clear();
            _transcript.AddRange([254, 0, 0, (byte)hash.Length, .. hash]);
        }

        _transcript.AddRange(message);
    }

    /// <summary>Compares a Finished message with the transcript.</summary>
    /// <param name="side">Who sent it.</param>
    /// <param name="body">Its verify_data.</param>
    /// <param name="key">The handshake key of the sender, TLS 1.3.</param>
    /// <returns>Whether it agrees; null when that cannot be told.</returns>
    public bool? Verify(TlsSide side, ReadOnlySpan<byte> body, TlsRecordKey? key)
    {
        byte[] hash = TlsKeySchedule.Hash(Hash, [.. _transcript]);
        if (IsTls13)
        {
            return key is null ? null : body.SequenceEqual(TlsKeySchedule.Hmac(Hash, TlsKeySchedule.ExpandLabel(Hash, key.Secret, "finished", key.Secret.Length), hash));
        }

        string label = side == TlsSide.Client ? "client finished" : "server finished";
        return Master() is { } master ? body.SequenceEqual(TlsKeySchedule.Prf(Hash, master, label, hash, 12)) : null;
    }

    private static ushort RetrySuite(ReadOnlySpan<byte> message)
    {
        var cursor = new ByteCursor(message[4..]);
        cursor.Take(34);
        cursor.Vector8();
        return cursor.U16();
    }

    private byte[]? Master()
    {
        if (!keyLog.TryGet("CLIENT_RANDOM", agreed.ClientRandom, out byte[]? master))
        {
            return null;
        }

        return master.Length == 48 ? master : Unfit("CLIENT_RANDOM", master.Length, 48);
    }

    private byte[]? Secret(string label)
    {
        if (!keyLog.TryGet(label, agreed.ClientRandom, out byte[]? secret))
        {
            return null;
        }

        int length = TlsKeySchedule.LengthOf(Hash);
        return secret.Length == length ? secret : Unfit(label, secret.Length, length);
    }

    private byte[]? Unfit(string label, int length, int wanted)
    {
        string note = $"the secret {label} has {length} bytes, {CipherSuiteFacts.NameOf(agreed.Suite)} needs {wanted}: it is not used";
        if (!Notes.Contains(note))
        {
            Notes.Add(note);
        }

        return null;
    }

    private TlsRecordKey? FromSecret(byte[] secret, string name)
    {
        if (CipherSuiteFacts.CipherOf(agreed.Suite) is not { } cipher)
        {
            return null;
        }

        byte[] key = TlsKeySchedule.ExpandLabel(Hash, secret, "key", TlsRecordLayout.KeyLengthOf(cipher));
        byte[] iv = TlsKeySchedule.ExpandLabel(Hash, secret, "iv", TlsRecordLayout.NonceLength);
        return new TlsRecordKey(new TlsRecordLayout(TlsVersion.Tls13, cipher), key, iv, name) { Secret = secret };
    }
}
