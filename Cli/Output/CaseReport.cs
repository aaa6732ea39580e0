using System.Text.Json;
using NicEmu.Board.Scenarios;
using NicEmu.Board.Time;
using NicEmu.Conformance.Core;

namespace NicEmu.Cli.Output;

/// <summary>Says how a scenario file that names a conformance case went.</summary>
internal static class CaseReport
{
    /// <summary>Writes it as text.</summary>
    /// <param name="output">Receives it.</param>
    /// <param name="scenario">What ran.</param>
    /// <param name="result">What came of it.</param>
    /// <param name="file">The file.</param>
    public static void Write(TextWriter output, CaseScenario scenario, CaseResult result, string file)
    {
        string mark = result.Outcome switch
        {
            CaseOutcome.Passed => "PASS",
            CaseOutcome.Failed => "FAIL",
            _ => "SKIP",
        };
        output.WriteLine($"{mark}  {scenario.Name}  {scenario.Case.Id}: {scenario.Case.Behaviour} ({DurationText.Of(result.VirtualPs / 1_000_000 * 1_000_000)})");
        if (result.Message is not null) output.WriteLine($"      {result.Message}");
        if (result.Outcome == CaseOutcome.Failed) output.WriteLine($"      reproduce: nicemu run {file} --seed {scenario.Seed}");
    }

    /// <summary>Writes it as members of an object.</summary>
    /// <param name="json">Receives it.</param>
    /// <param name="scenario">What ran.</param>
    /// <param name="result">What came of it.</param>
    public static void Write(Utf8JsonWriter json, CaseScenario scenario, CaseResult result)
    {
        json.WriteString("name", scenario.Name);
        json.WriteString("case", scenario.Case.Id);
        json.WriteNumber("seed", scenario.Seed);
        if (scenario.Sweep is { } sweep) json.WriteString("sweep", sweep.ToString());
        json.WriteBoolean("passed", result.Outcome == CaseOutcome.Passed);
        json.WriteString("outcome", result.Outcome.ToString().ToLowerInvariant());
        json.WriteString("message", result.Message);
        json.WriteNumber("virtualTimePs", result.VirtualPs);
    }
}
