using System.CommandLine;
using NicEmu.Conformance.Sanitizer;

namespace NicEmu.Cli.Commands;

/// <summary>Options of every command that runs the sanitizer.</summary>
internal sealed class SanitizerArguments
{
    private readonly Option<bool> _off = new("--no-sanitizer") { Description = "Do not watch the driver for mistakes." };
    private readonly Option<string[]> _suppress = new("--suppress") { Description = "Count a rule's findings and do not report them, with the reason: NE3001=known.", HelpName = "RULE=REASON", DefaultValueFactory = static _ => [] };

    /// <summary>Adds the options.</summary>
    /// <param name="command">The command.</param>
    /// <param name="maySwitchOff">Whether the command does something without a sanitizer.</param>
    public void AddTo(Command command, bool maySwitchOff = true)
    {
        if (maySwitchOff)
        {
            command.Options.Add(_off);
        }

        command.Options.Add(_suppress);
    }

    /// <summary>What the command line asks for; null for no sanitizer.</summary>
    /// <param name="parse">The parsed command line.</param>
    /// <exception cref="UsageFault">A suppression names no rule or gives no reason.</exception>
    public SanitizerOptions? Read(ParseResult parse) => parse.GetValue(_off) ? null : new SanitizerOptions { Suppressions = [.. parse.GetValue(_suppress)!.Select(Parse)] };

    private static Suppression Parse(string text)
    {
        int at = text.IndexOf('=', StringComparison.Ordinal);
        return at > 0 && !string.IsNullOrWhiteSpace(text[(at + 1)..])
            ? new Suppression(ExplainCommand.Find(text[..at]).Id, text[(at + 1)..])
            : throw new UsageFault($"--suppress {text}: write RULE=REASON.");
    }
}
