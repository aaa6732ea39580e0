using System.Globalization;
using System.Text.Json;
using NicEmu.Board.Scenarios;
using NicEmu.Board.Sessions;

namespace NicEmu.Cli.Output;

/// <summary>Shows the counters of a machine: kernel TLS under the kernel's names, and the card's under the manual's.</summary>
internal static class StatsText
{
    /// <summary>Writes one counter a line.</summary>
    /// <param name="output">Receives them.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="heading">Its name.</param>
    public static void Write(TextWriter output, MachineStatistics machine, string heading)
    {
        output.WriteLine(heading);
        foreach ((string name, long value) in ScenarioCounters.Of(machine))
        {
            output.WriteLine($"  {name,-32} {value.ToString(CultureInfo.InvariantCulture),14}");
        }
    }

    /// <summary>Writes them as an object.</summary>
    /// <param name="json">Receives it.</param>
    /// <param name="member">Its name.</param>
    /// <param name="machine">The machine.</param>
    public static void Write(Utf8JsonWriter json, string member, MachineStatistics machine)
    {
        json.WriteStartObject(member);
        foreach ((string name, long value) in ScenarioCounters.Of(machine))
        {
            json.WriteNumber(name, value);
        }

        json.WriteEndObject();
    }
}
