using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using NicEmu.Tests.Unit.Cli;
using NUnit.Framework;

namespace NicEmu.Tests.Interop;

/// <summary>Big files, as a user sends them.</summary>
[Category("Long")]
[NonParallelizable]
public sealed class LongTransferTests
{
    private CliFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new CliFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void Send_100MegabytesToOpenSsl_BadNetwork_HashesAreEqual([Values] bool ipv6)
    {
        string file = _folder.Content("content", 100_000_000);
        string[] family = ipv6 ? ["--ipv6"] : [];

        CliRun run = CliRun.Of(["send", file, "--to-peer", "openssl", "--drop", "0.01", "--reorder", "0.02", "--no-trace", "--json", .. family]);

        AssertArrived(run, file);
    }

    [Test]
    public void Receive_100MegabytesFromOpenSsl_BadNetwork_HashesAreEqual()
    {
        string file = _folder.Content("content", 100_000_000);

        CliRun run = CliRun.Of("receive", _folder["copy"], "--from", file, "--from-peer", "openssl", "--drop", "0.01", "--reorder", "0.02", "--no-trace", "--json");

        AssertArrived(run, file);
        Assert.That(Sha(_folder["copy"]), Is.EqualTo(Sha(file)));
    }

    [Test]
    public void Send_Gigabyte_MemoryStaysFlat()
    {
        if (!File.Exists("/proc/self/status"))
        {
            Assert.Ignore("The peak of another process's memory is read from /proc, which this system has not.");
        }

        string small = _folder.Content("small", 1 << 20);
        using (FileStream big = File.Create(_folder["big"]))
        {
            big.SetLength(1 << 30);
        }

        long peakSmall = Peak("send", small, "--no-trace");
        long peakBig = Peak("send", _folder["big"], "--no-trace");

        TestContext.Out.WriteLine($"peak memory: 1 MiB {peakSmall / 1024} MiB, 1 GiB {peakBig / 1024} MiB");
        Assert.That(peakSmall, Is.Positive);
        Assert.That(peakBig, Is.LessThan(400 * 1024), "KiB at the peak, /proc VmHWM");
    }

    /// <summary>Runs the program and returns the last peak of its resident memory that was seen, in KiB.</summary>
    private static long Peak(params string[] args)
    {
        string program = Path.Combine(TestContext.CurrentContext.TestDirectory, "nicemu.dll");
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [program, .. args]) { RedirectStandardOutput = true })!;
        long peak = 0;
        while (!process.WaitForExit(20))
        {
            peak = Math.Max(peak, PeakOf(process.Id));
        }

        string output = process.StandardOutput.ReadToEnd();
        Assert.That(process.ExitCode, Is.Zero, output);
        return peak;
    }

    private static long PeakOf(int id)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
        }
        catch (IOException)
        {
            return 0; // it has just ended
        }
    }

    private static void AssertArrived(CliRun run, string file)
    {
        Assert.That(run.Code, Is.Zero, run.Output + run.Error);
        using JsonDocument report = JsonDocument.Parse(run.Output);
        Assert.That(report.RootElement.GetProperty("sha256Sent").GetString(), Is.EqualTo(Sha(file)));
        Assert.That(report.RootElement.GetProperty("sha256Received").GetString(), Is.EqualTo(Sha(file)));
    }

    private static string Sha(string file)
    {
        using FileStream stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
