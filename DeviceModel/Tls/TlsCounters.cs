using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace NicEmu.DeviceModel.Tls;

/// <summary>One 64-bit count for each <see cref="TlsCounter"/>: a plain value, copied as a whole, so that a reading is consistent.</summary>
[InlineArray((int)TlsCounter.Count)]
internal struct TlsCounters
{
    private ulong _first;

    [UnscopedRef]
    public ref ulong this[TlsCounter counter] => ref this[(int)counter];

    /// <summary>The statistics' names, in the order of <see cref="TlsCounter"/>.</summary>
    public static ReadOnlySpan<string> Names => s_names;

    private static readonly string[] s_names =
    [
        "tx_tls_encrypted_packets", "tx_tls_encrypted_bytes", "tx_tls_ctx", "tx_tls_del", "tx_tls_ooo", "tx_tls_records", "tx_tls_tags_again",
        "tx_tls_replayed_bytes", "tx_tls_one_shots", "tx_tls_rearms", "tx_tls_waste_bytes", "tx_tls_errors", "rx_tls_decrypted_packets", "rx_tls_decrypted_bytes", "rx_tls_ctx",
        "rx_tls_del", "rx_tls_records", "rx_tls_passed_packets", "rx_tls_resync_req_pkt", "rx_tls_resync_res_ok", "rx_tls_resync_res_skip",
        "rx_tls_resync_refused", "rx_tls_resync_expired", "rx_tls_searches", "rx_tls_searched_bytes", "rx_tls_auth_failures", "rx_tls_err",
        "tls_key_loads", "tls_key_syncs", "tls_table_full", "tls_stale_handles",
    ];
}
