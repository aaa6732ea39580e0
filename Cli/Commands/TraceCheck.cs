using System.CommandLine;
using NicEmu.Cli.Output;
using NicEmu.Conformance.Sanitizer;
using NicEmu.Traces;

namespace NicEmu.Cli.Commands;

/// <summary><c>nicemu trace check</c>: the sanitizer over a recording.</summary>
internal static class TraceCheck
{
    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        var file = new Argument<string>("FILE") { Description = "Trace file." };
        var arguments = new SanitizerArguments();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("check", "Run the driver sanitizer over a recorded trace, as far as the events are in it.") { file, json };
        arguments.AddTo(command, maySwitchOff: false);
        command.SetAction(parse =>
        {
            string path = parse.GetRequiredValue(file);
            var coverage = new SanitizerCoverage();
            var sanitizer = new DriverSanitizer(arguments.Read(parse));
            try
            {
                ForEach(path, entry => coverage.Note(entry.Event!.Value, entry.Data.Length));
                ForEach(path, entry =>
                {
                    if (coverage.IsUsable(entry.Event!.Value))
                    {
                        sanitizer.On(entry.Event.Value, entry.Data.Span);
                    }
                });
            }
            catch (TraceFormatException damage)
            {
                throw new UsageFault(damage.Message, damage);
            }

            sanitizer.Finish();
            Write(parse.InvocationConfiguration.Output, sanitizer, coverage, parse.GetValue(json));
            return sanitizer.Events == 0 ? ExitCode.NothingRan : sanitizer.HasFindings(Severity.Error) ? ExitCode.Failed : ExitCode.Passed;
        });
        return command;
    }

    private static void ForEach(string path, Action<TraceEntry> action)
    {
        using TraceFile trace = TraceFile.Open(path);
        foreach (TraceEntry entry in trace.ReadAll())
        {
            if (entry.Event is not null)
            {
                action(entry);
            }
        }
    }

    private static void Write(TextWriter output, DriverSanitizer sanitizer, SanitizerCoverage coverage, bool asJson)
    {
        IReadOnlyList<SanitizerRule> notJudged = coverage.NotJudged;
        if (asJson)
        {
            JsonDocumentWriter.Write(output, "nicemu.check/1", json =>
            {
                json.WriteNumber("events", sanitizer.Events);
                FindingText.WriteJson(json, sanitizer);
                json.WriteStartArray("notJudged");
                foreach (SanitizerRule rule in notJudged)
                {
                    json.WriteStringValue(rule.Id);
                }

                json.WriteEndArray();
            });
            return;
        }

        FindingText.Write(output, sanitizer, string.Empty);
        output.WriteLine($"{sanitizer.Events} events: {FindingText.Summary(sanitizer)}");
        if (notJudged.Count > 0)
        {
            output.WriteLine($"{notJudged.Count} of {SanitizerRules.All.Count} rules cannot be judged from this file, because events or bytes that they need are not in it{(coverage.HasWholeDma ? string.Empty : " (the bytes of DMA transactions are cut)")}:");
            output.WriteLine("  " + string.Join(' ', notJudged.Select(static r => r.Id)));
        }
    }
}
