namespace NicEmu.Cli.Bench;

/// <summary>One line of the table.</summary>
/// <param name="Path">What was measured: <c>engine</c>, <c>pieces</c> or <c>transmit</c>.</param>
/// <param name="Cipher">Algorithm, as its RFC writes it.</param>
/// <param name="Bytes">Payload that goes through at a time.</param>
/// <param name="Speeds">Medians; the baseline is .NET's one-shot class of the same algorithm.</param>
/// <param name="Floor">Least ratio that the project promises; null where it promises none.</param>
internal sealed record BenchFigure(string Path, string Cipher, int Bytes, Comparison Speeds, double? Floor)
{
    /// <summary>Whether the promise is kept, or there is none.</summary>
    public bool IsMet => Floor is not { } floor || Speeds.Ratio >= floor;
}
