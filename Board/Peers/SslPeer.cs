using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NicEmu.Spec.Tls;

namespace NicEmu.Board.Peers;

/// <summary>
/// A TLS peer that others wrote: the platform's <see cref="SslStream"/>, which on Linux is OpenSSL. It draws its own randomness, so runs with it
/// are not reproducible byte for byte.
/// </summary>
public static class SslPeer
{
    /// <summary>Handshakes as the server, with a certificate made for the purpose (ECDSA, P-256) and without session resumption.</summary>
    /// <param name="transport">The connection.</param>
    /// <param name="options">What to negotiate.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="AuthenticationException">The handshake failed.</exception>
    public static async Task<SslStream> AcceptAsync(Stream transport, TlsPeerOptions options, CancellationToken cancellation = default)
    {
        var stream = new SslStream(transport, leaveInnerStreamOpen: false);
        // The context holds the certificate for the life of the stream.
        X509Certificate2 certificate = CreateCertificate(options.HostName);
        await stream.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
                EnabledSslProtocols = ProtocolOf(options.Version),
                CipherSuitesPolicy = PolicyOf(options),
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                AllowRenegotiation = false,
                AllowTlsResume = false,
            },
            cancellation).ConfigureAwait(false);
        return stream;
    }

    /// <summary>Handshakes as the client. Any certificate is accepted, but there must be one: the peer is an emulated machine, which nobody vouches for.</summary>
    /// <param name="transport">The connection.</param>
    /// <param name="options">What to negotiate.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="AuthenticationException">The handshake failed.</exception>
    public static async Task<SslStream> ConnectAsync(Stream transport, TlsPeerOptions options, CancellationToken cancellation = default)
    {
        var stream = new SslStream(transport, leaveInnerStreamOpen: false);
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = options.HostName,
                EnabledSslProtocols = ProtocolOf(options.Version),
                CipherSuitesPolicy = PolicyOf(options),
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                RemoteCertificateValidationCallback = static (_, _, _, errors) => (errors & SslPolicyErrors.RemoteCertificateNotAvailable) == 0,
                AllowRenegotiation = false,
                AllowTlsResume = false,
            },
            cancellation).ConfigureAwait(false);
        return stream;
    }

    /// <summary>The cipher suite of a version and cipher; in TLS 1.2 with ECDHE and ECDSA.</summary>
    /// <param name="version">TLS version.</param>
    /// <param name="cipher">Record protection.</param>
    public static TlsCipherSuite SuiteOf(TlsVersion version, TlsCipher cipher) => (version, cipher) switch
    {
        (TlsVersion.Tls12, TlsCipher.Aes128Gcm) => TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        (TlsVersion.Tls12, TlsCipher.Aes256Gcm) => TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        (TlsVersion.Tls12, TlsCipher.ChaCha20Poly1305) => TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        (TlsVersion.Tls13, TlsCipher.Aes128Gcm) => TlsCipherSuite.TLS_AES_128_GCM_SHA256,
        (TlsVersion.Tls13, TlsCipher.Aes256Gcm) => TlsCipherSuite.TLS_AES_256_GCM_SHA384,
        (TlsVersion.Tls13, TlsCipher.ChaCha20Poly1305) => TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
        _ => throw new ArgumentOutOfRangeException(nameof(cipher), $"No suite for {version} with {cipher}."),
    };

    private static SslProtocols ProtocolOf(TlsVersion version) => version == TlsVersion.Tls12 ? SslProtocols.Tls12 : SslProtocols.Tls13;

    private static CipherSuitesPolicy? PolicyOf(TlsPeerOptions options)
    {
        // Only OpenSSL platforms let the caller choose suites.
        return OperatingSystem.IsLinux() ? new CipherSuitesPolicy([SuiteOf(options.Version, options.Cipher)]) : null;
    }

    private static X509Certificate2 CreateCertificate(string hostName)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={hostName}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(hostName);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2049, 12, 31, 0, 0, 0, TimeSpan.Zero));
    }
}
