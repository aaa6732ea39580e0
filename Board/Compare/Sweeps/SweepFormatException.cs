namespace NicEmu.Board.Compare.Sweeps;

/// <summary>A table is not what <see cref="SweepCsv"/> writes.</summary>
/// <param name="line">Line, from 1.</param>
/// <param name="message">What is wrong with it.</param>
public sealed class SweepFormatException(int line, string message) : FormatException($"Line {line}: {message}")
{
    /// <summary>Line, from 1.</summary>
    public int Line { get; } = line;
}
