namespace NicEmu.Spec.Native;

/// <summary>Outcome of a mailbox command, in <c>MBOX_STAT.ERROR</c>.</summary>
public enum MailboxStatus : byte
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>No such command.</summary>
    BadOpcode = 1,

    /// <summary>The request length is not the command's.</summary>
    BadLength = 2,

    /// <summary>A field of the request is out of range or reserved bits are set.</summary>
    BadParameter = 3,

    /// <summary>The handle names no live object of the kind.</summary>
    BadHandle = 4,

    /// <summary>The handle's generation or epoch is past.</summary>
    StaleHandle = 5,

    /// <summary>No slot is free.</summary>
    TableFull = 6,

    /// <summary>The object is referenced, or has descriptors in flight.</summary>
    Busy = 7,

    /// <summary>Reserved command, cipher, version or mode.</summary>
    Unsupported = 8,

    /// <summary>KEY_STAGE holds no complete key.</summary>
    NoKeyStaged = 9,

    /// <summary>A rule with the same tuple exists.</summary>
    Duplicate = 10,

    /// <summary>The object's state does not allow the command.</summary>
    BadState = 11,

    /// <summary>Firmware is absent or starting.</summary>
    NotReady = 12,

    /// <summary>Handles are used up; only a power cycle helps.</summary>
    EpochExhausted = 13,
}
