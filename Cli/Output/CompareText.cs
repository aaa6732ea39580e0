using System.Globalization;
using NicEmu.Board.Compare;
using NicEmu.Driver.Memory;

namespace NicEmu.Cli.Output;

/// <summary>Says how data paths compare, as tables of text.</summary>
/// <param name="run">What they did.</param>
/// <param name="rateGbps">Rate at which memory traffic is shown, in Gb/s.</param>
internal sealed class CompareText(CompareRun run, double rateGbps)
{
    private const double Bits = 8;

    /// <summary>Writes everything.</summary>
    /// <param name="output">Receives it.</param>
    public void Write(TextWriter output)
    {
        output.WriteLine($"The same file ({Size.Of(run.Options.Content.Length)}) by {run.Rows.Count} data paths: seed {run.Options.Seed}, records of {run.Options.RecordPayload} bytes, segments of {run.Options.Mss}, loss {Percent(run.Options.Loss)}, {Percent(run.Options.HitRatio)} of the pages in memory before");
        output.WriteLine();
        WriteMatrix(output);
        output.WriteLine();
        WriteWho(output);
        output.WriteLine();
        WritePublished(output);
        output.WriteLine();
        WriteBounds(output);
        output.WriteLine();
        foreach (PathResult row in run.Rows.Where(static r => r.Failure is not null)) output.WriteLine($"FAILED  {row.Path.Id}: {row.Failure}");
        output.WriteLine(run.Passed ? "Every path served the same bytes; every record on the wire opened; records of paths with the same keys are identical on the wire." : $"FAILED  {run.Failure}");
    }

    private void WriteMatrix(TextWriter output)
    {
        output.WriteLine("T1  Memory bytes for each byte served, each counted where it moves (k is their sum; expected: what the stages of the path add up to)");
        output.WriteLine("path           stoW   cpuR   cpuW    rfo   nicR   nicW   dump    ctx  accel |      k expected  +rfo  +meta | PCIe copies sysc/rec desc/rec bell/rec");
        foreach (PathResult row in run.Rows)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{row.Path.Id,-12} {Of(row, MemoryTraffic.StorageWrite)} {Of(row, MemoryTraffic.CpuRead)} {Of(row, MemoryTraffic.CpuWrite)} {Of(row, MemoryTraffic.WriteAllocate)} {Of(row, MemoryTraffic.NicRead)} {Of(row, MemoryTraffic.NicWrite)} {Of(row, MemoryTraffic.ReplayRead)} {row.PerByte(MemoryTraffic.ContextRead) + row.PerByte(MemoryTraffic.ContextWrite),6:F3} {row.PerByte(MemoryTraffic.AcceleratorRead) + row.PerByte(MemoryTraffic.AcceleratorWrite),6:F3} | {row.K,6:F3}   {row.ExpectedK,6:F3} {row.KWithWriteAllocate,6:F2} {row.KWithMetadata,6:F2} | {row.PcieCrossings,4:F2} {row.PerRecord(MemoryEvent.Copies),6:F2} {row.PerRecord(MemoryEvent.Syscalls),8:F2} {row.PerRecord(MemoryEvent.TxDescriptors),8:F1} {row.PerRecord(MemoryEvent.TxDoorbells),8:F1}"));
        }

        output.WriteLine("rfo is a label on ordinary stores: the model has no cache. It is part of k only where the kind of store is what the path is about (ktls, ktls-nt).");
    }

    private void WriteWho(TextWriter output)
    {
        output.WriteLine("path         encrypted by                                            sent again from                 the card keeps                the kernel's filter saw");
        foreach (PathResult row in run.Rows)
        {
            string state = row.Path.CardStateBytes > 0 ? $"{row.Path.CardState} ({row.Path.CardStateBytes} B)" : row.Path.CardState;
            string saw = row.KernelSaw.IsEmpty ? "-" : row.KernelSawPlaintext ? "plaintext" : "ciphertext";
            output.WriteLine($"{row.Path.Id,-12} {row.Path.CryptoBy,-55} {row.Path.RetransmitSource,-31} {state,-29} {saw}");
        }

        foreach (string note in run.Rows.SelectMany(static r => r.Path.NotCounted.Select(n => $"not counted in {r.Path.Id}: {n}"))) output.WriteLine(note);
    }

    private void WritePublished(TextWriter output)
    {
        output.WriteLine("T2  The counts at published rates, in GB/s of memory traffic, beside what was published");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"path           served   k*served  published  difference  source"));
        foreach (PublishedFigure figure in PublishedFigure.All)
        {
            if (run.Rows.FirstOrDefault(r => r.Path.Id == figure.PathId) is not { } row) continue;
            double counted = row.K * figure.PayloadGBps;
            string kind = figure.IsMeasured ? "measured there" : "drawn there with the same model of accesses: no independent evidence";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Path.Id,-12} {figure.PayloadGBps,8:F2} {counted,10:F1} {figure.MemoryGBps,10:F0} {figure.MemoryGBps - counted,11:+0.0;-0.0}  {figure.Source}; {kind}"));
        }

        foreach (PathResult row in run.Rows)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Path.Id,-12} {rateGbps / Bits,8:F2} {row.K * rateGbps / Bits,10:F1}          -           -  at --rate {rateGbps:0.##} Gb/s"));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Metadata are not in k; measured figures hold about {PublishedFigure.OtherTrafficGBps:F0} GB/s of other traffic at 90 to 100 Gb/s. Not comparable, and not shown: Gb/s, processor load, watts, latency."));
    }

    private void WriteBounds(TextWriter output)
    {
        output.WriteLine("Bounds, in Gb/s served: what a machine with such limits cannot exceed, not what it reaches");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"assumed: {RateBounds.MemoryGBps:F0} GB/s of memory and {RateBounds.OtherBytesPerByte:F0} other byte per byte; a port of {RateBounds.PcieGBps:F0} GB/s; reads of {RateBounds.ReadRequestBytes} bytes that take {RateBounds.RoundTripNs:F0} ns"));
        output.WriteLine("path           memory  one port  one card, 32 reads  256 reads");
        foreach (PathResult row in run.Rows)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Path.Id,-12} {RateBounds.ByMemory(row),8:F0} {RateBounds.ByPort(row),9:F0} {RateBounds.ByTags(row, 32),19:F0} {RateBounds.ByTags(row, 256),10:F0}"));
        }
    }

    private static string Of(PathResult row, MemoryTraffic kind) => row.PerByte(kind).ToString("F3", CultureInfo.InvariantCulture).PadLeft(6);

    private static string Percent(double share) => (100 * share).ToString("0.###", CultureInfo.InvariantCulture) + " %";
}
