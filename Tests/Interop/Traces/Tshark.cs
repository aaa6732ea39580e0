using System.ComponentModel;
using System.Diagnostics;
using NUnit.Framework;

namespace NicEmu.Tests.Interop.Traces;

/// <summary>Runs tshark; a test that needs it is skipped where it is not installed.</summary>
internal static class Tshark
{
    private static readonly Lazy<string?> Found = new(FindVersion);

    /// <summary>First line of its version text.</summary>
    public static string Version => Found.Value ?? string.Empty;

    public static void Require()
    {
        if (Found.Value is null)
        {
            Assert.Ignore("tshark is not installed: the trace is not checked by an independent decoder.");
        }
    }

    /// <summary>Runs tshark on a file and returns its standard output. Fails the test when tshark reports an error.</summary>
    public static string Run(string file, params string[] options)
    {
        Require();
        (int code, string output, string error) = Start(["-r", file, .. options]);
        Assert.That(code, Is.Zero, $"tshark {string.Join(' ', options)}: {error}");
        Assert.That(error, Does.Not.Contain("Lua:").And.Not.Contain("error"), "tshark complains");
        return output;
    }

    private static string? FindVersion()
    {
        try
        {
            (int code, string output, _) = Start(["--version"]);
            return code == 0 ? output.Split('\n')[0] : null;
        }
        catch (Win32Exception)
        {
            return null; // no such program
        }
    }

    private static (int Code, string Output, string Error) Start(string[] arguments)
    {
        var start = new ProcessStartInfo("tshark", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["HOME"] = Path.GetTempPath(); // no personal profile
        start.Environment["LC_ALL"] = "C";
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("tshark did not start");
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }
}
