using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NicEmu.Board.Links;
using NUnit.Framework;

namespace NicEmu.Tests.Interop;

/// <summary>The program openssl as the peer behind this machine's kernel.</summary>
internal static class OpenSslProgram
{
    /// <summary>Skips the test, with the reason, where there can be no TAP interface or the program is missing.</summary>
    public static void Require()
    {
        try
        {
            TapLink.Open(new TapOptions()).Dispose();
        }
        catch (TapUnavailableException e)
        {
            Assert.Ignore(e.Message);
        }

        if (!File.Exists("/usr/bin/openssl"))
        {
            Assert.Ignore("The program openssl is missing: install the package openssl.");
        }
    }

    /// <summary>Starts a server for one connection and waits until it listens.</summary>
    /// <param name="port">TCP port.</param>
    /// <param name="output">File that gets what arrives.</param>
    /// <param name="folder">Folder for its key.</param>
    /// <param name="isQuiet">Whether it only passes content on; else it takes commands, and says what it does among what arrives.</param>
    public static Process Serve(int port, string output, string folder, bool isQuiet = true)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=openssl", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        File.WriteAllText(Path.Combine(folder, "cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "key.pem"), key.ExportECPrivateKeyPem());
        Process server = Shell($"exec openssl s_server -accept {port} {(isQuiet ? "-quiet" : "")} -naccept 1 -key {folder}/key.pem -cert {folder}/cert.pem > {output}", keepsInput: true);
        string hex = $":{port:X4} ";
        Assert.That(
            () => File.ReadLines("/proc/net/tcp6").Concat(File.ReadLines("/proc/net/tcp")).Any(l => l.Contains(hex, StringComparison.Ordinal) && l.Contains(" 0A ", StringComparison.Ordinal)),
            Is.True.After(10_000, 20));
        return server;
    }

    public static Process Shell(string command, bool keepsInput = false) =>
        Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardInput = keepsInput, RedirectStandardError = true })!;
}
