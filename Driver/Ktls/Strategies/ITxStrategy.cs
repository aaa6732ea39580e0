namespace NicEmu.Driver.Ktls.Strategies;

/// <summary>What a driver does to have the right bytes leave a card, segment by segment. The session has settled what is not encrypted at all.</summary>
internal interface ITxStrategy
{
    /// <summary>TCP sequence number at which the card expects the next segment.</summary>
    uint Expected { get; }

    /// <summary>A record is about to be written.</summary>
    /// <param name="sequence">TCP sequence number of its first byte.</param>
    /// <param name="number">Record number.</param>
    /// <returns>False when it must wait until <see cref="TxSessionOptions.Resumed"/> is called.</returns>
    bool TryBeginRecord(uint sequence, ulong number);

    /// <summary>Posts what a segment needs, in the card or by software.</summary>
    TxVerdict Transmit(in TxSegment segment, ITlsPoster poster);

    /// <summary>The card refused a chain that it was to encrypt, so it may not stand where it was thought to.</summary>
    /// <param name="sequence">TCP sequence number of the chain's first byte.</param>
    /// <param name="length">Payload bytes of the chain.</param>
    void OnRefused(uint sequence, int length);
}
