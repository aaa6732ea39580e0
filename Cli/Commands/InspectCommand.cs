using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using NicEmu.Board;
using NicEmu.Board.Scenarios;
using NicEmu.Board.Time;
using NicEmu.Cli.Output;
using NicEmu.Spec.Inspect;

namespace NicEmu.Cli.Commands;

/// <summary><c>nicemu inspect</c>: runs a scenario up to a moment and shows the state of cards, drivers and flows as a tree.</summary>
internal static class InspectCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        var file = new Argument<string>("FILE") { Description = "Scenario file." };
        var path = new Argument<string?>("PATH") { Description = "Part of the tree, names separated by slashes, such as nic0/tls/rx/0; all of it by default. Upper and lower case are the same.", Arity = ArgumentArity.ZeroOrOne };
        var at = new Option<string>("--at") { Description = "Virtual time since power-on, such as 1ms, or end.", HelpName = "TIME", DefaultValueFactory = _ => "end" };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("inspect", "Run a scenario up to a moment and show the state tree. Secrets appear as fingerprints.") { file, path, at, json };
        command.SetAction(parse =>
        {
            using var interrupt = new InterruptScope();
            string moment = parse.GetValue(at)!;
            long? atPs = moment == "end" ? null : DurationText.TryParse(moment, out long ps) ? ps : throw new UsageFault($"--at {moment}: expected end or {DurationText.Form}.");
            InspectNode? tree = null;
            ScenarioResult result = ScenarioRunner.Run(ScenarioFile.Read(parse.GetRequiredValue(file)), new ScenarioRunOptions { InspectAtPs = atPs, Inspected = node => tree = node }, interrupt.Token);
            if (tree is null)
            {
                throw new UsageFault($"--at {moment}: the run ended before, at {DurationText.Of(result.ElapsedPs)}.");
            }

            InspectNode found = Find(tree, parse.GetValue(path));
            TextWriter output = parse.InvocationConfiguration.Output;
            if (parse.GetValue(json))
            {
                JsonDocumentWriter.Write(output, "nicemu.inspect/1", writer =>
                {
                    writer.WriteString("at", moment);
                    writer.WritePropertyName("tree");
                    Write(writer, found);
                });
            }
            else
            {
                output.Write(found.ToString());
            }

            return ExitCode.Passed;
        });
        return command;
    }

    private static InspectNode Find(InspectNode node, string? path)
    {
        string way = string.Empty;
        foreach (string name in (path ?? string.Empty).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            InspectNode? next = node.Children.FirstOrDefault(c => string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase));
            if (next is null)
            {
                string[] names = [.. node.Children.Select(static c => c.Name)];
                string there = names.Length == 0 ? "nothing" : string.Join(", ", names.Take(20)) + (names.Length > 20 ? string.Create(CultureInfo.InvariantCulture, $" and {names.Length - 20} more") : string.Empty);
                throw new UsageFault($"there is no '{name}' under '{(way.Length == 0 ? "the root" : way)}'{Suggestion.For(name, names)}; there is {there}.");
            }

            node = next;
            way += way.Length == 0 ? name : "/" + name;
        }

        return node;
    }

    private static void Write(Utf8JsonWriter json, InspectNode node)
    {
        json.WriteStartObject();
        json.WriteString("name", node.Name);
        if (node.Value is not null)
        {
            json.WriteString("value", node.Value);
        }

        if (node.Children.Count > 0)
        {
            json.WriteStartArray("children");
            foreach (InspectNode child in node.Children)
            {
                Write(json, child);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
