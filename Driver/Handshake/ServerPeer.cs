using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace NicEmu.Driver.Handshake;

/// <summary>The server's part in the library's handshake. It issues no session tickets, so application data begins with record 0 in TLS 1.3.</summary>
internal sealed class ServerPeer(SeededTlsCrypto crypto, HandshakeOptions options, HandshakeSecrets secrets) : DefaultTlsServer(crypto)
{
    public override TlsCredentials GetCredentials()
    {
        bool isTls13 = m_context.SecurityParameters.NegotiatedVersion.Equals(ProtocolVersion.TLSv13);
        // The library asks for credentials when the handshake keys are in use and nothing was sent under them.
        if (isTls13) secrets.OnHandshakeKeys(m_context);
        ServerIdentity identity = options.Identity!;
        TlsCertificate certificate = crypto.CreateCertificate(identity.Certificate.ToArray());
        Certificate chain = isTls13 ? new([], [new CertificateEntry(certificate, null)]) : new([certificate]);
        SignatureAndHashAlgorithm algorithm = SignatureAndHashAlgorithm.GetInstance(HashAlgorithm.sha256, SignatureAlgorithm.ecdsa);
        return new BcDefaultTlsCredentialedSigner(new TlsCryptoParameters(m_context), crypto, identity.PrivateKey, chain, algorithm);
    }

    public override void NotifyHandshakeComplete()
    {
        base.NotifyHandshakeComplete();
        secrets.OnComplete(m_context, false);
    }

    public override int[] GetSupportedGroups() => [NamedGroup.x25519, NamedGroup.secp256r1];

    protected override int[] GetSupportedCipherSuites() => CipherSuites.For(options);

    protected override ProtocolVersion[] GetSupportedVersions() => CipherSuites.VersionsFor(options);
}
