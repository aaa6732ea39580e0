using NicEmu.Board.Compare.Sweeps;

namespace NicEmu.Report.Compare;

/// <summary>The sweeps that the plots are drawn from, and which of their quick settings are enough for that.</summary>
public static class DrawnSweeps
{
    internal const string Resync = "resync";
    internal const string Share = "share";
    internal const string Waste = "waste";
    internal const string Cache = "cache";

    internal const double MapLoss = 0.02;
    internal const int Record = 16384;
    internal const int Segment = 1448;

    /// <summary>The sweeps, in the order in which they are drawn.</summary>
    public static IReadOnlyList<SweepDefinition> All { get; } = [.. ((string[])[Resync, Share, Waste, Cache]).Select(static name => SweepCatalogue.Find(name)!)];

    /// <summary>Whether a plot shows a setting.</summary>
    /// <param name="definition">The sweep.</param>
    /// <param name="setting">One of its settings.</param>
    public static bool Shows(SweepDefinition definition, SweepSetting setting)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(setting);
        return definition.Name switch
        {
            Resync => IsOverLoss() || IsOnTheMap(),
            Share => Value("record") == Record && Value("mss") == Segment && Value("in-flight") == 2 && Value("aligned") == 1,
            Waste => Label("strategy") is "range" or "rebuild" && Value("record") == Record,
            _ => true,
        };

        bool IsOverLoss() => Label("strategy") is "rebuild" or "range" && Value("record") == Record && Value("mss") == Segment && (Value("burst") == 2 * Segment || Value("aligned") == 1);

        bool IsOnTheMap() => Label("strategy") == "rebuild" && Value("loss") == MapLoss && Value("burst") == 2 * Value("mss") && Value("aligned") == 0;

        double Value(string axis) => setting.Values[definition.IndexOf(axis)];

        string Label(string axis) => definition.Columns[definition.IndexOf(axis)].Labels[(int)Value(axis)];
    }
}
