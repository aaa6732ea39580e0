using System.Globalization;
using System.Text.Json;
using NicEmu.Board.Faults;
using NicEmu.Board.Scenarios;
using NicEmu.Board.Time;

namespace NicEmu.Cli.Output;

/// <summary>Says how a scenario went.</summary>
internal static class ScenarioReport
{
    /// <summary>Writes it as text.</summary>
    /// <param name="output">Receives it.</param>
    /// <param name="scenario">What ran.</param>
    /// <param name="result">What came of it.</param>
    /// <param name="stats">Whether all counters are shown.</param>
    public static void Write(TextWriter output, Scenario scenario, ScenarioResult result, bool stats)
    {
        output.WriteLine($"{(result.Passed ? "PASS" : "FAIL")}  {scenario.Name}  {Count(result.Flows.Sum(static f => f.BytesSent + f.BytesReceived))} bytes in {DurationText.Of(result.ElapsedPs / 1_000_000 * 1_000_000)}, {result.Outgoing.Frames} frames sent, {result.Incoming.Frames} received");
        foreach (ArmedFault fault in result.Faults)
        {
            output.WriteLine("      fault: " + FaultText.Of(fault));
        }

        if (result.Failure is { } failure && result.Passed)
        {
            output.WriteLine($"      as expected: {failure}");
        }

        foreach (string broken in result.Broken)
        {
            output.WriteLine($"      {broken}");
        }

        if (stats)
        {
            StatsText.Write(output, result.Machine, "nic0");
            StatsText.Write(output, result.Peer, "nic1");
        }
    }

    /// <summary>Writes it as members of an object.</summary>
    /// <param name="json">Receives it.</param>
    /// <param name="scenario">What ran.</param>
    /// <param name="result">What came of it.</param>
    public static void Write(Utf8JsonWriter json, Scenario scenario, ScenarioResult result)
    {
        json.WriteString("name", scenario.Name);
        json.WriteNumber("seed", scenario.Seed);
        json.WriteBoolean("passed", result.Passed);
        json.WriteString("failure", result.Failure);
        json.WriteStartArray("broken");
        foreach (string broken in result.Broken)
        {
            json.WriteStringValue(broken);
        }

        json.WriteEndArray();
        json.WriteNumber("virtualTimePs", result.ElapsedPs);
        json.WriteStartArray("flows");
        foreach (ScenarioFlowResult flow in result.Flows)
        {
            json.WriteStartObject();
            json.WriteString("name", flow.Name);
            json.WriteNumber("bytesSent", flow.BytesSent);
            json.WriteNumber("bytesReceived", flow.BytesReceived);
            json.WriteString("tx", flow.Tx.ToString().ToLowerInvariant());
            json.WriteString("rx", flow.Rx.ToString().ToLowerInvariant());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        FaultText.Write(json, result.Faults);
        StatsText.Write(json, "counters", result.Machine);
        StatsText.Write(json, "peerCounters", result.Peer);
    }

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
