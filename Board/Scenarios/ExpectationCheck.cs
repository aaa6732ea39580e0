using NicEmu.Board.Faults;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Sanitizer;
using NicEmu.Driver.Kernel;

namespace NicEmu.Board.Scenarios;

/// <summary>Compares what came of a run with what was expected.</summary>
internal static class ExpectationCheck
{
    /// <summary>What did not come true.</summary>
    /// <param name="scenario">What was expected.</param>
    /// <param name="result">What came.</param>
    /// <param name="missed">Faults that never struck, as sentences.</param>
    /// <param name="plaintext">Plaintext that was seen; null for none.</param>
    public static IReadOnlyList<string> Broken(Scenario scenario, ScenarioResult result, IEnumerable<string> missed, string? plaintext)
    {
        ScenarioExpectations expect = scenario.Expect;
        List<string> broken = [.. missed];
        if (result.Failure is { } failure)
        {
            if (expect.Delivered == true || result.TimedOut)
            {
                broken.Add(failure);
            }
            else if (expect.Failure is { } words && !failure.Contains(words, StringComparison.OrdinalIgnoreCase))
            {
                broken.Add($"A failure with \"{words}\" was expected; this came: {failure}");
            }
        }
        else if (expect.Delivered == false)
        {
            broken.Add("A failure was expected; everything arrived.");
        }

        if (expect.NoPlaintext && plaintext is not null)
        {
            broken.Add(plaintext);
        }

        CheckWire(expect, result, broken);
        CheckGuestErrors(scenario, result, broken);
        CheckFindings(scenario, result, broken);
        foreach (CounterExpectation counter in expect.Counters)
        {
            long? value = ScenarioCounters.Find(counter.Name, result.Machine, result.Peer);
            if (value is null || value < counter.Least || value > counter.Greatest)
            {
                broken.Add($"{counter.Name} is {(value is { } number ? number : "unknown: the card is out of use")}; expected {counter.Bounds}.");
            }
        }

        foreach ((string name, string place) in expect.States)
        {
            string found = StateOf(name, result).ToString().ToLowerInvariant();
            if (found != place)
            {
                broken.Add($"{name} is {found}; expected {place}.");
            }
        }

        return broken;
    }

    private static void CheckWire(ScenarioExpectations expect, ScenarioResult result, List<string> broken)
    {
        foreach (ScenarioFlowResult flow in result.Flows)
        {
            foreach ((string name, WireOracleReport report) in new[] { ("sent", flow.WireSent), ("received", flow.WireReceived) })
            {
                if (expect.IdenticalRetransmits && report.DifferingBytes > 0)
                {
                    broken.Add($"Flow {flow.Name}, {name} stream: {report.DifferingBytes} bytes were sent again with another value.");
                }

                // A run that failed ends anywhere.
                if (expect.WireDecrypts && result.Failure is null && report.Failure is { } failure)
                {
                    broken.Add($"Flow {flow.Name}, {name} stream: {failure}");
                }
            }
        }
    }

    private static void CheckGuestErrors(Scenario scenario, ScenarioResult result, List<string> broken)
    {
        long errors = result.Machine.GuestErrors + result.Peer.GuestErrors;
        CounterExpectation bounds = scenario.Expect.GuestErrors ?? new CounterExpectation("guestErrors", 0, IsDisturbed(result) ? long.MaxValue : 0);
        if (errors < bounds.Least || errors > bounds.Greatest)
        {
            broken.Add($"The cards blamed their drivers {errors} times; expected {bounds.Bounds}.");
        }
    }

    private static void CheckFindings(Scenario scenario, ScenarioResult result, List<string> broken)
    {
        IReadOnlyList<string> wanted = scenario.Expect.Findings;
        broken.AddRange(wanted.Where(id => !result.Sanitizer.Counts.Any(c => c.Rule.Id == id)).Select(static id => $"The sanitizer was to report {id}, and did not."));
        if (IsDisturbed(result))
        {
            return;
        }

        foreach (Finding finding in result.Sanitizer.Findings.Where(f => f.Rule.Severity == Severity.Error && !wanted.Contains(f.Rule.Id)).DistinctBy(static f => f.Rule.Id))
        {
            broken.Add($"{finding.Rule.Id} {finding.Rule.Title}: {finding.What}");
        }
    }

    // What a fault does to a card, a driver that knows nothing of it may answer wrongly.
    private static bool IsDisturbed(ScenarioResult result) =>
        result.Faults.Any(static f => f.Specification.Definition.Family != FaultFamily.Frame);

    private static KtlsState StateOf(string name, ScenarioResult result)
    {
        string[] parts = name.Split('.');
        ScenarioFlowResult flow = result.Flows.First(f => f.Name == parts[^2]);
        bool isPeer = parts.Length == 3;
        return parts[^1] == "tx" ? isPeer ? flow.PeerTx : flow.Tx : isPeer ? flow.PeerRx : flow.Rx;
    }
}
