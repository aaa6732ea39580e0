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

    /// <summary>Frames of the TCP offload engine: 64 slots of 9232 bytes for frames in, then as many for frames out. Without the engine this and the following windows have length 0.</summary>
    PacketRing = 3,

    /// <summary>32 entries of 64 bytes: seal or open one record by the handle of its key context.</summary>
    CryptoRing = 4,

    /// <summary>32 entries of 32 bytes: DMA between host memory and card memory.</summary>
    HostRing = 5,

    /// <summary>What CRYPTO and HOST ring work on: a part of equal length for each connection.</summary>
    CardMemory = 6,

    /// <summary>16 commands of 64 bytes as the host wrote them, then 16 completions of 64 bytes for the host.</summary>
    ToeCommands = 7,
}
