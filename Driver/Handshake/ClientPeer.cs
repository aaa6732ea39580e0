using Org.BouncyCastle.Tls;

namespace NicEmu.Driver.Handshake;

/// <summary>The client's part in the library's handshake.</summary>
internal sealed class ClientPeer(SeededTlsCrypto crypto, HandshakeOptions options, HandshakeSecrets secrets) : DefaultTlsClient(crypto), TlsAuthentication
{
    public override TlsAuthentication GetAuthentication() => this;

    /// <summary>The peer is the test's own: any certificate will do.</summary>
    public void NotifyServerCertificate(TlsServerCertificate serverCertificate)
    {
        if (m_context.SecurityParameters.NegotiatedVersion.Equals(ProtocolVersion.TLSv13)) secrets.OnHandshakeKeys(m_context);
    }

    public TlsCredentials? GetClientCredentials(CertificateRequest certificateRequest) => null;

    public override void NotifyHandshakeComplete()
    {
        base.NotifyHandshakeComplete();
        secrets.OnComplete(m_context, true);
    }

    protected override int[] GetSupportedCipherSuites() => CipherSuites.For(options);

    protected override ProtocolVersion[] GetSupportedVersions() => CipherSuites.VersionsFor(options);

    protected override IList<int> GetSupportedGroups(IList<int> namedGroupRoles) => [NamedGroup.x25519, NamedGroup.secp256r1];
}
