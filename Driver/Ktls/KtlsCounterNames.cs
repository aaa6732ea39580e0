namespace NicEmu.Driver.Ktls;

/// <summary>The counters of <see cref="KtlsCounters"/> under the names of the kernel document, of /proc/net/tls_stat, and of this driver.</summary>
public static class KtlsCounterNames
{
    /// <summary>Name to value.</summary>
    public static Dictionary<string, Func<KtlsCounters, long>> All { get; } = new(StringComparer.Ordinal)
    {
        ["TlsCurrTxSw"] = c => c.TlsCurrTxSw,
        ["TlsCurrRxSw"] = c => c.TlsCurrRxSw,
        ["TlsCurrTxDevice"] = c => c.TlsCurrTxDevice,
        ["TlsCurrRxDevice"] = c => c.TlsCurrRxDevice,
        ["TlsTxSw"] = c => c.TlsTxSw,
        ["TlsRxSw"] = c => c.TlsRxSw,
        ["TlsTxDevice"] = c => c.TlsTxDevice,
        ["TlsRxDevice"] = c => c.TlsRxDevice,
        ["TlsDecryptError"] = c => c.TlsDecryptError,
        ["TlsTxRekeyOk"] = c => c.TlsTxRekeyOk,
        ["TlsTxRekeyFallback"] = c => c.TlsTxRekeyFallback,
        ["TlsTxRekeyAborted"] = c => c.TlsTxRekeyAborted,
        ["TlsTxRekeyError"] = c => c.TlsTxRekeyError,
        ["TlsCurrTxRekey"] = c => c.TlsCurrTxRekey,
        ["TlsRxRekeyOk"] = c => c.TlsRxRekeyOk,
        ["TlsRxRekeyFallback"] = c => c.TlsRxRekeyFallback,
        ["TlsRxRekeyAborted"] = c => c.TlsRxRekeyAborted,
        ["TlsRxRekeyError"] = c => c.TlsRxRekeyError,
        ["TlsRxRekeyReceived"] = c => c.TlsRxRekeyReceived,
        ["TlsCurrRxRekey"] = c => c.TlsCurrRxRekey,
        ["TlsRxDeviceResync"] = c => c.TlsRxDeviceResync,
        ["tx_tls_encrypted_packets"] = c => c.TxTlsEncryptedPackets,
        ["tx_tls_encrypted_bytes"] = c => c.TxTlsEncryptedBytes,
        ["tx_tls_ooo"] = c => c.TxTlsOoo,
        ["tx_tls_skip_no_sync_data"] = c => c.TxTlsSkipNoSyncData,
        ["tx_tls_drop_no_sync_data"] = c => c.TxTlsDropNoSyncData,
        ["tx_tls_drop_bypass_req"] = c => c.TxTlsDropBypassReq,
        ["tx_tls_replay_bytes"] = c => c.TxTlsReplayBytes,
        ["tx_tls_fallback"] = c => c.TxTlsFallback,
        ["tx_tls_other_port"] = c => c.TxTlsOtherPort,
        ["tx_tls_nonce_reuse"] = c => c.TxTlsNonceReuse,
        ["tx_tls_errors"] = c => c.TxTlsErrors,
        ["rx_tls_decrypted_packets"] = c => c.RxTlsDecryptedPackets,
        ["rx_tls_resync_req_pkt"] = c => c.RxTlsResyncReqPkt,
        ["rx_tls_resync_res_ok"] = c => c.RxTlsResyncAck,
        ["rx_tls_resync_res_skip"] = c => c.RxTlsResyncNak,
        ["rx_tls_resync_hint"] = c => c.RxTlsResyncHint,
        ["rx_tls_err"] = c => c.RxTlsErr,
        ["rx_tls_records_device"] = c => c.RxRecordsDevice,
        ["rx_tls_records_software"] = c => c.RxRecordsSoftware,
        ["rx_tls_records_mixed"] = c => c.RxRecordsMixed,
        ["rx_tls_records_undone"] = c => c.RxRecordsUndone,
        ["rx_tls_reencrypted_bytes"] = c => c.RxReencryptedBytes,
    };
}
