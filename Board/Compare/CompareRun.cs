namespace NicEmu.Board.Compare;

/// <summary>The same file by several data paths, with what each did.</summary>
public sealed record CompareRun
{
    /// <summary>Paths that run at a time; each has a loop of its own, and they share nothing.</summary>
    private const int Threads = 2;

    /// <summary>What was compared.</summary>
    public required CompareOptions Options { get; init; }

    /// <summary>The paths, in the order in which they were asked for.</summary>
    public required IReadOnlyList<PathResult> Rows { get; init; }

    /// <summary>One segment before and behind a card that encrypts; null when no such path ran.</summary>
    public BeforeAfterPair? Pair { get; init; }

    /// <summary>The first thing that is wrong, a path or the comparison of two; null when nothing is.</summary>
    public string? Failure { get; init; }

    /// <summary>Whether everything is right.</summary>
    public bool Passed => Failure is null;

    /// <summary>Runs paths, each on machines of its own.</summary>
    /// <param name="options">What is served, and how.</param>
    /// <param name="ids">The paths, see <see cref="PathCatalogue.Ids"/>.</param>
    /// <param name="ended">Called with each result as it comes, from any thread, one call at a time; null for nobody.</param>
    /// <param name="cancellation">Checked between events.</param>
    /// <exception cref="ArgumentException">There is no such path, or an option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">Cancellation was requested.</exception>
    public static CompareRun Execute(CompareOptions options, IReadOnlyList<string> ids, Action<PathResult>? ended = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(ids);
        options.Validate();
        // A name that is none is told before anything runs.
        string[] serving = [.. ids.Where(static id => !PathCatalogue.IsReceiving(id))];
        var rows = new PathResult[ids.Count];
        var gate = new Lock();
        var limits = new ParallelOptions { MaxDegreeOfParallelism = Threads, CancellationToken = cancellation };
        Parallel.For(0, rows.Length, limits, i =>
        {
            rows[i] = PathCatalogue.Run(ids[i], options, cancellation);
            lock (gate) ended?.Invoke(rows[i]);
        });
        return new CompareRun { Options = options, Rows = rows, Pair = Catch(serving, options, cancellation), Failure = Judge(rows) };
    }

    /// <summary>
    /// Looks at the first segment of the first record, before and behind a card that encrypts. It takes a run of its own, of a few records, in which segments are not cut by the card: only
    /// then is one frame before it one frame behind it.
    /// </summary>
    private static BeforeAfterPair? Catch(string[] serving, CompareOptions options, CancellationToken cancellation)
    {
        if (serving.Select(PathCatalogue.Create).FirstOrDefault(static s => s.Description.CardEncrypts) is not { } server) return null;
        CompareOptions little = options with { Content = options.Content.First(4 * options.RecordPayload), SegmentationOffload = false, Loss = 0, Reorder = 0, Audit = false, TraceOf = null };
        return CompareRig.Run(server, little, cancellation: cancellation).Pair;
    }

    private static string? Judge(PathResult[] rows)
    {
        foreach (PathResult row in rows)
        {
            if (row.Failure is not null) return $"{row.Path.Id}: {row.Failure}";
        }

        foreach (PathResult row in rows)
        {
            if (row.Sha256 != rows[0].Sha256) return $"{row.Path.Id} and {rows[0].Path.Id} served different bytes.";
        }

        PathResult[] seeded = [.. rows.Where(static r => r.Path.IsTls && r.Path.IsSeeded)];
        foreach (PathResult row in seeded)
        {
            if (row.WireSha256 != seeded[0].WireSha256) return $"{row.Path.Id} and {seeded[0].Path.Id} have different records on the wire.";
        }

        return null;
    }
}
