using NicEmu.Board.Sessions;
using NicEmu.Driver.Ktls;
using NicEmu.Spec.Native;

namespace NicEmu.Board.Scenarios;

/// <summary>The counters of a machine under their names: the kernel's, this driver's, and the card's by the manual.</summary>
public static class ScenarioCounters
{
    private const string Peer = "peer.";

    /// <summary>All names.</summary>
    public static IReadOnlyCollection<string> Names { get; } = [.. KtlsCounterNames.All.Keys, .. CardNames];

    private static IEnumerable<string> CardNames => NativeMap.Statistics.Registers.Select(static r => r.PairName).OfType<string>();

    /// <summary>A counter's name without the prefix of the second machine.</summary>
    /// <param name="name">The name.</param>
    public static string BareName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith(Peer, StringComparison.Ordinal) ? name[Peer.Length..] : name;
    }

    /// <summary>The counters of a machine at the end of a run.</summary>
    /// <param name="machine">The machine.</param>
    public static IReadOnlyDictionary<string, long> Of(MachineStatistics machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        Dictionary<string, long> all = [];
        foreach ((string name, Func<KtlsCounters, long> read) in KtlsCounterNames.All)
        {
            all[name] = read(machine.Ktls);
        }

        foreach ((string name, ulong value) in machine.Card)
        {
            all[name] = (long)value;
        }

        return all;
    }

    /// <summary>The value that an expectation is about; null when the machine could not be asked any more.</summary>
    /// <param name="name">The counter, with or without prefix.</param>
    /// <param name="machine">The machine under test.</param>
    /// <param name="peer">The second machine.</param>
    public static long? Find(string name, MachineStatistics machine, MachineStatistics peer)
    {
        ArgumentNullException.ThrowIfNull(name);
        bool isPeer = name.StartsWith(Peer, StringComparison.Ordinal);
        return Of(isPeer ? peer : machine).TryGetValue(BareName(name), out long value) ? value : null;
    }
}
