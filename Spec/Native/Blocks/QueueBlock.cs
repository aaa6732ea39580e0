using NicEmu.Spec.Registers;

namespace NicEmu.Spec.Native.Blocks;

/// <summary>One queue with its completion ring: transmit at BAR 0 + 0x4000 + 0x80 n, receive at BAR 0 + 0x6000 + 0x80 n. Both directions have the same registers.</summary>
public sealed class QueueBlock : RegisterBlock
{
    /// <summary>Registers of the block, as in the manual.</summary>
    public readonly Register Base, RingSize, Control, Status, Head, CompletionBase, CompletionSize, CompletionProducer, Vector;

    /// <summary>Fields of the block, as in the manual.</summary>
    public readonly Field SizeLog2, Enable, Reset, Enabled, Error, HeadIndex, CompletionSizeLog2, ProducerIndex, VectorNumber;

    private QueueBlock(string name, uint baseOffset, string direction)
        : base(name, NativeDevice.RegisterBar, baseOffset, 0x80, direction + " queue: a descriptor ring and its completion ring. Tail, consumer index and arming are in the doorbell page.", NativeDevice.QueuePairs)
    {
        Base = Pair(name + "_BASE", 0x00, "Bus address of the descriptor ring, a multiple of 4096.");
        RingSize = Reg(name + "_SIZE", 0x08, "Size of the descriptor ring.").Rw("LOG2", 4, 0, out SizeLog2, "Descriptors as a power of two; CAP_RINGS gives the limits.");
        Control = Reg(name + "_CTRL", 0x0C, "Control.").Rw1S("RESET", 31, 31, out Reset, "Stops the queue, completes nothing, clears indices; clears itself.").Rw("ENABLE", 0, 0, out Enable, "Run. Turning it on takes base, size and vector and clears the indices; turning it off flushes the descriptors not run yet.");
        Status = Reg(name + "_STATUS", 0x10, "Status.").Ro("ERROR", 15, 8, out Error, "Why the queue stopped: 0 it runs, 1 configuration, 2 doorbell range, 3 ring fault, 4 completion fault, 5 consumer index.").Ro("ENABLED", 0, 0, out Enabled, "The queue runs.");
        Head = Reg(name + "_HEAD", 0x14, "Free-running index of the next descriptor that the device will fetch.").Ro("INDEX", 31, 0, out HeadIndex, "Index.");
        CompletionBase = Pair(name + "_CQ_BASE", 0x20, "Bus address of the completion ring, a multiple of 4096.");
        CompletionSize = Reg(name + "_CQ_SIZE", 0x28, "Size of the completion ring.").Rw("LOG2", 4, 0, out CompletionSizeLog2, "Completions as a power of two.");
        CompletionProducer = Reg(name + "_CQ_PRODUCER", 0x2C, "Free-running index of the next completion.").Ro("INDEX", 31, 0, out ProducerIndex, "Index.");
        Vector = Reg(name + "_VECTOR", 0x30, "Interrupt.").Rw("VECTOR", 15, 0, out VectorNumber, "MSI-X vector.");
    }

    /// <summary>Declares the transmit queues.</summary>
    public static QueueBlock Transmit() => new("TXQ", 0x4000, "Transmit");

    /// <summary>Declares the receive queues.</summary>
    public static QueueBlock Receive() => new("RXQ", 0x6000, "Receive");
}
