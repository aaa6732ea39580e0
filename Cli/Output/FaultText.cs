using System.Text.Json;
using NicEmu.Board.Faults;
using NicEmu.Board.Time;

namespace NicEmu.Cli.Output;

/// <summary>Says which faults were put into a run and whether they struck.</summary>
internal static class FaultText
{
    /// <summary>One fault as a line.</summary>
    /// <param name="fault">The fault.</param>
    public static string Of(ArmedFault fault)
    {
        string outcome = fault.FirstHitPs is { } first ? $"struck {fault.Hits} time{(fault.Hits == 1 ? string.Empty : "s")}, first at {DurationText.Of(first / 1000 * 1000)}" : "never struck";
        return $"{fault.Specification}: {outcome}{(fault.Remark is { } remark ? "; " + remark : string.Empty)}";
    }

    /// <summary>Writes the member <c>faults</c>.</summary>
    /// <param name="json">Receives it.</param>
    /// <param name="faults">The faults.</param>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<ArmedFault> faults)
    {
        json.WriteStartArray("faults");
        foreach (ArmedFault fault in faults)
        {
            json.WriteStartObject();
            json.WriteString("fault", fault.Specification.ToString());
            json.WriteNumber("hits", fault.Hits);
            if (fault.FirstHitPs is { } first)
            {
                json.WriteNumber("firstHitPs", first);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
