namespace NicEmu.Board.Scenarios;

/// <summary>A place in a text.</summary>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Character in it, from 1.</param>
public readonly record struct TextPlace(int Line, int Column)
{
    /// <summary>As compilers write it: line, colon, column.</summary>
    public override string ToString() => $"{Line}:{Column}";
}
