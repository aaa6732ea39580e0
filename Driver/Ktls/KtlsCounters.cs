namespace NicEmu.Driver.Ktls;

/// <summary>Counters of one host: those of /proc/net/tls_stat, and those that the kernel document names for drivers.</summary>
public sealed class KtlsCounters
{
    /// <summary>TlsCurrTxSw: transmit sessions in software that live now.</summary>
    public long TlsCurrTxSw { get; internal set; }

    /// <summary>TlsCurrRxSw: receive sessions in software that live now.</summary>
    public long TlsCurrRxSw { get; internal set; }

    /// <summary>TlsCurrTxDevice: transmit sessions in the card that live now.</summary>
    public long TlsCurrTxDevice { get; internal set; }

    /// <summary>TlsCurrRxDevice: receive sessions in the card that live now.</summary>
    public long TlsCurrRxDevice { get; internal set; }

    /// <summary>TlsTxSw: transmit sessions opened in software.</summary>
    public long TlsTxSw { get; internal set; }

    /// <summary>TlsRxSw: receive sessions opened in software.</summary>
    public long TlsRxSw { get; internal set; }

    /// <summary>TlsTxDevice: transmit sessions opened in the card.</summary>
    public long TlsTxDevice { get; internal set; }

    /// <summary>TlsRxDevice: receive sessions opened in the card.</summary>
    public long TlsRxDevice { get; internal set; }

    /// <summary>TlsDecryptError: records that failed authentication.</summary>
    public long TlsDecryptError { get; internal set; }

    /// <summary>TlsRxDeviceResync: record positions sent to the card, answers and hints.</summary>
    public long TlsRxDeviceResync { get; internal set; }

    /// <summary>tx_tls_encrypted_packets: frames that the card is to encrypt, each piece of a long segment counted.</summary>
    public long TxTlsEncryptedPackets { get; internal set; }

    /// <summary>tx_tls_encrypted_bytes: TCP payload bytes of them.</summary>
    public long TxTlsEncryptedBytes { get; internal set; }

    /// <summary>tx_tls_ooo: segments that did not begin at the expected sequence number.</summary>
    public long TxTlsOoo { get; internal set; }

    /// <summary>tx_tls_skip_no_sync_data: segments from before the first record, sent as they were.</summary>
    public long TxTlsSkipNoSyncData { get; internal set; }

    /// <summary>tx_tls_drop_no_sync_data: segments dropped because their record is not known any more.</summary>
    public long TxTlsDropNoSyncData { get; internal set; }

    /// <summary>tx_tls_drop_bypass_req: segments dropped because they mix bytes from before and after the first record's start.</summary>
    public long TxTlsDropBypassReq { get; internal set; }

    /// <summary>Bytes given to the card only to be hashed again.</summary>
    public long TxTlsReplayBytes { get; internal set; }

    /// <summary>kern_tls_waste: bytes given to the card with a range only because its request cannot begin later, and not sent.</summary>
    public long TxTlsWasteBytes { get; internal set; }

    /// <summary>Segments encrypted in software although the session is in the card.</summary>
    public long TxTlsFallback { get; internal set; }

    /// <summary>TLS chains that the card refused.</summary>
    public long TxTlsErrors { get; internal set; }

    /// <summary>tx_tls_resync_req: times that a card which the stream left behind began to wait for the next record.</summary>
    public long TxTlsResyncRequests { get; internal set; }

    /// <summary>Records whose place the card was told and took.</summary>
    public long TxTlsResyncs { get; internal set; }

    /// <summary>Records whose place the card did not take.</summary>
    public long TxTlsResyncFailures { get; internal set; }

    /// <summary>kern.ipc.tls.stats.ifnet_disable_ok: transmit sessions that left the card because too much was sent again.</summary>
    public long IfnetDisableOk { get; internal set; }

    /// <summary>rx_tls_decrypted_packets: packets that came decrypted.</summary>
    public long RxTlsDecryptedPackets { get; internal set; }

    /// <summary>rx_tls_resync_req_pkt: packets that came with a request.</summary>
    public long RxTlsResyncReqPkt { get; internal set; }

