namespace NicEmu.DeviceModel.Tls;

/// <summary>What the engine counts, for each context and in total. Names of the kernel's TLS offload document where it has one.</summary>
internal enum TlsCounter
{
    /// <summary>Packets on the wire that were encrypted (tx_tls_encrypted_packets).</summary>
    TxEncryptedPackets,

    /// <summary>TCP payload bytes of them, framing included (tx_tls_encrypted_bytes).</summary>
    TxEncryptedBytes,

    /// <summary>Transmit contexts installed (tx_tls_ctx).</summary>
    TxContexts,

    /// <summary>Transmit contexts removed (tx_tls_del).</summary>
    TxDeletes,

    /// <summary>DATA chains protected out of the order of the stream: by POSITION, or behind SET_PROGRESS or REPLAY in positional mode (tx_tls_ooo).</summary>
    TxOutOfOrder,

    /// <summary>Records protected to their end in sequence.</summary>
    TxRecords,

    /// <summary>Records whose tag was made again for a retransmission.</summary>
    TxTagsAgain,

    /// <summary>Bytes consumed by REPLAY.</summary>
    TxReplayedBytes,

    /// <summary>Chains encrypted by POSITION or RANGE alone, without the record's earlier bytes.</summary>
    TxOneShots,

    /// <summary>Moves of a positional context to a record's start, by SET_PROGRESS or TX_UPDATE, that took effect.</summary>
    TxRearms,

    /// <summary>Bytes fetched and processed for RANGE but not sent.</summary>
    TxWasteBytes,

    /// <summary>Descriptors refused.</summary>
    TxErrors,

    /// <summary>Packets decrypted (rx_tls_decrypted_packets).</summary>
    RxDecryptedPackets,

    /// <summary>TCP payload bytes of them, framing included (rx_tls_decrypted_bytes).</summary>
    RxDecryptedBytes,

    /// <summary>Receive contexts installed (rx_tls_ctx).</summary>
    RxContexts,

    /// <summary>Receive contexts removed (rx_tls_del).</summary>
    RxDeletes,

    /// <summary>Records opened and found authentic.</summary>
    RxRecords,

    /// <summary>Packets of a flow with a context that went up as they came.</summary>
    RxPassedPackets,

    /// <summary>Packets that asked for a resync answer (rx_tls_resync_req_pkt).</summary>
    RxResyncRequests,

    /// <summary>Answers and hints taken (rx_tls_resync_res_ok).</summary>
    RxResyncAccepted,

    /// <summary>Answers and hints discarded because they fit no request (rx_tls_resync_res_skip).</summary>
    RxResyncSkipped,

    /// <summary>Refusals taken.</summary>
    RxResyncRefused,

    /// <summary>Requests that no answer met within the budget.</summary>
    RxResyncExpired,

    /// <summary>Searches begun.</summary>
    RxSearches,

    /// <summary>Bytes looked through for a header.</summary>
    RxSearchedBytes,

    /// <summary>Records whose tag was wrong.</summary>
    RxAuthenticationFailures,

    /// <summary>Headers that were not allowed, in sync (rx_tls_err).</summary>
    RxErrors,

    /// <summary>Keys loaded: objects created and rotated.</summary>
    KeyLoads,

    /// <summary>Keys synchronised.</summary>
    KeySyncs,

    /// <summary>Commands refused because a table was full.</summary>
    TableFull,

    /// <summary>Uses of stale handles or revoked keys.</summary>
    StaleHandles,

    /// <summary>Number of counters.</summary>
    Count,
}
