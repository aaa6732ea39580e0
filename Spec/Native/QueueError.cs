namespace NicEmu.Spec.Native;

/// <summary>Why a queue stopped; cleared when it is disabled.</summary>
public enum QueueError
{
    /// <summary>It runs.</summary>
    None = 0,

    /// <summary>Base address, size, or vector are not allowed.</summary>
    Configuration = 1,

    /// <summary>A doorbell went backwards or beyond the ring.</summary>
    DoorbellRange = 2,

    /// <summary>The descriptor ring could not be read.</summary>
    RingFault = 3,

    /// <summary>The completion ring could not be written.</summary>
    CompletionFault = 4,

    /// <summary>The completion consumer index is beyond the producer's.</summary>
    ConsumerIndex = 5,
}
