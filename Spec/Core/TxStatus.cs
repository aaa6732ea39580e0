namespace NicEmu.Spec.Core;

/// <summary>Why a transmit descriptor completed. On anything but OK no frame of its chain left the device.</summary>
public enum TxStatus : byte
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>DATA does not begin at the context's expected sequence number and no POSITION precedes it; in range mode: no RANGE precedes it.</summary>
    NotInSequence = 1,

    /// <summary>The handle names no transmit context that is in use.</summary>
    ContextInvalid = 2,

    /// <summary>The context's key was revoked, or the handle's generation or epoch is past.</summary>
    KeyStale = 3,

    /// <summary>The bytes at a record's start are no header that the context allows, or contradict POSITION or RANGE.</summary>
    RecordMalformed = 4,

    /// <summary>The range touches a tag and the record's earlier bytes were not replayed.</summary>
    TagWithoutReplay = 5,

    /// <summary>REPLAY ended before the first byte of DATA.</summary>
    ReplayShort = 6,

    /// <summary>REPLAY went past the first byte of DATA, or past the end of the record.</summary>
    ReplayLong = 7,

    /// <summary>The record number would wrap (RFC 8446 §5.3, RFC 5246 §6.1).</summary>
    RecordLimit = 8,

    /// <summary>A buffer named by the descriptor could not be read, or the snapshot not be written.</summary>
    DmaFault = 9,

    /// <summary>The offload or mode is not offered by this revision, or the TLS version is not the context's.</summary>
    Unsupported = 10,

    /// <summary>Another descriptor than REPLAY or DATA of the same context followed POSITION, or another than its DATA followed RANGE; the queue's slot was cleared.</summary>
    SequenceBroken = 11,

    /// <summary>The range runs past the in-order head and POSITION does not say ADVANCE.</summary>
    PassesHead = 12,

    /// <summary>The context is bound to another queue.</summary>
    WrongQueue = 13,

    /// <summary>The descriptor breaks its format: reserved bits, lengths, counts, or a chain without end.</summary>
    DescriptorMalformed = 14,

    /// <summary>The frame's headers do not parse, or contradict the header length, for the offloads asked for.</summary>
    HeadersMalformed = 15,

    /// <summary>The frame is longer than the MTU allows and segmentation was not asked for.</summary>
    TooLong = 16,

    /// <summary>The queue was disabled or reset before the descriptor ran.</summary>
    Flushed = 17,

    /// <summary>The link is down.</summary>
    LinkDown = 18,

    /// <summary>The descriptor does not fit the mode of its context.</summary>
    ModeMismatch = 19,

    /// <summary>The range lies before the context's first sequence number, wholly or in part.</summary>
    BeforeStart = 20,

    /// <summary>A resync answer did not match the context's pending request and was discarded.</summary>
    AnswerStale = 21,

    /// <summary>RANGE reaches the record's tag but is not the whole record, or would send a part of the tag.</summary>
    TagWithoutRecord = 22,

    /// <summary>RANGE is empty or leaves its record, begins off a 16-byte boundary, skips more than it needs to, or DATA has not its length.</summary>
    RangeMalformed = 23,
}
