namespace NicEmu.Spec.Native;

/// <summary>Lines that the hardware raises towards the embedded core.</summary>
public enum InternalLine : int
{
    /// <summary>The driver wrote GO.</summary>
    Mailbox = 0,

    /// <summary>The link came up or went down.</summary>
    LinkChanged = 1,

    /// <summary>The function was reset: all tables are empty.</summary>
    FunctionReset = 2,

    /// <summary>The host enabled or disabled the TCP offload engine.</summary>
    ToeChanged = 3,

    /// <summary>A frame came in, or a frame left the packet ring.</summary>
    PacketRing = 4,

    /// <summary>A record was sealed or opened.</summary>
    CryptoRing = 5,

    /// <summary>A DMA of the HOST ring ended.</summary>
    HostRing = 6,

    /// <summary>The host wrote a command, or a completion was posted.</summary>
    ToeCommands = 7,
}
