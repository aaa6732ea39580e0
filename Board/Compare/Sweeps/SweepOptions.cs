namespace NicEmu.Board.Compare.Sweeps;

/// <summary>How a sweep is run.</summary>
public sealed record SweepOptions
{
    /// <summary>Decides about everything that is drawn.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>All settings, and the time that small errors need; otherwise a quick sweep.</summary>
    public bool IsFull { get; init; }

    /// <summary>Which of the settings are run; null for all that the effort has.</summary>
    public Func<SweepSetting, bool>? Chosen { get; init; }

    /// <summary>The part that is run, from 1 to <see cref="Shards"/>.</summary>
    public int Shard { get; init; } = 1;

    /// <summary>Parts that the settings are dealt to, at least 1.</summary>
    public int Shards { get; init; } = 1;

    /// <summary>Settings that run at a time, at least 1. The result does not depend on it.</summary>
    public int Threads { get; init; } = 2;

    /// <summary>Points of an earlier run of the same sweep under the same seed, all quick or all full as this one: they are taken as they are.</summary>
    public IReadOnlyList<SweepPoint> Known { get; init; } = [];

    /// <summary>Called with each point as soon as all before it are there; never by two threads at once.</summary>
    public Action<SweepPoint>? PointDone { get; init; }

    /// <summary>Ends the sweep; what is done is kept.</summary>
    public CancellationToken Cancellation { get; init; }
}
