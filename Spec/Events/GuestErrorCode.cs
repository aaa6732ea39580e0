namespace NicEmu.Spec.Events;

/// <summary>What a driver or guest did wrong, as the device noticed it. Numbers are stable.</summary>
public enum GuestErrorCode
{
    /// <summary>Access to an offset where no register is.</summary>
    UnknownRegister = 1,

    /// <summary>Access not aligned to its width, or of a width that the window does not take.</summary>
    UnalignedAccess = 2,

    /// <summary>Write to a read-only register, or of ones to reserved bits.</summary>
    IllegalWrite = 3,

    /// <summary>Access to a window while Memory Space Enable is clear.</summary>
    MemorySpaceDisabled = 4,

    /// <summary>A DMA or interrupt was due while Bus Master Enable was clear.</summary>
    NotBusMaster = 5,

    /// <summary>A DMA hit memory that is not mapped for the device.</summary>
    DmaFault = 6,

    /// <summary>A doorbell went backwards, beyond the ring, or to a disabled queue.</summary>
    DoorbellRange = 7,

    /// <summary>A queue was enabled with a bad base, size or vector, or reconfigured while enabled.</summary>
    QueueConfiguration = 8,

    /// <summary>A descriptor breaks its format.</summary>
    DescriptorMalformed = 9,

    /// <summary>The frame in a descriptor chain does not parse as the offloads asked for need.</summary>
    FrameMalformed = 10,

    /// <summary>A TLS descriptor sequence or sequence number breaks the rules of its context.</summary>
    TlsSequence = 11,

    /// <summary>A handle names no live object of this epoch.</summary>
    StaleHandle = 12,

    /// <summary>A mailbox command was malformed or came while another was running.</summary>
    Mailbox = 13,

    /// <summary>A completion or event ring was full or its consumer index out of range.</summary>
    ConsumerIndex = 14,
}
