namespace NicEmu.Board.Compare;

/// <summary>A figure that others measured or drew, beside which a count may be set.</summary>
/// <param name="PathId">The path that does the same.</param>
/// <param name="PayloadGBps">What was served, in 10^9 bytes per second.</param>
/// <param name="MemoryGBps">What crossed memory meanwhile, in 10^9 bytes per second.</param>
/// <param name="Source">Where it stands.</param>
/// <param name="IsMeasured">Whether it was measured; else it is arithmetic with the same model of accesses, and agreement says nothing.</param>
public sealed record PublishedFigure(string PathId, double PayloadGBps, double MemoryGBps, string Source, bool IsMeasured)
{
    /// <summary>Traffic that is not payload, as the published figures at 90 to 100 Gb/s include it, in 10^9 bytes per second.</summary>
    public const double OtherTrafficGBps = 10;

    /// <summary>All that there are.</summary>
    public static IReadOnlyList<PublishedFigure> All { get; } =
    [
        new("ktls-nt", 11.25, 55, "vBSDCon 2019, 90 Gb/s, one machine", IsMeasured: true),
        new("inline", 11.25, 30, "vBSDCon 2019, 90 Gb/s, the same machine", IsMeasured: true),
        new("ktls-nt", 25, 100, "EuroBSDCon 2019 (NUMA), 200 Gb/s", IsMeasured: false),
        new("user", 50, 400, "EuroBSDCon 2021/2022, 400 Gb/s", IsMeasured: false),
        new("ktls-nt", 50, 200, "EuroBSDCon 2021/2022, 400 Gb/s", IsMeasured: false),
        new("inline", 50, 100, "EuroBSDCon 2021/2022, 400 Gb/s", IsMeasured: false),
    ];
}
