namespace NicEmu.Spec.Testing;

/// <summary>What a driver under test can be asked to do; a case that needs more is skipped.</summary>
[Flags]
public enum DriverAbilities
{
    /// <summary>Connect, send, receive, close.</summary>
    None = 0,

    /// <summary>MSG_MORE and MSG_EOR.</summary>
    MessageFlags = 1,

    /// <summary>Records of other content types than application data.</summary>
    ControlRecords = 2,

    /// <summary>sendfile with copies.</summary>
    SendFile = 4,

    /// <summary>sendfile without copies (TLS_TX_ZEROCOPY_RO).</summary>
    ZeroCopy = 8,

    /// <summary>A limit of the record content for each connection (TLS_TX_MAX_PAYLOAD_LEN).</summary>
    RecordLimit = 16,

    /// <summary>New keys for a live connection (TLS 1.3 KeyUpdate).</summary>
    Rekey = 32,

    /// <summary>The interface can be taken down and up.</summary>
    InterfaceState = 64,

    /// <summary>Features such as tls-hw-tx-offload can be switched while connections live.</summary>
    FeatureSwitches = 128,

    /// <summary>The driver can be unbound from the card.</summary>
    Unbind = 256,

    /// <summary>The first TCP sequence number of a connection can be chosen.</summary>
    InitialSequence = 512,

    /// <summary>The strategy for retransmissions can be chosen.</summary>
    Strategies = 1024,

    /// <summary>The driver notices a card that was reset or whose firmware stopped, and goes on without its contexts.</summary>
    Recovery = 2048,

    /// <summary>A connection can leave by another port than the one that has its key.</summary>
    SecondPort = 4096,
}
