using NicEmu.DeviceModel.Registers;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Registers;

namespace NicEmu.DeviceModel.Personalities.Native;

/// <summary>Leads register and doorbell writes to their queues.</summary>
internal static class QueueWiring
{
    /// <summary>Connects all queues.</summary>
    /// <param name="registers">The registers.</param>
    /// <param name="tx">The transmit queues.</param>
    /// <param name="rx">The receive queues.</param>
    public static void Connect(NativeRegisters registers, TxQueue[] tx, RxQueue[] rx)
    {
        Configure(registers.TxQueue, (i, value) => tx[i].ConfigurationWritten(value));
        registers.TxQueue.OnWrite(NativeMap.TxQueue.Control, (i, before, after) => tx[i].ControlWritten(before, after));
        registers.TxQueue.BeforeRead = () => Array.ForEach(tx, static q => q.Publish());

        Configure(registers.RxQueue, (i, value) => rx[i].ConfigurationWritten(value));
        registers.RxQueue.OnWrite(NativeMap.RxQueue.Control, (i, before, after) => rx[i].ControlWritten(before, after));
        registers.RxQueue.BeforeRead = () => Array.ForEach(rx, static q => q.Publish());

        DoorbellBlock doorbell = NativeMap.Doorbell;
        RegisterFile file = registers.Doorbell;
        file.OnWrite(doorbell.TxTail, (i, before, after) => tx[i].TailWritten(before, after));
        file.OnWrite(doorbell.TxConsumer, (i, before, after) => tx[i].ConsumerWritten(before, after));
        file.OnWrite(doorbell.TxArm, (i, _, after) => tx[i].ArmWritten(after));
        file.OnWrite(doorbell.RxTail, (i, before, after) => rx[i].TailWritten(before, after));
        file.OnWrite(doorbell.RxConsumer, (i, before, after) => rx[i].ConsumerWritten(before, after));
        file.OnWrite(doorbell.RxArm, (i, _, after) => rx[i].ArmWritten(after));
    }

    private static void Configure(RegisterFile file, Action<int, uint> written)
    {
        foreach (Register register in file.Block.Registers)
        {
            file.OnWrite(register, (i, _, after) => written(i, after));
        }
    }
}
