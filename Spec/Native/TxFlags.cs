namespace NicEmu.Spec.Native;

/// <summary>Second byte of a transmit descriptor.</summary>
[Flags]
public enum TxFlags : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Write a completion when done; in a chain it counts on any descriptor. Errors are completed in any case.</summary>
    Complete = 0x01,

    /// <summary>DATA: the chain goes on in the next descriptor, which must be DATA too. Nothing of a chain is sent before its end is posted.</summary>
    More = 0x02,

    /// <summary>POSITION: the range moves the in-order state to its end (it must begin at or before the in-order head and end past it, or begin past it).</summary>
    Advance = 0x04,

    /// <summary>DATA (first of a chain), NOP, SET_CONTEXT, SET_PROGRESS: what earlier SET_CONTEXT and SET_PROGRESS of the queue told takes effect first. FENCE always does so, and REPLAY for its own context.</summary>
    Fence = 0x08,
}
