using NicEmu.Spec.Registers;

namespace NicEmu.Spec.Native.Blocks;

/// <summary>Doorbell page of one queue pair, BAR 2 + 0x1000 n. A write records a number and wakes the queue, nothing more.</summary>
public sealed class DoorbellBlock : RegisterBlock
{
    /// <summary>Registers of the block, as in the manual.</summary>
    public readonly Register TxTail, TxConsumer, TxArm, RxTail, RxConsumer, RxArm;

    /// <summary>Fields of the block, as in the manual.</summary>
    public readonly Field TxTailIndex, TxConsumerIndex, TxArmIndex, RxTailIndex, RxConsumerIndex, RxArmIndex;

    /// <summary>Declares the block.</summary>
    public DoorbellBlock()
        : base("DB", NativeDevice.DoorbellBar, 0x0000, NativeDevice.DoorbellPageSize, "Doorbell page of a queue pair. Indices run freely over 32 bits and are masked by the ring size on use.", NativeDevice.QueuePairs)
    {
        TxTail = Reg("DB_TX_TAIL", 0x00, "Transmit tail.").Rw("INDEX", 31, 0, out TxTailIndex, "Index after the last descriptor posted; at most the ring size ahead of the completed ones.");
        TxConsumer = Reg("DB_TX_CONSUMER", 0x04, "Transmit completion consumer.").Rw("INDEX", 31, 0, out TxConsumerIndex, "Index of the next completion that the driver will read.");
        TxArm = Reg("DB_TX_ARM", 0x08, "Arms the transmit interrupt, once.").Wo("INDEX", 31, 0, out TxArmIndex, "Consumer index; the interrupt comes at once if completions from there on exist, else with the next one.");
        RxTail = Reg("DB_RX_TAIL", 0x10, "Receive tail.").Rw("INDEX", 31, 0, out RxTailIndex, "Index after the last buffer posted.");
        RxConsumer = Reg("DB_RX_CONSUMER", 0x14, "Receive completion consumer.").Rw("INDEX", 31, 0, out RxConsumerIndex, "Index of the next completion that the driver will read.");
        RxArm = Reg("DB_RX_ARM", 0x18, "Arms the receive interrupt, once.").Wo("INDEX", 31, 0, out RxArmIndex, "Consumer index, as for transmit.");
    }
}
