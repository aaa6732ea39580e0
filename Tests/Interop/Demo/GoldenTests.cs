using System.Text.RegularExpressions;
using NicEmu.Tests.Interop.Traces;
using NicEmu.Tests.Unit.Cli;
using NicEmu.Traces;
using NUnit.Framework;

namespace NicEmu.Tests.Interop.Demo;

/// <summary>The captures in Traces/Golden are what the commands in their README write.</summary>
public sealed class GoldenTests
{
    private static readonly string Folder = Path.Combine(SourceTree.Root, "Traces", "Golden");

    [TestCaseSource(nameof(Commands))]
    public void Golden_CommandOfItsReadme_WritesTheSameBytes(string command)
    {
        string[] words = command.Split(' ');
        string golden = Path.Combine(SourceTree.Root, words[^1]);
        string path = Path.GetTempFileName();
        try
        {
            words[1] = Path.Combine(SourceTree.Root, words[1]);
            words[^1] = path;

            CliRun run = CliRun.Of(words);

            Assert.That(run.Code, Is.Zero, run.Output + run.Error);
            Assert.That(File.ReadAllBytes(path).AsSpan().SequenceEqual(File.ReadAllBytes(golden)), Is.True, $"{golden} is not what it was; if that is meant, renew it: scripts/golden");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestCaseSource(nameof(Files))]
    public void Golden_OpenedByTshark_ShowsTheContent(string file)
    {
        Tshark.Require();
        (string client, bool repeated) = Look(file);

        foreach (TsharkProgram program in Tshark.Programs)
        {
            TsharkVerdict verdict = TsharkVerdict.With(program, file, (client, DemoFile.Server));
            verdict.AssertClean(new Dictionary<string, byte[]> { [client] = File.ReadAllBytes(Path.Combine(Folder, "content.txt")) });
        }

        Assert.That(repeated, Is.True, "the file shows a retransmission");
    }

    [Test]
    public void Golden_Folder_HoldsNoFileThatNoCommandWrites() =>
        Assert.That(Files().Select(Path.GetFileName), Is.EquivalentTo(Commands().Select(c => Path.GetFileName(c.Split(' ')[^1]))));

    private static (string Client, bool Repeated) Look(string file)
    {
        var map = new SequenceByteMap();
        using TraceFile trace = TraceFile.Open(file);
        map.AddAll(trace);
        Assert.That(map.AllIdentical, Is.True);
        return (map.Retransmissions.Count == 0 ? string.Empty : map.Retransmissions[0].Flow.ToString().Split(' ')[0], map.Retransmissions.Count > 0);
    }

    private static IEnumerable<string> Commands() =>
        Regex.Matches(File.ReadAllText(Path.Combine(Folder, "README.md")), @"^    \./nicemu (.*)$", RegexOptions.Multiline).Select(m => m.Groups[1].Value);

    private static IEnumerable<string> Files() => Directory.EnumerateFiles(Folder, "*.pcapng");
}
