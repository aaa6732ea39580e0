namespace NicEmu.Board.Links;

/// <summary>Chooses frames.</summary>
/// <param name="frame">Ethernet frame without frame check sequence.</param>
public delegate bool FramePredicate(ReadOnlySpan<byte> frame);
