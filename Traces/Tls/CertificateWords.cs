using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NicEmu.Traces.Tls;

/// <summary>The Certificate message in words. A certificate that cannot be read is told by its length.</summary>
internal static class CertificateWords
{
    private const int MostCertificates = 8;

    public static void Append(ref ByteCursor cursor, bool tls13, List<string> facts)
    {
        if (tls13)
        {
            cursor.Vector8(); // request context
        }

        var list = new ByteCursor(cursor.Vector24());
        int count = 0;
        while (!list.IsEmpty && !list.Failed && count < MostCertificates)
        {
            ReadOnlySpan<byte> certificate = list.Vector24();
            if (tls13)
            {
                list.Vector16(); // extensions of this certificate
            }

            if (!list.Failed)
            {
                count++;
                facts.Add($"certificate {count}, {certificate.Length} bytes: {Describe(certificate)}");
            }
        }

        if (count == 0)
        {
            facts.Add(list.Failed ? "the list does not fit its length" : "no certificate");
        }
    }

    private static string Describe(ReadOnlySpan<byte> bytes)
    {
        try
        {
            using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(bytes);
            string issuer = certificate.Issuer == certificate.Subject ? "itself" : TlsNames.Printable(certificate.Issuer, 200);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"subject {TlsNames.Printable(certificate.Subject, 200)}, issuer {issuer}, valid {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd} to {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}, key {KeyOf(certificate)}");
        }
        catch (CryptographicException)
        {
            return "cannot be read";
        }
    }

    private static string KeyOf(X509Certificate2 certificate)
    {
        using ECDsa? ecdsa = certificate.GetECDsaPublicKey();
        if (ecdsa is not null)
        {
            string curve = ecdsa.ExportParameters(false).Curve.Oid?.FriendlyName ?? "unnamed curve";
            return "ECDSA " + TlsNames.Printable(curve, 64);
        }

        using RSA? rsa = certificate.GetRSAPublicKey();
        return rsa is not null ? $"RSA {rsa.KeySize} bits" : TlsNames.Printable(certificate.PublicKey.Oid.FriendlyName ?? certificate.PublicKey.Oid.Value ?? "unknown", 64);
    }
}
