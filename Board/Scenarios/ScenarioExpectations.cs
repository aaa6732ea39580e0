namespace NicEmu.Board.Scenarios;

/// <summary>What must be true at the end of a run.</summary>
public sealed record ScenarioExpectations
{
    /// <summary>Whether everything must arrive; false: something must go wrong; null: either.</summary>
    public bool? Delivered { get; init; } = true;

    /// <summary>Words that the failure's text must hold; only where a failure is expected or allowed.</summary>
    public string? Failure { get; init; }

    /// <summary>Bounds of counters.</summary>
    public IReadOnlyList<CounterExpectation> Counters { get; init; } = [];

    /// <summary>Where directions are protected at the end: <c>FLOW.tx</c>, <c>peer.FLOW.rx</c> and so on to <c>device</c> or <c>software</c>.</summary>
    public IReadOnlyDictionary<string, string> States { get; init; } = new Dictionary<string, string>();

    /// <summary>Rules of the sanitizer that must have found something, by id. Errors of other rules break the scenario, unless a fault other than of frames was put in.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    /// <summary>Whether every record on the wire must open for an implementation that is not ours, and hold what was sent.</summary>
    public bool WireDecrypts { get; init; } = true;

    /// <summary>Whether no content may be seen on the wire.</summary>
    public bool NoPlaintext { get; init; } = true;

    /// <summary>Whether every byte that is sent again must be the same.</summary>
    public bool IdenticalRetransmits { get; init; } = true;

    /// <summary>Bounds of the mistakes that the cards blame on their drivers; null: none, unless a fault other than of frames was put in.</summary>
    public CounterExpectation? GuestErrors { get; init; }
}
