using System.Diagnostics;
using System.Globalization;

namespace NicEmu.Benchmarks;

/// <summary>
/// Compares record protection with the class library side by side in one process: the contestants alternate in short rounds, so that whatever
/// else the machine does meets both, and medians are reported.
/// </summary>
public static class AeadRatio
{
    private const int SegmentBytes = 1448;

    /// <summary>What can be measured.</summary>
    public static IReadOnlyList<string> Algorithms => AeadContestant.Algorithms;

    /// <summary>Record sizes of the usual table: a short message, one packet, the longest record.</summary>
    public static IReadOnlyList<int> RecordSizes { get; } = [64, 1408, 16384];

    /// <summary>Measures one algorithm at one record size.</summary>
    /// <param name="algorithm">One of <see cref="Algorithms"/>.</param>
    /// <param name="recordBytes">Payload, at least 1.</param>
    /// <param name="rounds">Rounds of which the medians are taken, at least 1; each lasts about 3 ms.</param>
    public static AeadRatioRow Measure(string algorithm, int recordBytes, int rounds)
    {
        using var contestant = new AeadContestant(algorithm, recordBytes);
        var records = Math.Max(1, 2_000_000 / (recordBytes + 500));
        var ours = new double[rounds];
        var segmented = new double[rounds];
        var library = new double[rounds];
        var ratio = new double[rounds];
        for (var round = -rounds; round < rounds; round++)
        {
            var first = Seconds(records, contestant.Ours);
            var second = Seconds(records, contestant.ClassLibrary);
            var third = Seconds(records, () => contestant.OursInSegments(SegmentBytes));
            if (round >= 0)
            {
                ours[round] = first;
                library[round] = second;
                segmented[round] = third;
                ratio[round] = second / first;
            }
        }

        var megabytes = (double)records * recordBytes / 1e6;
        return new AeadRatioRow(
            algorithm, recordBytes, megabytes / Median(ours), megabytes / Median(segmented), megabytes / Median(library), Median(ratio));
    }

    /// <summary>Measures every algorithm at every usual size and writes a line for each.</summary>
    public static void Run(TextWriter output, int rounds)
    {
        output.WriteLine("algorithm            bytes    ours MB/s  in 1448 B    .NET MB/s   ours/.NET");
        foreach (var algorithm in Algorithms)
        {
            foreach (var size in RecordSizes)
            {
                var row = Measure(algorithm, size, rounds);
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{row.Algorithm,-18} {row.RecordBytes,7} {row.OursMegabytesPerSecond,12:F0} {row.SegmentedMegabytesPerSecond,10:F0} {row.LibraryMegabytesPerSecond,12:F0} {row.Ratio,11:F2}"));
            }
        }
    }

    private static double Seconds(int records, Func<byte> record)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < records; i++)
        {
            record();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
