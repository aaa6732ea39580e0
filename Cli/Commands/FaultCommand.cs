using System.CommandLine;
using System.Text.Json;
using NicEmu.Board;
using NicEmu.Board.Faults;
using NicEmu.Cli.Output;

namespace NicEmu.Cli.Commands;

/// <summary><c>nicemu fault</c>: what can be broken, and how.</summary>
internal static class FaultCommand
{
    private const string Form = "A fault is written NAME[:key=value,...][@WHEN], for example frame-drop:direction=received@record=3 or flr@time=1.5ms.\n"
        + "`send`, `receive`, `demo` and `run` take it as --fault, scenario files in their list of faults.";

    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        var command = new Command("fault", "The faults that can be put into a run.\n\n" + Form);
        command.Subcommands.Add(BuildList());
        command.Subcommands.Add(BuildExplain());
        return command;
    }

    private static Command BuildList()
    {
        Option<bool> json = CommonOptions.Json();
        var command = new Command("list", "All faults, one a line.") { json };
        command.SetAction(parse =>
        {
            TextWriter output = parse.InvocationConfiguration.Output;
            if (parse.GetValue(json))
            {
                JsonDocumentWriter.Write(output, "nicemu.faults/1", WriteAll);
                return ExitCode.Passed;
            }

            FaultFamily? family = null;
            foreach (FaultDefinition fault in FaultCatalogue.All)
            {
                if (family != fault.Family)
                {
                    output.WriteLine($"{(family is null ? string.Empty : Environment.NewLine)}{HeadingOf(fault.Family)}");
                    family = fault.Family;
                }

                output.WriteLine($"  {fault.Name,-22} {fault.Summary}");
            }

            output.WriteLine($"{Environment.NewLine}{Form}{Environment.NewLine}`nicemu fault explain NAME` tells parameters and moments.");
            return ExitCode.Passed;
        });
        return command;
    }

    private static Command BuildExplain()
    {
        var name = new Argument<string>("NAME") { Description = "Name of a fault." };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("explain", "What a fault does, what it takes and when it can strike.") { name, json };
        command.SetAction(parse =>
        {
            string wanted = parse.GetRequiredValue(name);
            FaultDefinition fault = FaultCatalogue.Find(wanted)
                ?? throw new UsageFault($"there is no fault '{wanted}'{Suggestion.For(wanted, FaultCatalogue.All.Select(static f => f.Name))}; `nicemu fault list` shows all.");
            if (parse.GetValue(json))
            {
                JsonDocumentWriter.Write(parse.InvocationConfiguration.Output, "nicemu.fault/1", writer => WriteOne(writer, fault));
            }
            else
            {
                Explain(parse.InvocationConfiguration.Output, fault);
            }

            return ExitCode.Passed;
        });
        return command;
    }

    private static void Explain(TextWriter output, FaultDefinition fault)
    {
        output.WriteLine($"{fault.Name}: {fault.Summary}");
        output.WriteLine($"  {fault.Meaning}");
        output.WriteLine();
        output.WriteLine("parameters");
        foreach (FaultParameter parameter in fault.Parameters)
        {
            output.WriteLine($"  {parameter.Name + "=" + parameter.Form,-38} {parameter.Description} Default: {parameter.Default}.");
        }

        if (fault.Parameters.Count == 0)
        {
            output.WriteLine("  none");
        }

        output.WriteLine();
        output.WriteLine("moments");
        foreach (FaultMoment moment in fault.Moments)
        {
            output.WriteLine($"  {FormOf(moment),-38} {MeaningOf(moment, fault)}");
        }

        output.WriteLine($"{Environment.NewLine}Without a moment: {FaultTrigger.NameOf(fault.Moments[0])}=0.");
    }

    private static void WriteAll(Utf8JsonWriter json)
    {
        json.WriteStartArray("faults");
        foreach (FaultDefinition fault in FaultCatalogue.All)
        {
            json.WriteStartObject();
            WriteOne(json, fault);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteOne(Utf8JsonWriter json, FaultDefinition fault)
    {
        json.WriteString("name", fault.Name);
        json.WriteString("family", fault.Family.ToString().ToLowerInvariant());
        json.WriteString("summary", fault.Summary);
        json.WriteString("meaning", fault.Meaning);
        json.WriteStartArray("parameters");
        foreach (FaultParameter parameter in fault.Parameters)
        {
            json.WriteStartObject();
            json.WriteString("name", parameter.Name);
            json.WriteString("form", parameter.Form);
            json.WriteString("default", parameter.Default);
            json.WriteString("description", parameter.Description);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("moments");
        foreach (FaultMoment moment in fault.Moments)
        {
            json.WriteStringValue(FaultTrigger.NameOf(moment));
        }

        json.WriteEndArray();
    }

    private static string HeadingOf(FaultFamily family) => family switch
    {
        FaultFamily.Frame => "frames and records (the wire)",
        FaultFamily.Descriptor => "descriptors (what the card fetches)",
        FaultFamily.Completion => "completions and events (what the card writes)",
        FaultFamily.Interrupt => "interrupts",
        FaultFamily.Dma => "DMA",
        FaultFamily.Mailbox => "mailbox",
        _ => "the card as a whole",
    };

    private static string FormOf(FaultMoment moment) => FaultTrigger.NameOf(moment) + moment switch
    {
        FaultMoment.Time => "=TIME",
        FaultMoment.Rate => "=P",
        _ => "=N",
    };

    private static string MeaningOf(FaultMoment moment, FaultDefinition fault) => moment switch
    {
        FaultMoment.Nth when fault.Name == "descriptor-delay" => "The N-th descriptor that a doorbell hands over, from 0.",
        FaultMoment.Nth => "The N-th, from 0, of those that the fault can hit.",
        FaultMoment.Time => "From that virtual time on, counted from power-on: 20us, 1.5ms.",
        FaultMoment.Rate => "Each with that probability, drawn from the seed.",
        FaultMoment.Dma => "From the N-th transaction of the card on: reads, writes and interrupts, from 0.",
        FaultMoment.Frame => "The N-th frame of the direction, from 0.",
        FaultMoment.Segment => "The N-th TCP segment with payload of the direction, from 0; repeated ones count.",
        FaultMoment.Record => "The segment in which the header of the direction's N-th TLS record ends, from 0.",
        FaultMoment.Byte => "The segments that carry byte N of the direction's TCP stream, from 0.",
        _ => "The N-th mailbox command, from 0; the first brings the link up.",
    };
}
