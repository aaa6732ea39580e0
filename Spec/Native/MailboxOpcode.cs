namespace NicEmu.Spec.Native;

/// <summary>Commands of the mailbox.</summary>
public enum MailboxOpcode : ushort
{
    /// <summary>Version and build of the program.</summary>
    QueryFirmware = 1,

    /// <summary>Bring the port up or down.</summary>
    SetLink = 2,

    /// <summary>Create a key object from the staged key.</summary>
    KeyCreate = 16,

    /// <summary>Install the staged key as a new generation; contexts keep theirs.</summary>
    KeyRotate = 17,

    /// <summary>Contexts with the key stop at once.</summary>
    KeyRevoke = 18,

    /// <summary>Barrier: no cached copy of a destroyed or rotated key remains.</summary>
    KeySync = 19,

    /// <summary>Zeroise and free a key that no context holds.</summary>
    KeyDestroy = 20,

    /// <summary>Create a transmit context.</summary>
    TxCreate = 32,

    /// <summary>Remove a transmit context after its queued descriptors.</summary>
    TxDestroy = 33,

    /// <summary>Bind a transmit context to another queue.</summary>
    TxMove = 34,

    /// <summary>Next-record resync: the given record begins at the given sequence number.</summary>
    TxUpdate = 35,

    /// <summary>Create a receive context; its rule is not active yet.</summary>
    RxCreate = 48,

    /// <summary>Activate the context's receive rule.</summary>
    RxActivate = 49,

    /// <summary>Hold a receive context still, or release it.</summary>
    RxQuiesce = 50,

    /// <summary>Remove a receive context and its rule.</summary>
    RxDestroy = 51,

    /// <summary>Snapshot of a context.</summary>
    ContextQuery = 64,

    /// <summary>Kept free: the TCP offload engine takes its commands from a ring of its own, see TOE.</summary>
    ToeOpen = 80,

    /// <summary>Kept free: the TCP offload engine takes its commands from a ring of its own, see TOE.</summary>
    ToeListen = 81,

    /// <summary>Kept free: the TCP offload engine takes its commands from a ring of its own, see TOE.</summary>
    ToeAccept = 82,

    /// <summary>Kept free: the TCP offload engine takes its commands from a ring of its own, see TOE.</summary>
    ToeSend = 83,

    /// <summary>Kept free: the TCP offload engine takes its commands from a ring of its own, see TOE.</summary>
    ToeReceive = 84,

    /// <summary>Kept free: the TCP offload engine takes its commands from a ring of its own, see TOE.</summary>
    ToeSwitchTls = 85,

    /// <summary>Kept free: the TCP offload engine takes its commands from a ring of its own, see TOE.</summary>
    ToeClose = 86,
}
