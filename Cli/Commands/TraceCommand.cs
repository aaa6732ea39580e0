using System.CommandLine;
using System.Globalization;
using System.Text;
using NicEmu.Traces;

namespace NicEmu.Cli.Commands;

/// <summary><c>nicemu trace</c>: look into trace files.</summary>
internal static class TraceCommand
{
    private const string DecryptionHint =
        "Wireshark and tshark decrypt a trace without options. Where frames were lost before the card received them, add: -o tcp.reassemble_out_of_order:TRUE\n"
        + "Device events by register name: -X lua_script:FILE, with FILE from `nicemu reg export lua`.";

    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        var command = new Command("trace", "Look into trace files: pcapng, classic pcap or JSON lines.\n\n" + DecryptionHint);
        command.Subcommands.Add(BuildShow());
        command.Subcommands.Add(TraceCheck.Build());
        return command;
    }

    private static Command BuildShow()
    {
        var file = new Argument<string>("FILE") { Description = "Trace file; its format is told by its contents." };
        var filter = new Option<string?>("--filter", "-f")
        {
            Description = "Only what matches, for example: kind=MmioWrite and time>=1ms and not register=DB_TX_TAIL. Members: kind, interface, register, device, queue, handle, record, seq, address, time.",
        };
        var limit = new Option<int>("--limit", "-n") { Description = "Stop after that many lines; 0: no limit." };
        limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 0)
            {
                result.AddError("--limit takes 0 or more.");
            }
        });
        var json = CommonOptions.Json("Print JSON lines, as `demo --format jsonl` writes them.");
        var command = new Command("show", "Print a trace, one event a line. A damaged file is printed up to the damage.\n\n" + DecryptionHint) { file, filter, limit, json };
        command.SetAction(parse =>
        {
            Func<TraceEntry, bool> wanted = Filter(parse.GetValue(filter));
            TextWriter output = parse.InvocationConfiguration.Output;
            try
            {
                using TraceFile trace = TraceFile.Open(parse.GetRequiredValue(file));
                IEnumerable<TraceEntry> entries = trace.ReadAll().Where(wanted);
                int most = parse.GetValue(limit);
                Print(most == 0 ? entries : entries.Take(most), output, parse.GetValue(json));
                return ExitCode.Passed;
            }
            catch (TraceFormatException damage)
            {
                throw new UsageFault(damage.Message, damage);
            }
        });
        return command;
    }

    private static Func<TraceEntry, bool> Filter(string? expression)
    {
        if (expression is null)
        {
            return _ => true;
        }

        try
        {
            TraceFilter filter = TraceFilter.Parse(expression);
            return entry => entry.Event is { } e && filter.Matches(in e);
        }
        catch (TraceFilterException mistake)
        {
            throw new UsageFault($"--filter: {mistake.Message}", mistake);
        }
    }

    private static void Print(IEnumerable<TraceEntry> entries, TextWriter output, bool asJson)
    {
        if (asJson)
        {
            PrintJson(entries, output);
            return;
        }

        var text = new EventText(RegisterNames.Native);
        var line = new StringBuilder();
        foreach (TraceEntry entry in entries)
        {
            line.Clear();
            line.Append(CultureInfo.InvariantCulture, $"{entry.TimeNs / 1000,9}.{Math.Abs(entry.TimeNs % 1000):D3} ");
            if (entry.Event is { } e)
            {
                line.Append(CultureInfo.InvariantCulture, $"nic{e.Device} ");
                text.Append(line, in e, (int)Math.Min(entry.OriginalLength, int.MaxValue));
            }
            else
            {
                line.Append(CultureInfo.InvariantCulture, $"{(entry.Interface.Length > 0 ? entry.Interface : "packet")} {entry.OriginalLength} bytes");
            }

            if (entry.Comment is { } comment)
            {
                line.Append("  # ").Append(comment);
            }

            output.WriteLine(line);
        }
    }

    private static void PrintJson(IEnumerable<TraceEntry> entries, TextWriter output)
    {
        using var stream = new MemoryStream();
        using (var writer = new JsonLinesTrace(stream, RegisterNames.Native, leaveOpen: true))
        {
            foreach (TraceEntry entry in entries)
            {
                if (entry.Event is { } e)
                {
                    writer.On(in e, entry.Data.Span);
                    Drain(writer, stream, output);
                }
            }
        }

        Drain(null, stream, output);
    }

    private static void Drain(JsonLinesTrace? writer, MemoryStream stream, TextWriter output)
    {
        writer?.Flush();
        output.Write(Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length));
        stream.SetLength(0);
    }
}
