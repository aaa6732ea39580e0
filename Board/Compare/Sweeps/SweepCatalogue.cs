namespace NicEmu.Board.Compare.Sweeps;

/// <summary>The sweeps by name.</summary>
public static class SweepCatalogue
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<SweepDefinition> All { get; } = [ResyncSweep.Definition, TcpResyncSweep.Definition, WasteSweep.Definition, CacheSweep.Definition, ShareSweep.Definition];

    /// <summary>A sweep by its name; null for none.</summary>
    /// <param name="name">Its name.</param>
    public static SweepDefinition? Find(string name) => All.FirstOrDefault(d => d.Name == name);
}
