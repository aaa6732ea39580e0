using NicEmu.Board.Compare;
using NicEmu.Driver.Memory;
using NicEmu.Report.Plots;

namespace NicEmu.Report.Compare;

/// <summary>What the paths themselves give to draw: P1 and P7.</summary>
public static class PathPlots
{
    /// <summary>Bytes of the pair that are shown: all headers, the record's head, and enough of its content.</summary>
    internal const int PairBytes = 160;

    private static readonly (string Name, Func<PathResult, double> Of)[] Parts =
    [
        ("storage DMA", static r => r.PerByte(MemoryTraffic.StorageWrite)),
        ("CPU reads", static r => r.PerByte(MemoryTraffic.CpuRead)),
        ("CPU writes", static r => r.PerByte(MemoryTraffic.CpuWrite)),
        ("write-allocate", static r => r.Path.Model.ChargesWriteAllocate ? r.PerByte(MemoryTraffic.WriteAllocate) : 0),
        ("NIC DMA", static r => r.PerByte(MemoryTraffic.NicRead) + r.PerByte(MemoryTraffic.NicWrite)),
        ("read again to\nretransmit", static r => r.PerByte(MemoryTraffic.ReplayRead)),
        ("accelerator DMA", static r => r.PerByte(MemoryTraffic.AcceleratorRead) + r.PerByte(MemoryTraffic.AcceleratorWrite)),
        ("context paging", static r => r.PerByte(MemoryTraffic.ContextRead) + r.PerByte(MemoryTraffic.ContextWrite)),
    ];

    /// <summary>P1: the bytes of each path in memory, by what moved them.</summary>
    /// <param name="run">What the paths did.</param>
    public static PlotImage Traffic(CompareRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var text = new PlotText(
            "P1-bytes-per-byte",
            "Bytes that cross memory for each byte served",
            "Each bar is a path's k of table T1, by who moved the bytes. Diamonds: the nominal 8, 4 and 2 of the published 400, 200 and 100 GB/s at 400 Gb/s; they are arithmetic with the same model of accesses. Write-allocate is part of a bar only where the kind of store is what the path is about.",
            "data path",
            "memory bytes per byte served (k)");
        return StackedBarsPlot.Draw(text, [.. Parts.Select(static p => p.Name)], [.. run.Rows.Select(static r => new StackedBar(r.Path.Id, [.. Parts.Select(p => p.Of(r))], [Nominal(r.Path.Id)]))], "0.00", "published,\nnominal");
    }

    /// <summary>P7: one segment before and behind the card; null when none was caught.</summary>
    /// <param name="run">What the paths did.</param>
    public static PlotImage? Pair(CompareRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (run.Pair is not { } pair) return null;
        var text = new PlotText(
            "P7-before-and-after",
            "One segment before and behind the card; marked: bytes that differ",
            $"The first {PairBytes} of {pair.Before.Length} bytes of one segment: left as the driver handed it to the card, right as it was on the wire.",
            "before the card (host memory)",
            "behind the card (wire)");
        return HexPairPlot.Draw(text, pair.Before, pair.After, PairBytes);
    }

    /// <summary>What the decks draw for a path; NaN where they draw nothing.</summary>
    internal static double Nominal(string id) =>
        PublishedFigure.All.LastOrDefault(f => f.PathId == id && !f.IsMeasured) is { } figure ? figure.MemoryGBps / figure.PayloadGBps : double.NaN;
}
