namespace NicEmu.Board.Links;

/// <summary>One frame of a capture file.</summary>
/// <param name="TimePs">Time after the first frame of the file in picoseconds.</param>
/// <param name="Data">The frame.</param>
public readonly record struct CapturedFrame(long TimePs, ReadOnlyMemory<byte> Data);
