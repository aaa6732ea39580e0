namespace NicEmu.Driver.Ktls;

/// <summary>Why a direction of a socket is protected in software.</summary>
public enum KtlsFallbackReason
{
    /// <summary>It is not, or TLS was not set.</summary>
    None = 0,

    /// <summary>The host's offload feature is off for this direction.</summary>
    FeatureOff,

    /// <summary>The card does not run: it is not started, or out of use after an error.</summary>
    CardDown,

    /// <summary>The link was down when TLS was set.</summary>
    LinkDown,

    /// <summary>The card does not offer the version, the cipher or the mode of the strategy.</summary>
    NotOffered,

    /// <summary>The card has no room for another key or context.</summary>
    TableFull,

    /// <summary>The card did not take the key.</summary>
    KeyRefused,

    /// <summary>The card did not take the context, or did not activate its receive rule.</summary>
    ContextRefused,

    /// <summary>Too much was sent again: the card is spared the records that it would have to read again (FreeBSD's ifnet_max_rexmit_pct).</summary>
    Retransmits,

    /// <summary>The card refused too many segments.</summary>
    CardRefusals,

    /// <summary>A TLS 1.2 record was sent whose type the card does not encrypt.</summary>
    RecordType,

    /// <summary>The card does not know the context or its key any more.</summary>
    ContextLost,

    /// <summary>The card did not answer in time.</summary>
    CommandTimedOut,

    /// <summary>The interface was taken down.</summary>
    InterfaceDown,

    /// <summary>The card failed, was reset or was taken away, and its contexts with it.</summary>
    CardLost,

    /// <summary>The context of a new key could not be installed; the next key tries again.</summary>
    RekeyFailed,
}
