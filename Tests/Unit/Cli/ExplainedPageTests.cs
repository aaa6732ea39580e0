using NUnit.Framework;

namespace NicEmu.Tests.Unit.Cli;

/// <summary>docs/tls-offload-explained.md: what stands under a command there is what the command prints.</summary>
public sealed class ExplainedPageTests
{
    private static readonly string s_page = Path.Combine(SourceTree.Root, "docs", "tls-offload-explained.md");

    [Test]
    public void Commands_OfThePage_PrintWhatStandsUnderThem()
    {
        using var folder = new CliFolder();
        // The page makes it by `seq 600000`.
        File.WriteAllLines(folder["numbers.txt"], Enumerable.Range(1, 600_000).Select(n => $"{n}"));
        int commands = 0;

        foreach ((string command, List<string> expected) in Commands().Where(c => c.Command.StartsWith("./nicemu ", StringComparison.Ordinal)))
        {
            commands++;
            CliRun run = CliRun.Of([.. Words(command["./nicemu ".Length..]).Select(w => PathOf(folder, w))]);
            Assert.That(run.Code, Is.Zero, $"{command}: {run.Output}{run.Error}");
            AssertPrinted(command, expected, run.Output.ReplaceLineEndings("\n").Split('\n'));
        }

        Assert.That(commands, Is.AtLeast(10));
    }

    /// <summary>Lines follow each other, unless `...` stands between them.</summary>
    private static void AssertPrinted(string command, List<string> expected, string[] printed)
    {
        int at = 0;
        bool mayLeaveOut = false;
        foreach (string line in expected)
        {
            if (line == "...")
            {
                mayLeaveOut = true;
                continue;
            }

            int found = mayLeaveOut ? Array.IndexOf(printed, line, at) : at < printed.Length && printed[at] == line ? at : -1;
            Assert.That(found, Is.Not.Negative, $"{command}: {line}");
            at = found + 1;
            mayLeaveOut = false;
        }
    }

    private static List<(string Command, List<string> Expected)> Commands()
    {
        List<(string Command, List<string> Expected)> commands = [];
        bool isCode = false;
        foreach (string line in File.ReadLines(s_page))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                isCode = !isCode;
                commands.Add((string.Empty, [])); // what follows belongs to no command yet
            }
            else if (isCode && line.StartsWith("$ ", StringComparison.Ordinal))
            {
                commands.Add((line[2..], []));
            }
            else if (isCode)
            {
                commands[^1].Expected.Add(line);
            }
        }

        return commands;
    }

    /// <summary>Words of a command line, as a shell splits them at spaces outside single quotes.</summary>
    private static IEnumerable<string> Words(string command) =>
        command.Split('\'').SelectMany((part, i) => i % 2 == 1 ? [part] : part.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static string PathOf(CliFolder folder, string word) => word switch
    {
        _ when word.StartsWith("Traces/", StringComparison.Ordinal) => Path.Combine(SourceTree.Root, word),
        _ when word.EndsWith(".pcapng", StringComparison.Ordinal) || word.EndsWith(".txt", StringComparison.Ordinal) => folder[word],
        _ => word,
    };
}
