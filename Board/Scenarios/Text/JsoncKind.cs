namespace NicEmu.Board.Scenarios.Text;

/// <summary>What a value in a scenario file is.</summary>
internal enum JsoncKind
{
    Null = 0,
    Boolean,
    Number,
    String,
    Array,
    Object,
}
