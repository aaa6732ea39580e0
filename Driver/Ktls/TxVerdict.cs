namespace NicEmu.Driver.Ktls;

/// <summary>What became of a segment.</summary>
internal enum TxVerdict
{
    /// <summary>It is not the session's business: the caller sends it as it is.</summary>
    SendAsIs = 0,

    /// <summary>Descriptors for it were posted.</summary>
    Posted,

    /// <summary>It must not be sent.</summary>
    Drop,
}