    /// <summary>rx_tls_resync_req_end: requests answered with a record number.</summary>
    public long RxTlsResyncAck { get; internal set; }

    /// <summary>rx_tls_resync_req_skip: requests refused.</summary>
    public long RxTlsResyncNak { get; internal set; }

    /// <summary>Next-record hints sent.</summary>
    public long RxTlsResyncHint { get; internal set; }

    /// <summary>rx_tls_err: packets whose record the card found not authentic.</summary>
    public long RxTlsErr { get; internal set; }

    /// <summary>Records that came decrypted from end to end.</summary>
    public long RxRecordsDevice { get; internal set; }

    /// <summary>Records decrypted in software.</summary>
    public long RxRecordsSoftware { get; internal set; }

    /// <summary>Records that came partly decrypted.</summary>
    public long RxRecordsMixed { get; internal set; }

    /// <summary>TlsTxRekeyOk: key updates in sending that ended as the connection was protected before, in the card or in software.</summary>
    public long TlsTxRekeyOk { get; internal set; }

    /// <summary>TlsTxRekeyFallback: key updates in sending that ended in software although the connection was in the card.</summary>
    public long TlsTxRekeyFallback { get; internal set; }

    /// <summary>TlsTxRekeyAborted: key updates in sending that the end of the connection overtook.</summary>
    public long TlsTxRekeyAborted { get; internal set; }

    /// <summary>TlsTxRekeyError: key updates in sending that were refused.</summary>
    public long TlsTxRekeyError { get; internal set; }

    /// <summary>TlsCurrTxRekey: key updates in sending that go on now.</summary>
    public long TlsCurrTxRekey { get; internal set; }

    /// <summary>TlsRxRekeyOk: key updates in receiving that ended as the connection was protected before.</summary>
    public long TlsRxRekeyOk { get; internal set; }

    /// <summary>TlsRxRekeyFallback: key updates in receiving that ended in software although the connection was in the card.</summary>
    public long TlsRxRekeyFallback { get; internal set; }

    /// <summary>TlsRxRekeyAborted: key updates in receiving that the end of the connection overtook.</summary>
    public long TlsRxRekeyAborted { get; internal set; }

    /// <summary>TlsRxRekeyError: keys for receiving that were refused.</summary>
    public long TlsRxRekeyError { get; internal set; }

    /// <summary>TlsRxRekeyReceived: KeyUpdate messages that arrived.</summary>
    public long TlsRxRekeyReceived { get; internal set; }

    /// <summary>TlsCurrRxRekey: key updates in receiving that go on now.</summary>
    public long TlsCurrRxRekey { get; internal set; }

    /// <summary>Records of which parts had been decrypted under the key before: undone, then opened with their own.</summary>
    public long RxRecordsUndone { get; internal set; }

    /// <summary>Received bytes that the card had decrypted and that were encrypted again, so that their record could be opened.</summary>
    public long RxReencryptedBytes { get; internal set; }

    /// <summary>Records whose content changed in the file between two transmissions: one nonce, two plaintexts.</summary>
    public long TxTlsNonceReuse { get; internal set; }

    /// <summary>Segments that left by another port than the one whose card has their context, encrypted in software.</summary>
    public long TxTlsOtherPort { get; internal set; }

    /// <summary>rx_gro_packets: received frames that were joined with others before the stack saw them.</summary>
    public long RxGroPackets { get; internal set; }

    /// <summary>rx_gro_skbs: segments that they were joined to.</summary>
    public long RxGroSegments { get; internal set; }

    internal void OnTxRekeyed(RekeyOutcome outcome)
    {
        if (outcome == RekeyOutcome.Ok) TlsTxRekeyOk++;
        else if (outcome == RekeyOutcome.Fallback) TlsTxRekeyFallback++;
        else TlsTxRekeyAborted++;
    }

    internal void OnRxRekeyed(RekeyOutcome outcome)
    {
        if (outcome == RekeyOutcome.Ok) TlsRxRekeyOk++;
        else if (outcome == RekeyOutcome.Fallback) TlsRxRekeyFallback++;
        else TlsRxRekeyAborted++;
    }
}
