using System.ComponentModel;
using NUnit.Framework;

namespace NicEmu.Tests.Interop.Traces;

/// <summary>
/// The tshark programs of this machine: the one on the path, and those that the environment variable NICEMU_TSHARK names, separated by ';'. A test that
/// needs one is skipped where there is none.
/// </summary>
internal static class Tshark
{
    private static readonly Lazy<IReadOnlyList<TsharkProgram>> Found = new(Find);

    /// <summary>All of them; that of the path comes first.</summary>
    public static IReadOnlyList<TsharkProgram> Programs => Found.Value;

    public static void Require()
    {
        if (Programs.Count == 0)
        {
            Assert.Ignore("tshark is not installed: the trace is not checked by an independent decoder.");
        }
    }

    /// <summary>Runs the first of them on a file and returns its standard output. Fails the test when it reports an error.</summary>
    public static string Run(string file, params string[] options)
    {
        Require();
        return Programs[0].Run(file, options);
    }

    private static List<TsharkProgram> Find()
    {
        string[] more = (Environment.GetEnvironmentVariable("NICEMU_TSHARK") ?? string.Empty).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        List<TsharkProgram> programs = [];
        if (Version("tshark") is { } version)
        {
            programs.Add(new TsharkProgram("tshark", version));
        }

        foreach (string command in more)
        {
            programs.Add(new TsharkProgram(command, Version(command) ?? throw new InvalidOperationException($"NICEMU_TSHARK names {command}, which does not run.")));
        }

        return programs;
    }

    private static string? Version(string command)
    {
        try
        {
            (int code, string output, _) = TsharkProgram.Start(command, ["--version"]);
            return code == 0 ? output.Split('\n')[0] : null;
        }
        catch (Win32Exception)
        {
            return null; // no such program
        }
    }
}
