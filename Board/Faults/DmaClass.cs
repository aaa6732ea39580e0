namespace NicEmu.Board.Faults;

/// <summary>What a bus address is used for, as the driver's own register writes tell.</summary>
internal enum DmaClass
{
    /// <summary>No ring: frames, payload, snapshots.</summary>
    Payload = 0,

    /// <summary>A transmit descriptor ring.</summary>
    TxDescriptor,

    /// <summary>A receive descriptor ring.</summary>
    RxDescriptor,

    /// <summary>A transmit completion ring.</summary>
    TxCompletion,

    /// <summary>A receive completion ring.</summary>
    RxCompletion,

    /// <summary>The event ring.</summary>
    Event,

    /// <summary>The command ring of the TCP offload engine.</summary>
    ToeCommand,

    /// <summary>Its completion ring.</summary>
    ToeCompletion,
}
