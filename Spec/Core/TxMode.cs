namespace NicEmu.Spec.Core;

/// <summary>How a transmit context is placed; fixed when it is created.</summary>
public enum TxMode : byte
{
    /// <summary>By TCP sequence number; POSITION for retransmissions.</summary>
    SequenceTracked = 0,

    /// <summary>By the order of descriptors: the device encrypts what comes next at its place, whatever the sequence number; SET_CONTEXT, SET_PROGRESS and REPLAY move the place.</summary>
    Positional = 1,

    /// <summary>By each request alone: a RANGE before every DATA chain.</summary>
    Range = 2,
}
