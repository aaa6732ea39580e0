using NicEmu.Spec.Registers;

namespace NicEmu.Spec.Native.Blocks;

/// <summary>The event queue, BAR 0 + 0x0500.</summary>
public sealed class EventBlock : RegisterBlock
{
    /// <summary>Registers of the block, as in the manual.</summary>
    public readonly Register Control, Status, Base, RingSize, Consumer, Arm;

    /// <summary>Fields of the block, as in the manual.</summary>
    public readonly Field Enable, Overrun, Producer, SizeLog2, ConsumerIndex, ArmIndex;

    /// <summary>Declares the block.</summary>
    public EventBlock()
        : base("EQ", NativeDevice.RegisterBar, 0x0500, 0x40, "Event queue, on vector 0.")
    {
        Base = Pair("EQ_BASE", 0x00, "Bus address of the ring, a multiple of 4096.");
        RingSize = Reg("EQ_SIZE", 0x08, "Size.").Rw("LOG2", 4, 0, out SizeLog2, "Entries as a power of two.");
        Control = Reg("EQ_CTRL", 0x0C, "Control.").Rw("ENABLE", 0, 0, out Enable, "Run; base and size are taken when this turns from 0 to 1.");
        Status = Reg("EQ_STATUS", 0x10, "Status.").Rw1C("OVERRUN", 31, 31, out Overrun, "An event was lost because the ring was full.").Ro("PRODUCER", 15, 0, out Producer, "Free-running index of the next entry, low 16 bits.");
        Consumer = Reg("EQ_CONSUMER", 0x14, "Consumer index.").Rw("INDEX", 31, 0, out ConsumerIndex, "Free-running index of the next entry that the driver will read.");
        Arm = Reg("EQ_ARM", 0x18, "Arms the interrupt, once.").Wo("INDEX", 31, 0, out ArmIndex, "Consumer index; the interrupt comes at once if entries from there on exist, else with the next entry.");
    }
}
