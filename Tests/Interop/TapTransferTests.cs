using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NicEmu.Board;
using NicEmu.Board.Links;
using NicEmu.Board.Sessions;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Interop;

/// <summary>The card against the kernel's TCP and the openssl program, over a TAP device. Needs root and openssl; skipped with the reason elsewhere.</summary>
[NonParallelizable]
public sealed class TapTransferTests
{
    private const int Size = 400_000;
    private const long MinutePs = 60_000_000_000_000;

    private string _folder = "";

    [SetUp]
    public void CreateFolder()
    {
        _folder = Directory.CreateTempSubdirectory("nicemu").FullName;
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

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Send_ToOpenSslServer_ArrivesUnchanged([Values] TlsVersion version, [Values] TlsCipher cipher, [Values(0.0, 0.02)] double loss)
    {
        byte[] content = Content();
        string output = Path.Combine(_folder, "received");
        ushort port = FreePort();
        using Process server = Start($"exec openssl s_server -accept {port} -quiet -naccept 1 -key {Identity()} -cert {Path.Combine(_folder, "cert.pem")} > {output}", keepsInput: true);
        WaitUntilListening(port);
        var bad = new LossProfile { Drop = loss, Reorder = loss };
        var options = new TransferOptions { Peer = PeerKind.Tap, Port = port, Version = version, Cipher = cipher, Outgoing = bad, Incoming = bad, TimeLimitPs = MinutePs };

        TransferResult result = TransferSession.Run(options, new MemoryStream(content), Stream.Null);
        server.StandardInput.Close();
        bool exited = server.WaitForExit(10_000);

        Assert.That(result.Failure, Is.Null);
        Assert.That(exited, Is.True);
        Assert.That(SHA256.HashData(File.ReadAllBytes(output)), Is.EqualTo(SHA256.HashData(content)));
        Assert.That(result.WireSent!.ContentSha256, Is.EqualTo(result.SourceSha256));
        Assert.That(result.Reproducible, Is.False);
    }

    [Test]
    public void Receive_FromOpenSslClient_ArrivesUnchanged([Values] TlsVersion version)
    {
        byte[] content = Content();
        string input = Path.Combine(_folder, "content");
        File.WriteAllBytes(input, content);
        using var sink = new MemoryStream();
        Process? client = null;
        var options = new TransferOptions
        {
            Peer = PeerKind.Tap,
            Direction = TransferDirection.Receive,
            Version = version,
            TimeLimitPs = MinutePs,
            Prepared = _ => client = Start($"exec openssl s_client -connect {TransferSession.MachineAddress(false)}:4433 -quiet -no_ign_eof -nocommands < {input}"),
        };

        TransferResult result = TransferSession.Run(options, Stream.Null, sink);
        client!.Kill();
        client.Dispose();

        Assert.That(result.Failure, Is.Null);
        Assert.That(sink.ToArray(), Is.EqualTo(content));
    }

    private static byte[] Content()
    {
        byte[] content = new byte[Size];
        new SeededRandom(21).Fill(content);
        return content;
    }

    private static Process Start(string command, bool keepsInput = false) =>
        Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command + " 2>/dev/null"]) { RedirectStandardInput = keepsInput })!;

    /// <summary>A port that no program of this machine listens on.</summary>
    private static ushort FreePort()
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        return (ushort)((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Waits for the kernel's table of sockets to show the port in state LISTEN (0A).</summary>
    private static void WaitUntilListening(int port)
    {
        string hex = $":{port:X4} ";
        Assert.That(
            () => File.ReadLines("/proc/net/tcp6").Concat(File.ReadLines("/proc/net/tcp")).Any(l => l.Contains(hex, StringComparison.Ordinal) && l.Contains(" 0A ", StringComparison.Ordinal)),
            Is.True.After(10_000, 20));
    }

    private string Identity()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=openssl", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        string keyFile = Path.Combine(_folder, "key.pem");
        File.WriteAllText(Path.Combine(_folder, "cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportECPrivateKeyPem());
        return keyFile;
    }
}
