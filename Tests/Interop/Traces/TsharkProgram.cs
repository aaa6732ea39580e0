using System.Diagnostics;
using NUnit.Framework;

namespace NicEmu.Tests.Interop.Traces;

/// <summary>One tshark of those that are installed.</summary>
/// <param name="Command">Its name or path.</param>
/// <param name="Version">First line of its version text.</param>
internal sealed record TsharkProgram(string Command, string Version)
{
    /// <summary>Runs it on a file and returns its standard output. Fails the test when it reports an error.</summary>
    public string Run(string file, params string[] options)
    {
        (int code, string output, string error) = Start(Command, ["-r", file, .. options]);
        Assert.That(code, Is.Zero, $"{Command} {string.Join(' ', options)}: {error}");
        Assert.That(error, Does.Not.Contain("Lua:").And.Not.Contain("error"), $"{Command} complains");
        return output;
    }

    public override string ToString() => Version;

    internal static (int Code, string Output, string Error) Start(string command, string[] arguments)
    {
        var start = new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["HOME"] = Path.GetTempPath(); // no personal profile
        start.Environment["LC_ALL"] = "C";
        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{command} did not start");
        process.StandardInput.Close();
        string error = string.Empty;
        var drain = new Thread(() => error = process.StandardError.ReadToEnd()); // a full pipe would stop the program
        drain.Start();
        string output = process.StandardOutput.ReadToEnd();
        drain.Join();
        process.WaitForExit();
        return (process.ExitCode, output, error);
    }
}
