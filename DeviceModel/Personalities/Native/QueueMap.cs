using NicEmu.DeviceModel.Registers;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Registers;

namespace NicEmu.DeviceModel.Personalities.Native;

/// <summary>The registers of a transmit or receive queue: both blocks have the same ones under their own names.</summary>
internal sealed record QueueMap
{
    public required string Name { get; init; }

    public required bool IsReceive { get; init; }

    public required RegisterFile File { get; init; }

    public required RegisterFile Doorbells { get; init; }

    public required Register Base { get; init; }

    public required Register CompletionBase { get; init; }

    public required Field SizeLog2 { get; init; }

    public required Field CompletionSizeLog2 { get; init; }

    public required Field VectorNumber { get; init; }

    public required Field Enable { get; init; }

    public required Field Reset { get; init; }

    public required Field Enabled { get; init; }

    public required Field Error { get; init; }

    public required Field Head { get; init; }

    public required Field Producer { get; init; }

    public required Register Tail { get; init; }

    public required Register Consumer { get; init; }

    public required Register Arm { get; init; }

    /// <summary>The registers of the transmit queues.</summary>
    /// <param name="registers">The registers of the device.</param>
    public static QueueMap Transmit(NativeRegisters registers)
    {
        DoorbellBlock doorbell = NativeMap.Doorbell;
        return Of("tx", registers.TxQueue, NativeMap.TxQueue, registers.Doorbell, doorbell.TxTail, doorbell.TxConsumer, doorbell.TxArm);
    }

    /// <summary>The registers of the receive queues.</summary>
    /// <param name="registers">The registers of the device.</param>
    public static QueueMap Receive(NativeRegisters registers)
    {
        DoorbellBlock doorbell = NativeMap.Doorbell;
        return Of("rx", registers.RxQueue, NativeMap.RxQueue, registers.Doorbell, doorbell.RxTail, doorbell.RxConsumer, doorbell.RxArm);
    }

    private static QueueMap Of(string name, RegisterFile file, QueueBlock queue, RegisterFile doorbells, Register tail, Register consumer, Register arm) => new()
    {
        Name = name,
        IsReceive = queue == NativeMap.RxQueue,
        File = file,
        Doorbells = doorbells,
        Base = queue.Base,
        CompletionBase = queue.CompletionBase,
        SizeLog2 = queue.SizeLog2,
        CompletionSizeLog2 = queue.CompletionSizeLog2,
        VectorNumber = queue.VectorNumber,
        Enable = queue.Enable,
        Reset = queue.Reset,
        Enabled = queue.Enabled,
        Error = queue.Error,
        Head = queue.HeadIndex,
        Producer = queue.ProducerIndex,
        Tail = tail,
        Consumer = consumer,
        Arm = arm,
    };
}
