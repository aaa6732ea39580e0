using NicEmu.Board.Links;

namespace NicEmu.Board.Sessions;

/// <summary>What the network did to the frames of one direction.</summary>
/// <param name="Frames">Frames that came.</param>
/// <param name="Dropped">Frames discarded.</param>
/// <param name="Reordered">Frames held back.</param>
/// <param name="Duplicated">Frames delivered twice.</param>
/// <param name="Corrupted">Frames with a bit flipped.</param>
public sealed record NetworkStatistics(long Frames, long Dropped, long Reordered, long Duplicated, long Corrupted)
{
    internal static NetworkStatistics Of(Disturbance direction) =>
        new(direction.Frames, direction.Dropped, direction.Reordered, direction.Duplicated, direction.Corrupted);
}
