using System.CommandLine;
using System.Text.Json;
using NicEmu.Cli.Output;
using NicEmu.Conformance.Sanitizer;

namespace NicEmu.Cli.Commands;

/// <summary><c>nicemu explain</c>: what a rule of the sanitizer means.</summary>
internal static class ExplainCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        var id = new Argument<string?>("RULE") { Description = "Identifier of a rule, for example NE3001.", Arity = ArgumentArity.ZeroOrOne };
        var list = new Option<bool>("--list") { Description = "All rules, a line each." };
        var markdown = new Option<bool>("--markdown") { Description = "With --list: the page docs/sanitizer.md." };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("explain", "Explain a rule of the driver sanitizer: what it means, its likely cause, where the manual says so.") { id, list, markdown, json };
        command.SetAction(parse =>
        {
            TextWriter output = parse.InvocationConfiguration.Output;
            bool all = parse.GetValue(list) || parse.GetValue(markdown);
            if (all == parse.GetValue(id) is not null)
            {
                throw new UsageFault("explain takes a rule or --list.");
            }

            IReadOnlyList<SanitizerRule> rules = all ? SanitizerRules.All : [Find(parse.GetValue(id)!)];
            if (parse.GetValue(json))
            {
                JsonDocumentWriter.Write(output, "nicemu.rules/1", writer => WriteJson(writer, rules));
            }
            else if (parse.GetValue(markdown))
            {
                output.Write(SanitizerManual.Write());
            }
            else if (all)
            {
                foreach (SanitizerRule rule in rules)
                {
                    output.WriteLine($"{rule.Id}  {SanitizerManual.NameOf(rule.Severity),-8} {rule.Title}");
                }
            }
            else
            {
                WriteRule(output, rules[0]);
            }

            return ExitCode.Passed;
        });
        return command;
    }

    /// <summary>Finds a rule, or says which ones are near.</summary>
    /// <param name="id">What was typed.</param>
    /// <exception cref="UsageFault">There is no such rule.</exception>
    public static SanitizerRule Find(string id)
    {
        if (SanitizerRules.Find(id) is { } rule)
        {
            return rule;
        }

        IEnumerable<string> near = SanitizerRules.All.Where(r => id.Length >= 3 && r.Id.StartsWith(id[..3], StringComparison.OrdinalIgnoreCase)).Take(4).Select(static r => r.Id);
        throw new UsageFault($"there is no rule {id}; `nicemu explain --list` shows all{(near.Any() ? $", for example {string.Join(", ", near)}" : string.Empty)}.");
    }

    private static void WriteRule(TextWriter output, SanitizerRule rule)
    {
        output.WriteLine($"{rule.Id}  {rule.Title}  ({SanitizerManual.NameOf(rule.Severity)})");
        output.WriteLine();
        output.WriteLine($"  meaning       {rule.Meaning}");
        output.WriteLine($"  likely cause  {rule.LikelyCause}");
        output.WriteLine($"  manual        {(rule.Section.StartsWith("S-", StringComparison.Ordinal) ? $"docs/semantics.md, {rule.Section}" : rule.Section)}");
        output.WriteLine($"  seen in       {rule.Needs}");
        if (rule.Resembles.Length > 0)
        {
            output.WriteLine($"  upstream      {rule.Resembles}");
        }
    }

    private static void WriteJson(Utf8JsonWriter writer, IReadOnlyList<SanitizerRule> rules)
    {
        writer.WriteStartArray("rules");
        foreach (SanitizerRule rule in rules)
        {
            writer.WriteStartObject();
            writer.WriteString("id", rule.Id);
            writer.WriteString("severity", SanitizerManual.NameOf(rule.Severity));
            writer.WriteString("title", rule.Title);
            writer.WriteString("meaning", rule.Meaning);
            writer.WriteString("likelyCause", rule.LikelyCause);
            writer.WriteString("section", rule.Section);
            writer.WriteString("needs", rule.Needs.ToString());
            writer.WriteString("resembles", rule.Resembles);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
