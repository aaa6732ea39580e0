using System.CommandLine;
using System.Globalization;
using NicEmu.Cli.Output;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;
using NicEmu.Spec.Registers;
using NicEmu.Traces;

namespace NicEmu.Cli.Commands;

/// <summary><c>nicemu stats</c>: the card's counters as a trace last saw them. `run --stats` and `send --stats` show the kernel's as well.</summary>
internal static class StatsCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        var file = new Argument<string>("TRACE") { Description = "Trace file, pcapng or JSON lines, of a run whose end read the counters, as every transfer does." };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("stats", "The card's counters, as they were last read in a trace. With `run --stats`, `send --stats` and `receive --stats` kernel TLS's counters are shown as well.") { file, json };
        command.SetAction(parse =>
        {
            SortedDictionary<int, Dictionary<string, ulong>> counters = Read(parse.GetRequiredValue(file));
            if (counters.Count == 0)
            {
                throw new UsageFault("the trace holds no read of a statistics register; record it to the end of a transfer, or use `nicemu run FILE --stats`.");
            }

            Write(parse.InvocationConfiguration.Output, counters, parse.GetValue(json));
            return ExitCode.Passed;
        });
        return command;
    }

    private static void Write(TextWriter output, SortedDictionary<int, Dictionary<string, ulong>> counters, bool asJson)
    {
        if (asJson)
        {
            JsonDocumentWriter.Write(output, "nicemu.stats/1", json =>
            {
                foreach ((int device, Dictionary<string, ulong> values) in counters)
                {
                    json.WriteStartObject("nic" + device.ToString(CultureInfo.InvariantCulture));
                    foreach ((string name, ulong value) in values)
                    {
                        json.WriteNumber(name, value);
                    }

                    json.WriteEndObject();
                }
            });
            return;
        }

        foreach ((int device, Dictionary<string, ulong> values) in counters)
        {
            output.WriteLine($"nic{device}");
            foreach ((string name, ulong value) in values)
            {
                output.WriteLine($"  {name,-32} {value.ToString(CultureInfo.InvariantCulture),14}");
            }
        }
    }

    private static SortedDictionary<int, Dictionary<string, ulong>> Read(string path)
    {
        Dictionary<ulong, (string Name, int Shift)> registers = [];
        foreach (Register register in NativeMap.Statistics.Registers)
        {
            if (register.PairName is { } name)
            {
                registers[NativeMap.Statistics.OffsetOf(register)] = (name, 0);
                registers[NativeMap.Statistics.OffsetOf(register) + 4] = (name, 32);
            }
        }

        SortedDictionary<int, Dictionary<string, ulong>> counters = [];
        try
        {
            using TraceFile trace = TraceFile.Open(path);
            foreach (TraceEntry entry in trace.ReadAll())
            {
                if (entry.Event is not { Kind: TraceEventKind.MmioRead, Index: NativeDevice.RegisterBar } e || !registers.TryGetValue(e.Address, out (string Name, int Shift) half))
                {
                    continue;
                }

                if (!counters.TryGetValue(e.Device, out Dictionary<string, ulong>? values))
                {
                    counters.Add(e.Device, values = []);
                }

                ulong before = values.GetValueOrDefault(half.Name);
                values[half.Name] = e.Length == 8 ? e.Value : half.Shift == 0 ? (before & ~0xFFFF_FFFFUL) | e.Value : (before & 0xFFFF_FFFF) | (e.Value << 32);
            }
        }
        catch (TraceFormatException damage)
        {
            throw new UsageFault(damage.Message, damage);
        }

        return counters;
    }
}
