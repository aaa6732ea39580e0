namespace NicEmu.Spec.Events;

/// <summary>What the simulated network did to a frame.</summary>
public enum NetworkAction
{
    /// <summary>The frame was discarded.</summary>
    Dropped = 1,

    /// <summary>The frame was delivered after later ones.</summary>
    Reordered = 2,

    /// <summary>The frame was delivered twice.</summary>
    Duplicated = 3,

    /// <summary>Bits of the frame were changed.</summary>
    Corrupted = 4,
}
