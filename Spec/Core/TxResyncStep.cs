namespace NicEmu.Spec.Core;

/// <summary>What moved a transmit context, or the one-shot place of its queue, off the order of the stream: the code of a ResyncStep event of a transmit context.</summary>
public enum TxResyncStep : byte
{
    /// <summary>TX_UPDATE: the record begins at the sequence number.</summary>
    NextRecord = 0,

    /// <summary>SET_CONTEXT was taken; it waits for a fence.</summary>
    SetContext = 1,

    /// <summary>SET_PROGRESS was taken; it waits for a fence.</summary>
    SetProgress = 2,

    /// <summary>What SET_CONTEXT and SET_PROGRESS told took effect: record number and sequence number of the place where the context now stands.</summary>
    Fence = 3,

    /// <summary>REPLAY: as many bytes as the value says were consumed, from the sequence number on, and not sent.</summary>
    Replay = 4,

    /// <summary>POSITION: the record begins at the sequence number.</summary>
    Position = 5,

    /// <summary>A DATA chain of RANGE was accepted: the sequence number is that of the first byte sent, the value the bytes skipped before it.</summary>
    Range = 6,
}
