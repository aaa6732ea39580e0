using System.Collections.Concurrent;
using System.Globalization;

namespace NicEmu.Board.Compare.Sweeps;

/// <summary>Runs sweeps. Settings share nothing, so several run at a time; the same seed gives the same values, whatever runs beside.</summary>
public static class SweepRunner
{
    /// <summary>Runs a sweep, or a part of it.</summary>
    /// <param name="definition">The sweep.</param>
    /// <param name="options">Which part, and how; null for all of the quick sweep under seed 1.</param>
    /// <param name="progress">Called at the beginning and after each point, never by two threads at once; null for no such calls.</param>
    /// <returns>The points that were run: fewer than asked for when it was cancelled.</returns>
    /// <exception cref="SweepFailedException">A run went wrong.</exception>
    public static SweepResult Run(SweepDefinition definition, SweepOptions? options = null, Action<SweepProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(definition);
        options ??= new SweepOptions();
        SweepSetting[] settings = [.. SettingsOf(definition, options)];
        Dictionary<int, SweepPoint> known = options.Known.ToDictionary(static p => p.Index);
        SweepPoint?[] points = [.. settings.Select(s => known.GetValueOrDefault(s.Index))];
        int[] missing = [.. Enumerable.Range(0, points.Length).Where(i => points[i] is null)];
        SweepFailedException? failure = null;
        var gate = new Lock();
        int done = points.Length - missing.Length;
        int reported = 0;
        Report();
        Parallel.ForEach(Partitioner.Create(missing, EnumerablePartitionerOptions.NoBuffering), new ParallelOptions { MaxDegreeOfParallelism = options.Threads }, (i, state) =>
        {
            if (options.Cancellation.IsCancellationRequested)
            {
                state.Stop();
                return;
            }

            try
            {
                SweepPoint point = definition.Measure(new SweepTask(settings[i], RandomOf(definition, settings[i], options.Seed), options.IsFull, options.Cancellation));
                lock (gate)
                {
                    points[i] = point;
                    done++;
                    Report();
                }
            }
            catch (OperationCanceledException) when (options.Cancellation.IsCancellationRequested)
            {
                state.Stop();
            }
            catch (SweepFailedException fault)
            {
                lock (gate) failure ??= new SweepFailedException($"{definition.Name} at {Describe(definition, settings[i])}: {fault.Message}");
                state.Stop();
            }
        });
        if (failure is not null) throw failure;
        return new SweepResult(definition, [.. points.OfType<SweepPoint>()], options.Seed, options.IsFull);

        void Report()
        {
            progress?.Invoke(new SweepProgress(definition.Name, done, settings.Length));
            while (reported < points.Length && points[reported] is { } next)
            {
                reported++;
                options.PointDone?.Invoke(next);
            }
        }
    }

    /// <summary>The settings that a run has, in their order.</summary>
    /// <param name="definition">The sweep.</param>
    /// <param name="options">Which part.</param>
    public static IReadOnlyList<SweepSetting> SettingsOf(SweepDefinition definition, SweepOptions options)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Shards, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Shard, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Shard, options.Shards, nameof(options));
        return [.. definition.SettingsOf(options.IsFull).Where(s => options.Chosen?.Invoke(s) ?? true).Where((_, i) => i % options.Shards == options.Shard - 1)];
    }

    private static SeededRandom RandomOf(SweepDefinition definition, SweepSetting setting, ulong seed) =>
        new SeededRandom(seed).Fork(definition.Name + ":" + string.Join(',', setting.Values.Select(static v => v.ToString(CultureInfo.InvariantCulture))));

    private static string Describe(SweepDefinition definition, SweepSetting setting) =>
        string.Join(", ", definition.Axes.Select((axis, i) => $"{axis.Name} {SweepText.Of(axis, setting.Values[i])}"));
}
