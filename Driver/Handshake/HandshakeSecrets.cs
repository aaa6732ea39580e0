using NicEmu.Driver.Crypto;
using NicEmu.Spec.Tls;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto;
using TlsCipher = NicEmu.Spec.Tls.TlsCipher;

namespace NicEmu.Driver.Handshake;

/// <summary>Takes keys and key log lines out of the library's context, without disturbing it.</summary>
internal sealed class HandshakeSecrets(Action<string>? keyLog)
{
    public HandshakeResult? Result { get; private set; }

    /// <summary>TLS 1.3, once the handshake keys are in use (RFC 8446 §7.1).</summary>
    public void OnHandshakeKeys(TlsContext context)
    {
        SecurityParameters parameters = context.SecurityParameters;
        Log("CLIENT_HANDSHAKE_TRAFFIC_SECRET", context, parameters.TrafficSecretClient);
        Log("SERVER_HANDSHAKE_TRAFFIC_SECRET", context, parameters.TrafficSecretServer);
    }

    public void OnComplete(TlsContext context, bool isClient)
    {
        SecurityParameters parameters = context.SecurityParameters;
        TlsCipher cipher = CipherSuites.CipherOf(parameters.CipherSuite);
        (TlsCryptoInfo client, TlsCryptoInfo server) = parameters.NegotiatedVersion.Equals(ProtocolVersion.TLSv13) ? Tls13(context, cipher) : Tls12(context, cipher);
        Result = isClient ? new(client, server) : new(server, client);
        if (Result.Version != TlsVersion.Tls13) return;
        TrafficSecret ours = SecretOf(context, cipher, isClient ? parameters.TrafficSecretClient : parameters.TrafficSecretServer);
        TrafficSecret theirs = SecretOf(context, cipher, isClient ? parameters.TrafficSecretServer : parameters.TrafficSecretClient);
        Result = Result with { TxSecret = ours, RxSecret = theirs };
    }

    private static TrafficSecret SecretOf(TlsContext context, TlsCipher cipher, TlsSecret secret) => new(cipher, Copy(context, secret).Extract());

    private (TlsCryptoInfo Client, TlsCryptoInfo Server) Tls13(TlsContext context, TlsCipher cipher)
    {
        SecurityParameters parameters = context.SecurityParameters;
        Log("CLIENT_TRAFFIC_SECRET_0", context, parameters.TrafficSecretClient);
        Log("SERVER_TRAFFIC_SECRET_0", context, parameters.TrafficSecretServer);
        return (Tls13Direction(context, cipher, parameters.TrafficSecretClient), Tls13Direction(context, cipher, parameters.TrafficSecretServer));
    }

    private static TlsCryptoInfo Tls13Direction(TlsContext context, TlsCipher cipher, TlsSecret secret)
    {
        // RFC 8446 §7.3.
        int hash = context.SecurityParameters.PrfCryptoHashAlgorithm;
        byte[] key = TlsCryptoUtilities.HkdfExpandLabel(Copy(context, secret), hash, "key", Array.Empty<byte>(), TlsRecordLayout.KeyLengthOf(cipher)).Extract();
        byte[] iv = TlsCryptoUtilities.HkdfExpandLabel(Copy(context, secret), hash, "iv", Array.Empty<byte>(), TlsCryptoInfo.IvLength).Extract();
        return new(TlsVersion.Tls13, cipher, key, iv, 0);
    }

    private (TlsCryptoInfo Client, TlsCryptoInfo Server) Tls12(TlsContext context, TlsCipher cipher)
    {
        SecurityParameters parameters = context.SecurityParameters;
        Log("CLIENT_RANDOM", context, parameters.MasterSecret);
        // RFC 5246 §6.3: client key, server key, client IV, server IV; no MAC keys with an AEAD.
        int keyLength = TlsRecordLayout.KeyLengthOf(cipher);
        int ivLength = cipher == TlsCipher.ChaCha20Poly1305 ? TlsCryptoInfo.IvLength : 4;
        byte[] seed = [.. parameters.ServerRandom, .. parameters.ClientRandom];
        ReadOnlySpan<byte> block = Copy(context, parameters.MasterSecret)
            .DeriveUsingPrf(parameters.PrfAlgorithm, "key expansion", seed, 2 * (keyLength + ivLength)).Extract();
        ReadOnlySpan<byte> ivs = block[(2 * keyLength)..];
        return (Tls12Direction(cipher, block[..keyLength], ivs[..ivLength]), Tls12Direction(cipher, block[keyLength..(2 * keyLength)], ivs[ivLength..]));
    }

    private static TlsCryptoInfo Tls12Direction(TlsCipher cipher, ReadOnlySpan<byte> key, ReadOnlySpan<byte> fixedIv)
    {
        // Finished was record 0 (RFC 5246 §7.4.9); the library uses the record number as explicit nonce, so 1 is the next of both.
        Span<byte> iv = stackalloc byte[TlsCryptoInfo.IvLength];
        iv.Clear();
        fixedIv.CopyTo(iv);
        if (fixedIv.Length < iv.Length) iv[^1] = 1;
        return new(TlsVersion.Tls12, cipher, key, iv, 1);
    }

    private void Log(string label, TlsContext context, TlsSecret secret) =>
        keyLog?.Invoke($"{label} {Convert.ToHexStringLower(context.SecurityParameters.ClientRandom)} {Convert.ToHexStringLower(Copy(context, secret).Extract())}");

    /// <summary>Extracting a secret destroys it, so a copy is extracted.</summary>
    private static TlsSecret Copy(TlsContext context, TlsSecret secret) => context.Crypto.AdoptSecret(secret);
}
