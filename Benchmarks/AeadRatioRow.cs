namespace NicEmu.Benchmarks;

/// <summary>Medians of one comparison.</summary>
/// <param name="Algorithm">Name as in <see cref="AeadRatio.Algorithms"/>.</param>
/// <param name="RecordBytes">Payload of one record.</param>
/// <param name="OursMegabytesPerSecond">10^6 payload bytes per second through the device model's engine.</param>
/// <param name="SegmentedMegabytesPerSecond">The same with the record handed over in segments of 1448 bytes.</param>
/// <param name="LibraryMegabytesPerSecond">The same through System.Security.Cryptography with a reused object.</param>
/// <param name="Ratio">Median of the rounds' ratios, ours to the library's; above 1 ours is faster.</param>
public readonly record struct AeadRatioRow(
    string Algorithm,
    int RecordBytes,
    double OursMegabytesPerSecond,
    double SegmentedMegabytesPerSecond,
    double LibraryMegabytesPerSecond,
    double Ratio);
