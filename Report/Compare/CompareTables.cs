using System.Globalization;
using NicEmu.Board.Compare;
using NicEmu.Driver.Memory;
using NicEmu.Report.Tables;

namespace NicEmu.Report.Compare;

/// <summary>What a comparison of data paths gives, as tables: the console and the page show the same ones.</summary>
public static class CompareTables
{
    private const double Bits = 8;
    private const string None = "-";

    /// <summary>T1: where the bytes of each path go.</summary>
    /// <param name="run">What the paths did.</param>
    public static ReportTable Matrix(CompareRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new(
            "T1  Memory bytes for each byte served, each counted where it moves (k is their sum; expected: what the stages of the path add up to)",
            [
                new("path"), .. Numbers("stoW", "cpuR", "cpuW", "rfo", "nicR", "nicW", "dump", "ctx", "accel"), .. Numbers("k", "expected", "+rfo", "+meta"),
                .. Numbers("PCIe", "copies", "sysc/rec", "desc/rec", "bell/rec"),
            ],
            [.. run.Rows.Select(MatrixRow)])
        {
            Notes =
            [
                "stoW: storage writes memory. cpuR, cpuW: a processor loads, stores. rfo: lines loaded because of a store. nicR, nicW: the card reads, writes. dump: the card reads again to find its place in a record. ctx: the card pages connections. accel: an accelerator reads and writes. PCIe: crossings of a port. copies, system calls, descriptors and doorbells are per record.",
                "rfo is a label on ordinary stores: the model has no cache. It is part of k only where the kind of store is what the path is about (ktls, ktls-nt); +rfo is k with it everywhere, +meta is k with descriptors, completions, headers of frames and the like.",
            ],
        };
    }

    /// <summary>T1, second part: who does what.</summary>
    /// <param name="run">What the paths did.</param>
    public static ReportTable Roles(CompareRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new(
            "T1  Who does what",
            [new("path"), new("encrypted by"), new("sent again from"), new("the card keeps for a connection"), new("bytes", true), new("the kernel's filter saw")],
            [
                .. run.Rows.Select(static row => (string[])
                [
                    row.Path.Id, row.Path.CryptoBy, row.Path.RetransmitSource, row.Path.CardState, row.Path.CardStateBytes.ToString(CultureInfo.InvariantCulture),
                    row.KernelSaw.IsEmpty ? None : row.KernelSawPlaintext ? "plaintext" : "ciphertext",
                ]),
            ]);
    }

