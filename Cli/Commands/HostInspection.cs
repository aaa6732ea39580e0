using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using X86 = System.Runtime.Intrinsics.X86;

namespace NicEmu.Cli.Commands;

/// <summary>Looks at the machine that NicEmu runs on.</summary>
internal static class HostInspection
{
    private const int ProbeTimeoutMs = 10_000;

    /// <summary>Runs every probe.</summary>
    public static IReadOnlyList<Finding> Run() =>
    [
        new(".NET runtime", true, true, RuntimeInformation.FrameworkDescription, string.Empty),
        new("AES-GCM of the system", AesGcm.IsSupported && ChaCha20Poly1305.IsSupported, true, "the driver's software TLS", "install OpenSSL 1.1.1 or newer: apt-get install openssl"),
        new("AES and carry-less multiply", X86.Aes.IsSupported && X86.Pclmulqdq.IsSupported, false, "fast record engine; the portable one works without", "a processor with AES-NI and PCLMULQDQ"),
        Program("tshark", "--version", "decodes the traces; verdict of the trace tests", "apt-get install tshark"),
        Program("openssl", "version", "peer for `send --to-peer tap`", "apt-get install openssl"),
        Program("ip", "-V", "sets up the TAP interface", "apt-get install iproute2"),
        Program("gcc", "-dumpfullversion", "checks the exported C header", "apt-get install gcc"),
        Library("libpcap.so.0.8", "libpcap", "classic pcap files and live capture", "apt-get install libpcap0.8"),
        new("TAP device", File.Exists("/dev/net/tun") && Environment.UserName == "root", false, "peer `tap`: needs root and /dev/net/tun", "run as root on Linux with the tun module loaded"),
    ];

    private static Finding Program(string name, string argument, string use, string remedy)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(name, argument) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string first = process.StandardOutput.ReadLine() ?? string.Empty;
            process.StandardOutput.ReadToEnd();
            if (!process.WaitForExit(ProbeTimeoutMs))
            {
                process.Kill();
                return new Finding(name, false, false, "does not answer", remedy);
            }

            errors.Wait(ProbeTimeoutMs);
            return new Finding(name, true, false, first.Trim(), remedy);
        }
        catch (Win32Exception)
        {
            return new Finding(name, false, false, use, remedy);
        }
    }

    private static Finding Library(string file, string name, string use, string remedy)
    {
        if (!NativeLibrary.TryLoad(file, out nint handle))
        {
            return new Finding(name, false, false, use, remedy);
        }

        NativeLibrary.Free(handle);
        return new Finding(name, true, false, file, remedy);
    }
}
