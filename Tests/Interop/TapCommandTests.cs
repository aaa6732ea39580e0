using System.Diagnostics;
using System.Security.Cryptography;
using NicEmu.Tests.Unit.Cli;
using NUnit.Framework;

namespace NicEmu.Tests.Interop;

/// <summary>Ten megabytes to and from the openssl program, over the kernel's TCP, by the command line. Needs root; skipped with the reason elsewhere.</summary>
[Category("Long")]
[NonParallelizable]
public sealed class TapCommandTests
{
    private const int Size = 10_000_000;

    private string _folder = string.Empty;

    [SetUp]
    public void CreateFolder()
    {
        _folder = Directory.CreateTempSubdirectory("nicemu").FullName;
        OpenSslProgram.Require();
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Send_ToOpenSslServer_HashesAreEqual([Values] bool ipv6)
    {
        string file = Content();
        string copy = Path.Combine(_folder, "copy");
        using Process server = OpenSslProgram.Serve(4443, copy, _folder);
        string[] family = ipv6 ? ["--ipv6"] : [];

        CliRun run = CliRun.Of(["send", file, "--to-peer", "tap", "--port", "4443", "--timeout", "120", "--no-trace", .. family]);
        server.StandardInput.Close();
        bool exited = server.WaitForExit(10_000);
        server.Kill();

        Assert.That(run.Code, Is.Zero, run.Output + run.Error);
        Assert.That(exited, Is.True);
        Assert.That(Sha(copy), Is.EqualTo(Sha(file)));
    }

    [Test]
    public void Receive_FromOpenSslClient_HashesAreEqual([Values] bool ipv6)
    {
        string file = Content();
        string copy = Path.Combine(_folder, "copy");
        string address = ipv6 ? "[fd4e:1d::2]" : "10.77.0.2";
        string connect = $"openssl s_client -connect {address}:4444 -quiet -no_ign_eof -nocommands < {file}";
        // The interface comes up with the command; before that there is no way to the address.
        using Process client = OpenSslProgram.Shell($"for i in $(seq 200); do if [ -d /sys/class/net/nicemucli ] && {connect}; then exit 0; fi; sleep 0.05; done; exit 1");
        client.BeginErrorReadLine();
        string[] family = ipv6 ? ["--ipv6"] : [];

        CliRun run = CliRun.Of(["receive", copy, "--from-peer", "tap", "--tap", "nicemucli", "--port", "4444", "--timeout", "120", "--no-trace", .. family]);
        client.Kill(entireProcessTree: true);

        Assert.That(run.Code, Is.Zero, run.Output + run.Error);
        Assert.That(Sha(copy), Is.EqualTo(Sha(file)));
    }

    private string Content()
    {
        byte[] bytes = new byte[Size];
        new NicEmu.Board.SeededRandom(5).Fill(bytes);
        string path = Path.Combine(_folder, "content");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static string Sha(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
}
