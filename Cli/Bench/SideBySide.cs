using System.Diagnostics;

namespace NicEmu.Cli.Bench;

/// <summary>
/// Compares two ways to do the same work on one thread of one process. They alternate in rounds so short that most are not interrupted, and take turns
/// in going first, so that whatever else the machine does meets both; what counts are medians.
/// </summary>
internal static class SideBySide
{
    /// <summary>Time that one contestant takes in one round.</summary>
    private const double TurnSeconds = 0.0003;

    /// <summary>Rounds that are counted even when the time is over.</summary>
    private const int MinRounds = 11;

    /// <summary>Warms each contestant up for half the given time, then compares them.</summary>
    /// <param name="subject">What the figure is about.</param>
    /// <param name="baseline">What it is compared with.</param>
    /// <param name="time">How long the counted rounds last.</param>
    public static Comparison Measure(Contestant subject, Contestant baseline, TimeSpan time)
    {
        int subjectRuns = WarmUp(subject, time / 2);
        int baselineRuns = WarmUp(baseline, time / 2);
        List<double> subjectSeconds = [];
        List<double> baselineSeconds = [];
        List<double> ratios = [];
        double scale = (double)subjectRuns * subject.Bytes / ((double)baselineRuns * baseline.Bytes);
        long start = Stopwatch.GetTimestamp();
        for (int round = 0; round < MinRounds || Stopwatch.GetElapsedTime(start) < time; round++)
        {
            bool subjectFirst = (round & 1) == 0;
            double first = Seconds(subjectFirst ? subject : baseline, subjectFirst ? subjectRuns : baselineRuns);
            double second = Seconds(subjectFirst ? baseline : subject, subjectFirst ? baselineRuns : subjectRuns);
            (double mine, double theirs) = subjectFirst ? (first, second) : (second, first);
            subjectSeconds.Add(mine);
            baselineSeconds.Add(theirs);
            ratios.Add(scale * theirs / mine);
        }

        return new Comparison(
            subjectRuns * subject.Bytes / 1e6 / Median(subjectSeconds), baselineRuns * baseline.Bytes / 1e6 / Median(baselineSeconds), Median(ratios), ratios.Count);
    }

    /// <summary>Runs a contestant until its code is compiled for good, and finds how many runs make a turn.</summary>
    private static int WarmUp(Contestant contestant, TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        double best = double.MaxValue;
        int runs = 1;
        while (Stopwatch.GetElapsedTime(start) < time || best == double.MaxValue)
        {
            best = Math.Min(best, Seconds(contestant, runs) / runs);
            runs = Math.Max(1, (int)(TurnSeconds / best));
        }

        return runs;
    }

    private static double Seconds(Contestant contestant, int runs)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < runs; i++)
        {
            contestant.Run();
        }

        return Math.Max(Stopwatch.GetElapsedTime(start).TotalSeconds, 1e-9);
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
