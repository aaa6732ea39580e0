namespace NicEmu.Driver.Ktls;

/// <summary>How a transmit session deals with segments that do not begin where its context in the card stands.</summary>
public enum TxStrategy
{
    /// <summary>The card is told the place of the segment's record, and is given the record's beginning again only where a tag needs it (bnxt).</summary>
    Reposition = 0,

    /// <summary>The context is programmed anew and given the record's beginning, also to return to new data (mlx5).</summary>
    Rebuild,

    /// <summary>The card keeps no place: every request names its record and range, and a tag costs the whole record (Chelsio).</summary>
    Range,

    /// <summary>Software encrypts what is out of order; a card that lost its place gets a new one where a record begins (NFP, Fungible).</summary>
    NextRecord,
}
