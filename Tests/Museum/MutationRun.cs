using System.Diagnostics;
using System.Globalization;
using NUnit.Framework;

namespace NicEmu.Tests.Museum;

/// <summary>
/// A sample of small faults in the engine rooms, each judged by the unit tests of its room and by the conformance suite, in a process of its own. Run it with
/// <c>scripts/mutate</c>; it prints what survived.
/// </summary>
[Explicit("Takes about ten seconds for each fault.")]
public sealed class MutationRun
{
    private const int Timeout = 60_000;

    [TestCase("DeviceModel", "Tls", "FullyQualifiedName~Unit.DeviceModel.Tls|FullyQualifiedName~Tests.Conformance|FullyQualifiedName~Block.Native.Tls")]
    [TestCase("Driver", "", "FullyQualifiedName~Unit.Driver|FullyQualifiedName~Tests.Conformance")]
    public void Sample_OfARoom_IsJudged(string project, string folder, string filter)
    {
        int count = int.Parse(Environment.GetEnvironmentVariable("NICEMU_MUTANTS") ?? "30", CultureInfo.InvariantCulture);
        string home = Directory.CreateDirectory(Path.Combine(SourceTree.Root, "artifacts", "mutants", project)).FullName;
        try
        {
            Copy(AppContext.BaseDirectory, home);
            int killed = 0;
            int judged = 0;
            foreach (SyntaxMutator.Fault fault in Sample(Path.Combine(project, folder), count))
            {
                byte[] image;
                try
                {
                    image = MutantCompiler.CompileChanged(project, fault.File, fault.Text);
                }
                catch (InvalidOperationException)
                {
                    // The compiler noticed it.
                    continue;
                }

                File.WriteAllBytes(Path.Combine(home, $"NicEmu.{project}.dll"), image);
                judged++;
                bool survives = Passes(home, filter);
                killed += survives ? 0 : 1;
                if (survives) TestContext.Out.WriteLine($"SURVIVED {fault.File}:{fault.Line}  {fault.Before}  ->  {fault.After}");
            }

            TestContext.Out.WriteLine($"{project}: {killed} of {judged} killed");
            Assert.That(judged, Is.Positive);
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    private static List<SyntaxMutator.Fault> Sample(string folder, int count)
    {
        List<SyntaxMutator.Fault> all =
        [
            .. Directory.EnumerateFiles(Path.Combine(SourceTree.Root, folder), "*.cs", SearchOption.AllDirectories)
                .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .SelectMany(f => SyntaxMutator.FaultsOf(Path.GetRelativePath(SourceTree.Root, f), File.ReadAllText(f).ReplaceLineEndings("\n"))),
        ];
        return [.. Enumerable.Range(0, Math.Min(count, all.Count)).Select(i => all[(int)((long)i * all.Count / count)])];
    }

    private static bool Passes(string home, string filter)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = SourceTree.Root };
        foreach (string argument in new[] { Path.Combine(home, "NicEmu.Tests.dll"), "--filter", $"({filter})&TestCategory!=Long" }) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (process.WaitForExit(Timeout)) return process.ExitCode == 0;
        process.Kill(entireProcessTree: true);
        return false;
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (string folder in Directory.EnumerateDirectories(from))
        {
            Copy(folder, Directory.CreateDirectory(Path.Combine(to, Path.GetFileName(folder))).FullName);
        }
    }
}
