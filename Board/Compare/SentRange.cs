namespace NicEmu.Board.Compare;

/// <summary>Bytes of a stream that one frame carried.</summary>
/// <param name="From">Offset of the first.</param>
/// <param name="To">Offset behind the last.</param>
public readonly record struct SentRange(long From, long To);
