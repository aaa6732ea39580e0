namespace NicEmu.DeviceModel.Core;

/// <summary>64-bit counters under the names of the native statistics block. They survive every reset.</summary>
internal record struct CoreStatistics
{
    /// <summary>Frames sent.</summary>
    public ulong TxFrames;

    /// <summary>Bytes sent, without frame check sequence.</summary>
    public ulong TxBytes;

    /// <summary>Chains refused with an error.</summary>
    public ulong TxErrors;

    /// <summary>Frames taken in by the filters.</summary>
    public ulong RxFrames;

    /// <summary>Bytes of them.</summary>
    public ulong RxBytes;

    /// <summary>Frames refused by the address filters.</summary>
    public ulong RxFiltered;

    /// <summary>Frames lost because no buffer was posted.</summary>
    public ulong RxNoBuffer;

    /// <summary>Frames lost because they exceed the MTU, or (counted by the personality) a buffer.</summary>
    public ulong RxTooLong;

    /// <summary>Frames with a wrong IP, TCP or UDP checksum.</summary>
    public ulong RxChecksumErrors;

    /// <summary>Multicast frames taken in.</summary>
    public ulong RxMulticast;

    /// <summary>Frames sent with encrypted payload.</summary>
    public ulong TxTlsPackets;

    /// <summary>TCP payload bytes of them.</summary>
    public ulong TxTlsBytes;

    /// <summary>Transmit contexts created.</summary>
    public ulong TxTlsContexts;

    /// <summary>Transmit contexts removed.</summary>
    public ulong TxTlsDeleted;

    /// <summary>Chains out of the order of the stream: placed by POSITION, or behind SET_PROGRESS or REPLAY in positional mode.</summary>
    public ulong TxTlsOutOfSequence;

    /// <summary>Bytes replayed.</summary>
    public ulong TxTlsReplayBytes;

    /// <summary>TLS chains refused with an error.</summary>
    public ulong TxTlsErrors;

    /// <summary>Packets handed over decrypted.</summary>
    public ulong RxTlsPackets;

    /// <summary>TCP payload bytes of them.</summary>
    public ulong RxTlsBytes;

    /// <summary>Receive contexts created.</summary>
    public ulong RxTlsContexts;

    /// <summary>Receive contexts removed.</summary>
    public ulong RxTlsDeleted;

    /// <summary>Packets that asked for a resync.</summary>
    public ulong RxTlsResyncRequests;

    /// <summary>Answers accepted.</summary>
    public ulong RxTlsResyncOk;

    /// <summary>Answers discarded.</summary>
    public ulong RxTlsResyncSkipped;

    /// <summary>Packets of a rule not decrypted because of a failed tag or a bad header.</summary>
    public ulong RxTlsErrors;

    /// <summary>Packets of a rule handed over as on the wire.</summary>
    public ulong RxTlsPassed;

    /// <summary>Bytes fetched for RANGE and not sent.</summary>
    public ulong TxTlsWasteBytes;
}
