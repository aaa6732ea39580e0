namespace NicEmu.Driver.Memory;

/// <summary>What happened beside the bytes; counted where it happens.</summary>
public enum MemoryEvent
{
    /// <summary>A processor took bytes from one place to another, encryption included; one for each call, whatever its length.</summary>
    Copies = 0,

    /// <summary>A program called its kernel.</summary>
    Syscalls,

    /// <summary>Storage was asked to read.</summary>
    StorageReads,

    /// <summary>Transmit descriptors that the card fetched.</summary>
    TxDescriptors,

    /// <summary>Receive descriptors that the card fetched.</summary>
    RxDescriptors,

    /// <summary>The driver told the card about transmit descriptors.</summary>
    TxDoorbells,

    /// <summary>The driver told the card about receive buffers.</summary>
    RxDoorbells,

    /// <summary>Transmit completions that the card wrote.</summary>
    TxCompletions,

    /// <summary>Receive completions that the card wrote.</summary>
    RxCompletions,

    /// <summary>Entries of the event ring that the card wrote.</summary>
    DeviceEvents,

    /// <summary>Interrupts that the card raised.</summary>
    Interrupts,

    /// <summary>Bytes of TCP payload that the card read from or wrote to memory that is not metered: what happened to them before or after is not counted.</summary>
    UnmeteredPayloadBytes,
}
