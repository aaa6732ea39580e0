using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Operators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace NicEmu.Driver.Handshake;

/// <summary>A self-signed ECDSA P-256 certificate with its key, the same for the same seed.</summary>
public sealed class ServerIdentity
{
    private ServerIdentity(byte[] certificate, AsymmetricKeyParameter privateKey) => (Certificate, PrivateKey) = (certificate, privateKey);

    /// <summary>The certificate in DER.</summary>
    public ReadOnlyMemory<byte> Certificate { get; }

    internal AsymmetricKeyParameter PrivateKey { get; }

    /// <summary>Makes key and certificate.</summary>
    /// <param name="seed">Decides about both.</param>
    /// <param name="commonName">Name in the certificate.</param>
    public static ServerIdentity Create(ulong seed, string commonName = "nicemu")
    {
        SecureRandom random = SeededRandom.Create(seed, "identity");
        var keys = new ECKeyPairGenerator();
        keys.Init(new ECKeyGenerationParameters(SecObjectIdentifiers.SecP256r1, random));
        AsymmetricCipherKeyPair pair = keys.GenerateKeyPair();
        var name = new X509Name("CN=" + commonName);
        var generator = new X509V3CertificateGenerator();
        generator.SetSerialNumber(BigInteger.One);
        generator.SetIssuerDN(name);
        generator.SetSubjectDN(name);
        // Fixed, so that the bytes do not depend on the day.
        generator.SetNotBefore(new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        generator.SetNotAfter(new DateTime(2049, 12, 31, 0, 0, 0, DateTimeKind.Utc));
        generator.SetPublicKey(pair.Public);
        X509Certificate certificate = generator.Generate(new Asn1SignatureFactory("SHA256withECDSA", pair.Private, random));
        return new(certificate.GetEncoded(), pair.Private);
    }
}
