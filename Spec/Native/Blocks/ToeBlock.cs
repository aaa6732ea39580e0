using NicEmu.Spec.Registers;

namespace NicEmu.Spec.Native.Blocks;

/// <summary>The TCP offload engine, BAR 0 + 0x8000: its command ring, its addresses, its counters. Without the capability TOE every register but the base addresses reads zero and ENABLE is refused.</summary>
public sealed class ToeBlock : RegisterBlock
{
    /// <summary>Registers of the block, as in the manual.</summary>
    public readonly Register Base, RingSize, Control, Status, Head, Tail, CompletionBase, CompletionSize, CompletionProducer, Vector, Consumer, Arm, Capacity, ConnectionBytes, Limits, Used, Ipv4, Mtu,
        Connections, RefusedConnections, SegmentsSent, SegmentsReceived, Retransmits, RetransmitBytes, RecordsSealed, RecordsOpened, RecordErrors, HostReadBytes, HostWrittenBytes, CardReadBytes, CardWrittenBytes, PacketsLost, ListBytes;

    /// <summary>The words of the IPv6 address, first byte of word 0 first.</summary>
    public readonly Register[] Ipv6 = new Register[4];

    /// <summary>Fields of the block, as in the manual.</summary>
    public readonly Field SizeLog2, Enable, Reset, Enabled, Error, HeadIndex, TailIndex, CompletionSizeLog2, ProducerIndex, VectorNumber, ConsumerIndex, ArmIndex, MaxConnections, MaxListeners,
        BytesOfConnection, MaxPieces, MaxPending, UsedConnections, MtuBytes;

