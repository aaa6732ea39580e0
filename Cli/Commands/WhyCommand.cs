using System.CommandLine;
using System.Globalization;
using NicEmu.Cli.Output;
using NicEmu.Traces;
using NicEmu.Traces.Answers;

namespace NicEmu.Cli.Commands;

/// <summary><c>nicemu why</c>: why a context was refused, fell back or lost its place, from a trace.</summary>
internal static class WhyCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        var file = new Argument<string>("TRACE") { Description = "Trace file, pcapng or JSON lines." };
        var context = new Option<string?>("--context") { Description = "Only the context with this handle, in hexadecimal; also one without trouble.", HelpName = "HANDLE" };
        var all = new Option<bool>("--all") { Description = "Also contexts without trouble." };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("why", "Tell why contexts were refused, fell back to software or lost their place.") { file, context, all, json };
        command.SetAction(parse =>
        {
            ulong? handle = parse.GetValue(context) is { } text ? HandleOf(text) : null;
            ContextStory[] stories = [.. Read(parse.GetRequiredValue(file)).Where(s => handle is { } wanted ? s.Handle == wanted : s.Troubled || parse.GetValue(all))];
            if (handle is not null && stories.Length == 0)
            {
                throw new UsageFault($"the trace knows no context {parse.GetValue(context)}; --all shows those that it knows.");
            }

            Write(parse.InvocationConfiguration.Output, stories, parse.GetValue(json));
            return ExitCode.Passed;
        });
        return command;
    }

    private static void Write(TextWriter output, ContextStory[] stories, bool asJson)
    {
        if (asJson)
        {
            JsonDocumentWriter.Write(output, "nicemu.why/1", json =>
            {
                json.WriteStartArray("contexts");
                foreach (ContextStory story in stories)
                {
                    json.WriteStartObject();
                    json.WriteNumber("device", story.Device);
                    json.WriteString("handle", NameOf(story.Handle));
                    json.WriteString("title", story.Title);
                    json.WriteBoolean("troubled", story.Troubled);
                    json.WriteStartArray("lines");
                    foreach (string line in story.Lines)
                    {
                        json.WriteStringValue(line.Trim());
                    }

                    json.WriteEndArray();
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
            return;
        }

        foreach (ContextStory story in stories)
        {
            output.WriteLine($"nic{story.Device} {(story.Handle == 0 ? string.Empty : NameOf(story.Handle) + "  ")}{story.Title}");
            foreach (string line in story.Lines)
            {
                output.WriteLine(line);
            }
        }

        if (stories.Length == 0)
        {
            output.WriteLine("No context was refused, fell back or lost its place.");
        }
    }

    private static IReadOnlyList<ContextStory> Read(string path)
    {
        try
        {
            using TraceFile trace = TraceFile.Open(path);
            var history = new ContextHistory();
            foreach (TraceEntry entry in trace.ReadAll())
            {
                if (entry.Event is { } e)
                {
                    history.On(in e, entry.Data.Span);
                }
            }

            return history.Stories;
        }
        catch (TraceFormatException damage)
        {
            throw new UsageFault(damage.Message, damage);
        }
    }

    private static ulong HandleOf(string text)
    {
        ReadOnlySpan<char> digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text.AsSpan(2) : text;
        return ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong handle) ? handle : throw new UsageFault($"--context {text}: expected a handle such as 0x0002000001C00000.");
    }

    private static string NameOf(ulong handle) => "0x" + handle.ToString("X16", CultureInfo.InvariantCulture);
}
