namespace NicEmu.Board.Links;

/// <summary>What a bad network does by chance, for frames of one direction. Each probability is 0 to 1 and drawn separately.</summary>
public sealed record LossProfile
{
    /// <summary>Does nothing to any frame.</summary>
    public static LossProfile None { get; } = new();

    /// <summary>Probability that a frame is discarded.</summary>
    public double Drop { get; init; }

    /// <summary>Probability that a frame is held back for <see cref="ReorderDelayPs"/>.</summary>
    public double Reorder { get; init; }

    /// <summary>Probability that a frame is delivered twice.</summary>
    public double Duplicate { get; init; }

    /// <summary>Probability that one bit behind the Ethernet header is flipped.</summary>
    public double Corrupt { get; init; }

    /// <summary>How long a reordered frame is held back, in picoseconds; 20 microseconds let some 40 full frames of 25 Gb/s pass.</summary>
    public long ReorderDelayPs { get; init; } = 20_000_000;

    internal bool IsNone => Drop <= 0 && Reorder <= 0 && Duplicate <= 0 && Corrupt <= 0;
}