    /// <summary>Declares the block.</summary>
    public ToeBlock()
        : base("TOE", NativeDevice.RegisterBar, 0x8000, 0x200, "TCP offload engine, where CAP_FEATURES.TOE is set: command ring, completion ring, addresses, counters.")
    {
        Base = Pair("TOE_BASE", 0x00, "Bus address of the command ring, a multiple of 4096.");
        RingSize = Reg("TOE_SIZE", 0x08, "Size of the command ring.").Rw("LOG2", 4, 0, out SizeLog2, "Commands as a power of two; CAP_RINGS gives the limits.");
        Control = Reg("TOE_CTRL", 0x0C, "Control.").Rw1S("RESET", 31, 31, out Reset, "Stops the engine at once and forgets all connections; clears itself.")
            .Rw("ENABLE", 0, 0, out Enable, "Run. Turning it on takes base, sizes, vector, addresses and MTU; turning it off forgets all connections without a word to their peers and completes nothing.");
        Status = Reg("TOE_STATUS", 0x10, "Status.").Ro("ERROR", 15, 8, out Error, "Why the ring stopped, as for queues.").Ro("ENABLED", 0, 0, out Enabled, "The engine runs.");
        Head = Reg("TOE_HEAD", 0x14, "Free-running index of the next command that the device will fetch.").Ro("INDEX", 31, 0, out HeadIndex, "Index.");
        Tail = Reg("TOE_TAIL", 0x18, "Doorbell.").Rw("INDEX", 31, 0, out TailIndex, "Index after the last command posted; at most the ring size ahead of those taken.");
        CompletionBase = Pair("TOE_CQ_BASE", 0x20, "Bus address of the completion ring, a multiple of 4096.");
        CompletionSize = Reg("TOE_CQ_SIZE", 0x28, "Size of the completion ring.").Rw("LOG2", 4, 0, out CompletionSizeLog2, "Completions as a power of two. It bounds the commands that wait in the card.");
        CompletionProducer = Reg("TOE_CQ_PRODUCER", 0x2C, "Free-running index of the next completion.").Ro("INDEX", 31, 0, out ProducerIndex, "Index.");
        Vector = Reg("TOE_VECTOR", 0x30, "Interrupt.").Rw("VECTOR", 15, 0, out VectorNumber, "MSI-X vector.");
        Consumer = Reg("TOE_CONSUMER", 0x34, "Completion consumer.").Rw("INDEX", 31, 0, out ConsumerIndex, "Index of the next completion that the driver will read.");
        Arm = Reg("TOE_ARM", 0x38, "Arms the interrupt, once.").Wo("INDEX", 31, 0, out ArmIndex, "Consumer index; the interrupt comes at once if completions from there on exist, else with the next one.");
        Capacity = Reg("TOE_CAPACITY", 0x40, "What the engine has room for.").Ro("LISTENERS", 23, 16, out MaxListeners, "Open ports.").Ro("CONNECTIONS", 15, 0, out MaxConnections, "Connections.");
        ConnectionBytes = Reg("TOE_CONN_BYTES", 0x44, "Card memory.").Ro("BYTES", 31, 0, out BytesOfConnection, "Bytes of card memory that one connection takes: TCP state, buffers of both directions, records under way.");
        Limits = Reg("TOE_LIMITS", 0x48, "Limits of commands.").Ro("PENDING", 15, 8, out MaxPending, "Commands of one kind that may wait at one connection or listener.").Ro("PIECES", 7, 0, out MaxPieces, "Pieces of one SEND or RECEIVE.");
        Used = Reg("TOE_USED", 0x4C, "Occupancy.").Ro("CONNECTIONS", 15, 0, out UsedConnections, "Connections that take card memory now.");
        Ipv4 = Reg("TOE_IPV4", 0x50, "Local IPv4 address; 0 for none.").Rw("VALUE", 31, 0, out _, "First byte in bits 7..0.");
        Mtu = Reg("TOE_MTU", 0x54, "Frames of the engine.").Rw("BYTES", 15, 0, out MtuBytes, "Largest IP packet that is sent: 576 to CAP_MTU; other values count as 1500.", 1500);
        for (int i = 0; i < Ipv6.Length; i++)
        {
            Ipv6[i] = Reg($"TOE_IPV6_{i}", (uint)(0x60 + (4 * i)), $"Local IPv6 address, bytes {4 * i} to {(4 * i) + 3}; all zero for none.").Rw("VALUE", 31, 0, out _, "First byte in bits 7..0.");
        }

        Connections = Counter("TOE_STAT_CONNECTIONS", 0x100, "Connections that were established.");
        RefusedConnections = Counter("TOE_STAT_REFUSED", 0x108, "Connections that found no room.");
        SegmentsSent = Counter("TOE_STAT_TX_SEGMENTS", 0x110, "TCP segments sent.");
        SegmentsReceived = Counter("TOE_STAT_RX_SEGMENTS", 0x118, "TCP segments taken in for the engine.");
        Retransmits = Counter("TOE_STAT_RETRANSMITS", 0x120, "Segments among those sent that repeat bytes.");
        RetransmitBytes = Counter("TOE_STAT_RETRANSMIT_BYTES", 0x128, "Bytes of those frames, read from card memory.");
        RecordsSealed = Counter("TOE_STAT_RECORDS_SEALED", 0x130, "Records sealed.");
        RecordsOpened = Counter("TOE_STAT_RECORDS_OPENED", 0x138, "Records opened and authentic.");
        RecordErrors = Counter("TOE_STAT_RECORD_ERRORS", 0x140, "Records that were not sealed or opened: wrong tag, wrong header, key gone.");
        HostReadBytes = Counter("TOE_STAT_HOST_READ_BYTES", 0x148, "Bytes that SEND took from host memory, each once.");
        HostWrittenBytes = Counter("TOE_STAT_HOST_WRITTEN_BYTES", 0x150, "Bytes that RECEIVE put into host memory.");
        CardReadBytes = Counter("TOE_STAT_CARD_READ_BYTES", 0x158, "Bytes that port, record engine and DMA read from card memory, retransmissions included.");
        CardWrittenBytes = Counter("TOE_STAT_CARD_WRITTEN_BYTES", 0x160, "Bytes that port, record engine and DMA wrote to card memory.");
        ListBytes = Counter("TOE_STAT_LIST_BYTES", 0x170, "Bytes of lists of pieces read from host memory.");
        PacketsLost = Counter("TOE_STAT_LOST_FRAMES", 0x168, "Frames that were lost because the packet ring was full or the link down.");
    }
}
