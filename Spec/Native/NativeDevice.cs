namespace NicEmu.Spec.Native;

/// <summary>Identity and geometry of the native interface, personality 0.</summary>
public static class NativeDevice
{
    /// <summary>PCI vendor identifier; not assigned by the PCI-SIG.</summary>
    public const ushort VendorId = 0x4E1D;

    /// <summary>PCI device identifier.</summary>
    public const ushort DeviceId = 0x7C01;

    /// <summary>PCI revision: major version of the register interface.</summary>
    public const byte Revision = 0x01;

    /// <summary>PCI class code: Ethernet controller.</summary>
    public const uint ClassCode = 0x020000;

    /// <summary>Version of the register interface: major (31..16), minor (15..0).</summary>
    public const uint InterfaceVersion = 0x0001_0000;

    /// <summary>Contents of <c>DEV_MAGIC</c>: "NICT" in ASCII, little-endian.</summary>
    public const uint Magic = 0x5443_494E;

    /// <summary>Memory window of the registers.</summary>
    public const int RegisterBar = 0;

    /// <summary>Memory window of the doorbells, one page for each queue pair.</summary>
    public const int DoorbellBar = 2;

    /// <summary>Memory window of the MSI-X table and pending bits.</summary>
    public const int MsixBar = 4;

    /// <summary>Size of the register window in bytes.</summary>
    public const int RegisterBarSize = 0x20000;

    /// <summary>Size of the doorbell window in bytes.</summary>
    public const int DoorbellBarSize = QueuePairs * DoorbellPageSize;

    /// <summary>Size of the MSI-X window in bytes.</summary>
    public const int MsixBarSize = 0x2000;

    /// <summary>Offset of the pending bit array in the MSI-X window.</summary>
    public const int MsixPendingOffset = 0x1000;

    /// <summary>Size of one doorbell page in bytes.</summary>
    public const int DoorbellPageSize = 0x1000;

    /// <summary>Number of transmit queues, and of receive queues.</summary>
    public const int QueuePairs = 16;

    /// <summary>Number of MSI-X vectors: one for events, one for each queue of each direction.</summary>
    public const int Vectors = 1 + (2 * QueuePairs);

    /// <summary>Vector of the event queue.</summary>
    public const int EventVector = 0;

    /// <summary>Least size of a ring, as a power of two.</summary>
    public const int MinRingLog2 = 3;

    /// <summary>Greatest size of a ring, as a power of two.</summary>
    public const int MaxRingLog2 = 15;

    /// <summary>Greatest MTU in bytes (payload of an Ethernet frame).</summary>
    public const int MaxMtu = 9000;

    /// <summary>Greatest length in bytes of a chain of DATA descriptors: headers and payload before segmentation.</summary>
    public const int MaxChainBytes = 65536 + 256;

    /// <summary>Greatest number of DATA descriptors in one chain.</summary>
    public const int MaxChainDescriptors = 40;

    /// <summary>Number of key objects.</summary>
    public const int Keys = 1024;

    /// <summary>Number of TLS transmit contexts.</summary>
    public const int TxContexts = 1024;

    /// <summary>Number of TLS receive contexts, and of receive rules.</summary>
    public const int RxContexts = 1024;

    /// <summary>Entries of the receive-side scaling indirection table.</summary>
    public const int RssEntries = 128;

    /// <summary>Bytes of the receive-side scaling key.</summary>
    public const int RssKeyBytes = 40;

    /// <summary>Exact-match unicast filters.</summary>
    public const int UnicastFilters = 16;

    /// <summary>Link rate in megabits per second.</summary>
    public const int LinkMegabits = 25_000;
}
