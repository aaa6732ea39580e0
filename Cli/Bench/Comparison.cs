namespace NicEmu.Cli.Bench;

/// <summary>Medians of one comparison.</summary>
/// <param name="Subject">10^6 payload bytes per second of the first contestant.</param>
/// <param name="Baseline">10^6 payload bytes per second of the second.</param>
/// <param name="Ratio">Median of the rounds' ratios of speeds; above 1 the first is faster.</param>
/// <param name="Rounds">Rounds that were counted.</param>
internal readonly record struct Comparison(double Subject, double Baseline, double Ratio, int Rounds);
