namespace NicEmu.Spec.Core;

/// <summary>How a transmit context is placed; fixed when it is created.</summary>
public enum TxMode : byte
{
    /// <summary>By TCP sequence number; POSITION for retransmissions.</summary>
    SequenceTracked = 0,

    /// <summary>By the order of descriptors (reserved: not offered by this revision).</summary>
    Positional = 1,

    /// <summary>By each request alone (reserved: not offered by this revision).</summary>
    Range = 2,
}
