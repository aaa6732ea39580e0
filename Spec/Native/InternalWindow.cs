namespace NicEmu.Spec.Native;

/// <summary>Windows of card memory on the internal bus.</summary>
public enum InternalWindow : int
{
    /// <summary>256 bytes: the request that the driver wrote.</summary>
    MailboxRequest = 0,

    /// <summary>256 bytes: the reply that the driver will read.</summary>
    MailboxReply = 1,

    /// <summary>4096 bytes for the program's own use; kept in snapshots.</summary>
    Scratch = 2,

    /// <summary>Frames in and out, for a TCP offload engine (reserved: length 0).</summary>
    PacketRing = 3,

    /// <summary>Seal or open one record by key slot, for a TCP offload engine (reserved: length 0).</summary>
    CryptoRing = 4,

    /// <summary>Scatter DMA, for a TCP offload engine (reserved: length 0).</summary>
    HostRing = 5,
}