    /// <summary>T2: the counts beside published figures.</summary>
    /// <param name="run">What the paths did.</param>
    /// <param name="rateGbps">A rate at which memory traffic is shown too, in Gb/s.</param>
    public static ReportTable Published(CompareRun run, double rateGbps)
    {
        ArgumentNullException.ThrowIfNull(run);
        List<string[]> rows = [];
        foreach (PublishedFigure figure in PublishedFigure.All)
        {
            if (run.Rows.FirstOrDefault(r => r.Path.Id == figure.PathId) is not { } row) continue;
            double counted = row.K * figure.PayloadGBps;
            string kind = figure.IsMeasured ? "measured there" : "drawn there with the same model of accesses: no independent evidence";
            rows.Add([row.Path.Id, Text(figure.PayloadGBps, "F2"), Text(counted, "F1"), Text(figure.MemoryGBps, "F0"), Text(figure.MemoryGBps - counted, "+0.0;-0.0"), $"{figure.Source}; {kind}"]);
        }

        foreach (PathResult row in run.Rows) rows.Add([row.Path.Id, Text(rateGbps / Bits, "F2"), Text(row.K * rateGbps / Bits, "F1"), None, None, $"at --rate {Text(rateGbps, "0.##")} Gb/s"]);
        return new("T2  The counts at published rates, in GB/s of memory traffic, beside what was published", [new("path"), .. Numbers("served", "k*served", "published", "difference"), new("source")], rows)
        {
            Notes = [$"Metadata are not in k; measured figures hold about {Text(PublishedFigure.OtherTrafficGBps, "F0")} GB/s of other traffic at 90 to 100 Gb/s. Not comparable, and not shown: Gb/s, processor load, watts, latency."],
        };
    }

    /// <summary>What assumed limits of a machine allow.</summary>
    /// <param name="run">What the paths did.</param>
    public static ReportTable Bounds(CompareRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new(
            "Bounds, in Gb/s served: what a machine with such limits cannot exceed, not what it reaches",
            [new("path"), .. Numbers("memory", "one port", "one card, 32 reads", "256 reads")],
            [.. run.Rows.Select(static row => (string[])[row.Path.Id, Text(RateBounds.ByMemory(row), "F0"), Text(RateBounds.ByPort(row), "F0"), Text(RateBounds.ByTags(row, 32), "F0"), Text(RateBounds.ByTags(row, 256), "F0")])])
        {
            Notes =
            [
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"assumed: {RateBounds.MemoryGBps:F0} GB/s of memory and {RateBounds.OtherBytesPerByte:F0} other byte per byte; a port of {RateBounds.PcieGBps:F0} GB/s; reads of {RateBounds.ReadRequestBytes} bytes that take {RateBounds.RoundTripNs:F0} ns"),
            ],
        };
    }

    /// <summary>What happens in paths without being counted.</summary>
    /// <param name="run">What the paths did.</param>
    public static ReportTable NotCounted(CompareRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new("Not counted", [new("path"), new("what")], [.. run.Rows.SelectMany(static r => r.Path.NotCounted.Select(n => (string[])[r.Path.Id, n]))]);
    }

    /// <summary>What was served, and under which conditions, in one line.</summary>
    /// <param name="run">What the paths did.</param>
    public static string Conditions(CompareRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        Board.Compare.CompareOptions options = run.Options;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"seed {options.Seed}, records of {options.RecordPayload} bytes, segments of {options.Mss}, loss {Percent(options.Loss)}, {Percent(options.HitRatio)} of the pages in memory before");
    }

    /// <summary>What came of the checks, in one line.</summary>
    /// <param name="run">What the paths did.</param>
    public static string Verdict(CompareRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.Passed ? "Every path served the same bytes; every record on the wire opened; records of paths with the same keys are identical on the wire." : $"FAILED  {run.Failure}";
    }

    private static string[] MatrixRow(PathResult row) =>
    [
        row.Path.Id,
        Per(row, MemoryTraffic.StorageWrite),
        Per(row, MemoryTraffic.CpuRead),
        Per(row, MemoryTraffic.CpuWrite),
        Per(row, MemoryTraffic.WriteAllocate),
        Per(row, MemoryTraffic.NicRead),
        Per(row, MemoryTraffic.NicWrite),
        Per(row, MemoryTraffic.ReplayRead),
        Text(row.PerByte(MemoryTraffic.ContextRead) + row.PerByte(MemoryTraffic.ContextWrite), "F3"),
        Text(row.PerByte(MemoryTraffic.AcceleratorRead) + row.PerByte(MemoryTraffic.AcceleratorWrite), "F3"),
        Text(row.K, "F3"),
        Text(row.ExpectedK, "F3"),
        Text(row.KWithWriteAllocate, "F2"),
        Text(row.KWithMetadata, "F2"),
        Text(row.PcieCrossings, "F2"),
        Text(row.PerRecord(MemoryEvent.Copies), "F2"),
        Text(row.PerRecord(MemoryEvent.Syscalls), "F2"),
        Text(row.PerRecord(MemoryEvent.TxDescriptors), "F1"),
        Text(row.PerRecord(MemoryEvent.TxDoorbells), "F1"),
    ];

    private static ReportColumn[] Numbers(params string[] names) => [.. names.Select(static n => new ReportColumn(n, IsNumber: true))];

    private static string Per(PathResult row, MemoryTraffic kind) => Text(row.PerByte(kind), "F3");

    private static string Percent(double share) => Text(100 * share, "0.###") + " %";

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
