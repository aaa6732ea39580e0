namespace NicEmu.Driver.Ktls;

/// <summary>How a transmit session uses the card.</summary>
internal sealed record TxSessionOptions
{
    /// <summary>What is done about segments out of order.</summary>
    public TxStrategy Strategy { get; init; }

    /// <summary>Share of bytes sent again, of all bytes sent, above which the session leaves the card: above 0 to 100 percent.</summary>
    public double RetransmitLimitPercent { get; init; } = 100;

    /// <summary>Bytes sent before the share is looked at.</summary>
    public long RetransmitLimitMinimumBytes { get; init; }

    /// <summary>Tells the card where a record begins; needed for <see cref="TxStrategy.NextRecord"/>.</summary>
    public RecordUpdate? Update { get; init; }

    /// <summary>Keeps what software encrypts until the card has read it; null to have it copied with the frame.</summary>
    public IRecordPlacer? Placer { get; init; }

    /// <summary>Called once when the session leaves the card for good.</summary>
    public Action<KtlsFallbackReason>? Degraded { get; init; }

    /// <summary>Called when data may be given that was turned away while the card was told a place.</summary>
    public Action? Resumed { get; init; }
}
