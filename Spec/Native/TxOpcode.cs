namespace NicEmu.Spec.Native;

/// <summary>First byte of a transmit descriptor. Zero is no descriptor: a cleared ring is an error, not a run of no-operations.</summary>
public enum TxOpcode : byte
{
    /// <summary>Send bytes; see <see cref="DataDescriptor"/>.</summary>
    Data = 0x01,

    /// <summary>Number of a positional context's record; see <see cref="SetContextDescriptor"/>.</summary>
    SetContext = 0x10,

    /// <summary>Put a positional context before a record; see <see cref="SetProgressDescriptor"/>.</summary>
    SetProgress = 0x11,

    /// <summary>Place the next DATA chain within an earlier record; see <see cref="PositionDescriptor"/>.</summary>
    Position = 0x12,

    /// <summary>Plaintext before the DATA chain that is consumed, never sent; see <see cref="ReplayDescriptor"/>.</summary>
    Replay = 0x13,

    /// <summary>Send one range of one record, with nothing kept; see <see cref="RangeDescriptor"/>.</summary>
    Range = 0x14,

    /// <summary>Write a snapshot of a context to host memory; see <see cref="QueryDescriptor"/>.</summary>
    Query = 0x15,

    /// <summary>Answer a receive context's resync request; see <see cref="ResyncAnswerDescriptor"/>.</summary>
    ResyncAnswer = 0x16,

    /// <summary>Complete after all earlier descriptors of the queue; see <see cref="FenceDescriptor"/>.</summary>
    Fence = 0x17,

    /// <summary>Do nothing; see <see cref="FenceDescriptor"/>.</summary>
    Nop = 0x1F,
}
