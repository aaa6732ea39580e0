using NicEmu.Spec.Registers;

namespace NicEmu.Spec.Native.Blocks;

/// <summary>Identification, capabilities and control of the whole function, BAR 0 + 0x0000.</summary>
public sealed class DeviceBlock : RegisterBlock
{
    /// <summary>Registers of the block, as in the manual.</summary>
    public readonly Register Magic, Version, Control, Status, Epoch, CapQueues, CapRings, CapMtu, CapTls, CapKeys, CapTxContexts, CapRxContexts, CapReplay, CapFilters, CapChain, CapModes, TrapStatus, TrapHandle;

    /// <summary>Fields of the block, as in the manual.</summary>
    public readonly Field Reset, RxEnable, TxEnable, FirmwareReady, LinkUp, InReset, EpochValue, QueuePairs, Vectors, MinRing, MaxRing, Mtu, TsoBytes, Ciphers, Versions, TxModes, RxResyncKinds,
        Keys, TxContexts, RxContexts, ReplayBytes, MaxLengthField, UnicastFilters, RssEntries, ChainDescriptors, SegmentsPerDescriptor, TcpOffloadEngine, Positional, Range, TrapPlaintext, TrapState;

    /// <summary>Declares the block.</summary>
    public DeviceBlock()
        : base("DEV", NativeDevice.RegisterBar, 0x0000, 0x100, "Identification, capabilities and control of the function.")
    {
        Magic = Reg("DEV_MAGIC", 0x00, "Constant, \"NICT\" in ASCII.").Ro("MAGIC", 31, 0, out _, "0x5443494E.", NativeDevice.Magic);
        Version = Reg("DEV_VERSION", 0x04, "Version of this register interface.").Ro("MAJOR", 31, 16, out _, "Changes break drivers.", NativeDevice.InterfaceVersion >> 16).Ro("MINOR", 15, 0, out _, "Changes add to it.", NativeDevice.InterfaceVersion & 0xFFFF);
        Control = Reg("DEV_CTRL", 0x08, "Control.").Rw1S("RESET", 31, 31, out Reset, "Resets the function but for configuration space; clears itself.")
            .Rw("RX_ENABLE", 1, 1, out RxEnable, "Frames from the wire are taken in.").Rw("TX_ENABLE", 0, 0, out TxEnable, "Transmit queues run.");
        Status = Reg("DEV_STATUS", 0x0C, "Status.").Ro("IN_RESET", 31, 31, out InReset, "A reset is going on; only this register may be read.").Ro("LINK_UP", 1, 1, out LinkUp, "The port has a link and is up.")
            .Ro("FW_READY", 0, 0, out FirmwareReady, "Firmware serves the mailbox.");
        Epoch = Reg("DEV_EPOCH", 0x10, "Counts resets of any kind, power-on as the first; part of every handle.").Ro("EPOCH", 15, 0, out EpochValue, "Reset epoch; at 65535 it stays, and objects can be made again only after a power cycle.", 1).Sticky();
        CapQueues = Reg("CAP_QUEUES", 0x20, "Queues and vectors.").Ro("VECTORS", 31, 16, out Vectors, "MSI-X vectors.", NativeDevice.Vectors).Ro("PAIRS", 15, 0, out QueuePairs, "Transmit queues, and receive queues.", NativeDevice.QueuePairs);
        CapRings = Reg("CAP_RINGS", 0x24, "Ring sizes, as powers of two.").Ro("MAX_LOG2", 15, 8, out MaxRing, "Greatest.", NativeDevice.MaxRingLog2).Ro("MIN_LOG2", 7, 0, out MinRing, "Least.", NativeDevice.MinRingLog2);
        CapMtu = Reg("CAP_MTU", 0x28, "Frame lengths.").Ro("MTU", 15, 0, out Mtu, "Greatest MTU in bytes.", NativeDevice.MaxMtu);
        CapChain = Reg("CAP_CHAIN", 0x2C, "DATA chains.").Ro("SEGMENTS", 31, 24, out SegmentsPerDescriptor, "Segments in a descriptor.", 2).Ro("DESCRIPTORS", 23, 17, out ChainDescriptors, "Descriptors in a chain.", NativeDevice.MaxChainDescriptors)
            .Ro("BYTES", 16, 0, out TsoBytes, "Bytes of a chain, headers included.", NativeDevice.MaxChainBytes);
        CapTls = Reg("CAP_TLS", 0x30, "TLS.").Ro("RX_RESYNC", 26, 24, out RxResyncKinds, "Resync kinds: bit 0 device request, bit 1 host query, bit 2 next-record hint.", 0x7).Ro("TX_MODES", 18, 16, out TxModes, "Modes: bit 0 sequence-tracked, bit 1 positional, bit 2 range.", 0x7)
            .Ro("VERSIONS", 9, 8, out Versions, "Versions: bit 0 TLS 1.2, bit 1 TLS 1.3.", 0x3).Ro("CIPHERS", 2, 0, out Ciphers, "Ciphers: bit 0 AES-128-GCM, bit 1 AES-256-GCM, bit 2 ChaCha20-Poly1305.", 0x7);
        CapKeys = Reg("CAP_KEYS", 0x34, "Key objects.").Ro("COUNT", 23, 0, out Keys, "Key objects.", NativeDevice.Keys);
        CapTxContexts = Reg("CAP_TX_CONTEXTS", 0x38, "Transmit contexts.").Ro("COUNT", 23, 0, out TxContexts, "Transmit contexts.", NativeDevice.TxContexts);
        CapRxContexts = Reg("CAP_RX_CONTEXTS", 0x3C, "Receive contexts and rules.").Ro("COUNT", 23, 0, out RxContexts, "Receive contexts, and receive rules.", NativeDevice.RxContexts);
        CapReplay = Reg("CAP_REPLAY", 0x40, "Records and replays.").Ro("MAX_LENGTH", 31, 16, out MaxLengthField, "Greatest length field of a record header, TLS 1.2.", 16384 + 2048).Ro("BYTES", 15, 0, out ReplayBytes, "Greatest length of one REPLAY descriptor in bytes.", 32768);
        CapFilters = Reg("CAP_FILTERS", 0x44, "Receive filters.").Ro("RSS_ENTRIES", 31, 16, out RssEntries, "Entries of the indirection table.", NativeDevice.RssEntries).Ro("UNICAST", 15, 0, out UnicastFilters, "Exact-match unicast addresses.", NativeDevice.UnicastFilters);
        CapModes = Reg("CAP_FEATURES", 0x48, "Features.").Ro("RANGE", 2, 2, out Range, "RANGE descriptors and contexts.", 1).Ro("POSITIONAL", 1, 1, out Positional, "SET_CONTEXT, SET_PROGRESS and positional contexts.", 1).Ro("TOE", 0, 0, out TcpOffloadEngine, "TCP offload engine: the TOE block.");
        TrapStatus = Reg("TRAP_STATUS", 0x80, "Invariants that must never break; bits stay until cleared.").Rw1C("STATE", 1, 1, out TrapState, "An internal state check failed.").Rw1C("PLAINTEXT", 0, 0, out TrapPlaintext, "A frame of an offloaded chain would have left unencrypted; it was stopped.").Sticky();
        TrapHandle = Pair("TRAP_HANDLE", 0x88, "TLS context concerned by the last trap.");
    }
}
