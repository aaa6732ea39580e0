using NicEmu.Spec.Registers;

namespace NicEmu.Spec.Native.Blocks;

/// <summary>Interrupt moderation, one register for each vector, BAR 0 + 0x0900.</summary>
public sealed class ModerationBlock : RegisterBlock
{
    /// <summary>Registers of the block, as in the manual.</summary>
    public readonly Register Moderation;

    /// <summary>Fields of the block, as in the manual.</summary>
    public readonly Field IntervalUs, Frames;

    /// <summary>Declares the block.</summary>
    public ModerationBlock()
        : base("ITR", NativeDevice.RegisterBar, 0x0900, 0x04, "Interrupt moderation by vector.", NativeDevice.Vectors)
    {
        Moderation = Reg("ITR", 0x00, "An armed interrupt waits until the interval has passed since the last one of the vector, or as many completions are waiting as FRAMES says.").Rw("FRAMES", 31, 16, out Frames, "Completions that end the wait; 0: only the interval does.")
            .Rw("INTERVAL_US", 15, 0, out IntervalUs, "Interval in microseconds; 0: no wait.");
    }
}
