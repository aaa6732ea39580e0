namespace NicEmu.Board.Faults;

/// <summary>The seam that a fault is put into.</summary>
public enum FaultFamily
{
    /// <summary>The wire: <c>ILink</c>, in front of the card's port.</summary>
    Frame = 0,

    /// <summary>What the card fetches from its descriptor rings: reads of <c>IHostPort</c>, and the doorbell writes of <c>IPciFunction</c>.</summary>
    Descriptor = 1,

    /// <summary>What the card writes into its completion and event rings: writes of <c>IHostPort</c>.</summary>
    Completion = 2,

    /// <summary>Interrupt messages of <c>IHostPort</c>.</summary>
    Interrupt = 3,

    /// <summary>Outcome of the card's reads and writes on <c>IHostPort</c>.</summary>
    Dma = 4,

    /// <summary>The mailbox registers, on <c>IPciFunction</c>.</summary>
    Mailbox = 5,

    /// <summary>The card as a whole: its slot, its reset, its tables, its program, its cable.</summary>
    Card = 6,
}
