using NicEmu.Driver.Ktls;

namespace NicEmu.Board.Scenarios;

/// <summary>Makes a failing scenario smaller while it still fails: leaves out flows, steps, rules, faults and cable changes, makes sizes and times smaller, sets options to their defaults.</summary>
public static class ScenarioShrinker
{
    /// <summary>Shrinks a scenario.</summary>
    /// <param name="scenario">A scenario that fails.</param>
    /// <param name="stillFails">Whether one fails in the way that matters. It should not depend on anything but the scenario.</param>
    /// <param name="mostRuns">Bound on the number of times that it is asked, at least 0.</param>
    /// <param name="tried">Called after each time with the number so far; null for no such calls.</param>
    /// <returns>The smallest scenario found; the given one when nothing can be left out.</returns>
    public static Scenario Shrink(Scenario scenario, Func<Scenario, bool> stillFails, int mostRuns = 400, Action<int>? tried = null)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ArgumentNullException.ThrowIfNull(stillFails);
        int runs = 0;
        bool progress = true;
        while (progress && runs < mostRuns)
        {
            progress = false;
            foreach (Scenario candidate in Smaller(scenario))
            {
                if (runs >= mostRuns)
                {
                    break;
                }

                bool fails = stillFails(candidate);
                runs++;
                tried?.Invoke(runs);
                if (fails)
                {
                    scenario = candidate;
                    progress = true;
                    break;
                }
            }
        }

        return scenario;
    }

    /// <summary>Candidates, the boldest first.</summary>
    private static IEnumerable<Scenario> Smaller(Scenario s)
    {
        foreach (List<ScenarioFlow> flows in Without(s.Flows).Where(static f => f.Count > 0))
        {
            HashSet<string> names = [.. flows.Select(static f => f.Name)];
            yield return s with { Flows = flows, Network = [.. s.Network.Where(r => r.Flow is null || names.Contains(r.Flow))] };
        }

        foreach (List<NetworkRule> rules in Without(s.Network))
        {
            yield return s with { Network = rules };
        }

        foreach (List<Faults.FaultSpecification> faults in Without(s.Faults))
        {
            yield return s with { Faults = faults };
        }

        if (s.Link.Count > 0)
        {
            yield return s with { Link = [] };
        }

        for (int i = 0; i < s.Flows.Count; i++)
        {
            foreach (ScenarioFlow flow in Smaller(s.Flows[i]))
            {
                yield return s with { Flows = Replace(s.Flows, i, flow) };
            }
        }

        for (int i = 0; i < s.Network.Count; i++)
        {
            foreach (NetworkRule rule in Smaller(s.Network[i]))
            {
                yield return s with { Network = Replace(s.Network, i, rule) };
            }
        }

        foreach (ScenarioMachine machine in Simpler(s.Machine).Where(m => m != s.Machine))
        {
            yield return s with { Machine = machine };
        }
    }

    private static IEnumerable<ScenarioFlow> Smaller(ScenarioFlow flow)
    {
        foreach (List<ScenarioStep> steps in Without(flow.Steps))
        {
            yield return flow with { Steps = steps };
        }

        if (flow.AtPs > 0)
        {
            yield return flow with { AtPs = 0 };
        }

        for (int i = 0; i < flow.Steps.Count; i++)
        {
            ScenarioStep step = flow.Steps[i];
            if (step.AtPs > 0)
            {
                yield return flow with { Steps = Replace(flow.Steps, i, step with { AtPs = 0 }) };
            }

            if (step.More || step.EndsRecord || step.RequestsUpdate)
            {
                yield return flow with { Steps = Replace(flow.Steps, i, step with { More = false, EndsRecord = false, RequestsUpdate = false }) };
            }

            foreach (int bytes in new[] { 1, step.Bytes / 2, step.Bytes - (step.Bytes / 8), step.Bytes - 1 }.Where(b => b > 0 && b < step.Bytes).Distinct())
            {
                yield return flow with { Steps = Replace(flow.Steps, i, step with { Bytes = bytes }) };
            }
        }
    }

    private static IEnumerable<NetworkRule> Smaller(NetworkRule rule)
    {
        if (rule.Count > 1)
        {
            yield return rule with { Count = null };
        }

        foreach (long number in new[] { 0, rule.When.Number / 2, rule.When.Number - 1 }.Where(n => n >= 0 && n < rule.When.Number).Distinct())
        {
            yield return rule with { When = rule.When with { Number = number } };
        }
    }

    private static IEnumerable<ScenarioMachine> Simpler(ScenarioMachine m)
    {
        var byDefault = new ScenarioMachine();
        yield return m with { Ipv6 = false };
        yield return m with { Mtu = byDefault.Mtu };
        yield return m with { Mss = 0 };
        yield return m with { Handshake = false };
        yield return m with { Cipher = byDefault.Cipher };
        yield return m with { Version = byDefault.Version };
        yield return m with { Strategy = TxStrategy.Reposition };
        yield return m with { RetransmitLimit = byDefault.RetransmitLimit };
        yield return m with { Segmentation = true };
        yield return m with { DelayPs = byDefault.DelayPs };
        yield return m with { Record = byDefault.Record };
    }

    /// <summary>The list without its first half, its second half, and each of its entries.</summary>
    private static IEnumerable<List<T>> Without<T>(IReadOnlyList<T> list)
    {
        if (list.Count > 3)
        {
            yield return [.. list.Take(list.Count / 2)];
            yield return [.. list.Skip(list.Count / 2)];
        }

        for (int i = 0; i < list.Count; i++)
        {
            yield return [.. list.Where((_, at) => at != i)];
        }
    }

    private static T[] Replace<T>(IReadOnlyList<T> list, int index, T item) => [.. list.Select((old, at) => at == index ? item : old)];
}
