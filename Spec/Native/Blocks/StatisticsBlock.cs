using NicEmu.Spec.Registers;

namespace NicEmu.Spec.Native.Blocks;

/// <summary>64-bit statistics of the port, BAR 0 + 0x1000. They count from power-on and survive every reset.</summary>
public sealed class StatisticsBlock : RegisterBlock
{
    /// <summary>The low halves of the counters, as in the manual.</summary>
    public readonly Register TxFrames, TxBytes, TxErrors, RxFrames, RxBytes, RxFiltered, RxNoBuffer, RxTooLong, RxChecksumErrors, RxMulticast, TxTlsPackets, TxTlsBytes, TxTlsContexts, TxTlsDeleted, TxTlsOutOfSequence, TxTlsReplayBytes, TxTlsErrors, RxTlsPackets, RxTlsBytes, RxTlsContexts, RxTlsDeleted, RxTlsResyncRequests, RxTlsResyncOk, RxTlsResyncSkipped, RxTlsErrors, RxTlsPassed, TxTlsWasteBytes;

    /// <summary>Declares the block.</summary>
    public StatisticsBlock()
        : base("STAT", NativeDevice.RegisterBar, 0x1000, 0x200, "64-bit statistics. Read with one aligned 8-byte access, or the low half first.")
    {
        TxFrames = Counter("STAT_TX_FRAMES", 0x00, "Frames sent.");
        TxBytes = Counter("STAT_TX_BYTES", 0x08, "Bytes sent, without frame check sequence.");
        TxErrors = Counter("STAT_TX_ERRORS", 0x10, "Descriptor chains completed with an error.");
        RxFrames = Counter("STAT_RX_FRAMES", 0x18, "Frames taken in by the filters.");
        RxBytes = Counter("STAT_RX_BYTES", 0x20, "Bytes of them.");
        RxFiltered = Counter("STAT_RX_FILTERED", 0x28, "Frames refused by the address filters.");
        RxNoBuffer = Counter("STAT_RX_NO_BUFFER", 0x30, "Frames lost because no buffer was posted.");
        RxTooLong = Counter("STAT_RX_TOO_LONG", 0x38, "Frames lost because they exceed MTU or buffer.");
        RxChecksumErrors = Counter("STAT_RX_CSUM_ERRORS", 0x40, "Frames with a wrong IP, TCP or UDP checksum.");
        RxMulticast = Counter("STAT_RX_MULTICAST", 0x48, "Multicast frames taken in.");
        TxTlsPackets = Counter("STAT_TX_TLS_ENCRYPTED_PACKETS", 0x50, "Frames sent with encrypted payload.");
        TxTlsBytes = Counter("STAT_TX_TLS_ENCRYPTED_BYTES", 0x58, "TCP payload bytes of them.");
        TxTlsContexts = Counter("STAT_TX_TLS_CTX", 0x60, "Transmit contexts created.");
        TxTlsDeleted = Counter("STAT_TX_TLS_DEL", 0x68, "Transmit contexts removed.");
        TxTlsOutOfSequence = Counter("STAT_TX_TLS_OOO", 0x70, "DATA chains out of the order of the stream: placed by POSITION, or behind SET_PROGRESS or REPLAY in positional mode.");
        TxTlsReplayBytes = Counter("STAT_TX_TLS_REPLAY_BYTES", 0x78, "Bytes read by REPLAY.");
        TxTlsErrors = Counter("STAT_TX_TLS_ERR", 0x80, "TLS chains completed with an error.");
        RxTlsPackets = Counter("STAT_RX_TLS_DECRYPTED_PACKETS", 0x88, "Packets handed over decrypted.");
        RxTlsBytes = Counter("STAT_RX_TLS_DECRYPTED_BYTES", 0x90, "TCP payload bytes of them.");
        RxTlsContexts = Counter("STAT_RX_TLS_CTX", 0x98, "Receive contexts created.");
        RxTlsDeleted = Counter("STAT_RX_TLS_DEL", 0xA0, "Receive contexts removed.");
        RxTlsResyncRequests = Counter("STAT_RX_TLS_RESYNC_REQ_PKT", 0xA8, "Packets that asked for a resync.");
        RxTlsResyncOk = Counter("STAT_RX_TLS_RESYNC_RES_OK", 0xB0, "Answers accepted.");
        RxTlsResyncSkipped = Counter("STAT_RX_TLS_RESYNC_RES_SKIP", 0xB8, "Answers discarded.");
        RxTlsErrors = Counter("STAT_RX_TLS_ERR", 0xC0, "Packets of a rule not decrypted because of a failed tag or a bad header.");
        RxTlsPassed = Counter("STAT_RX_TLS_PASSED_PACKETS", 0xC8, "Packets of a rule handed over as on the wire.");
        TxTlsWasteBytes = Counter("STAT_TX_TLS_WASTE_BYTES", 0xD0, "Bytes fetched for RANGE and not sent.");
    }
}
