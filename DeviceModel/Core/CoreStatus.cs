namespace NicEmu.DeviceModel.Core;

/// <summary>Outcome of a control verb of <see cref="NicCore"/>. The numbers are those of the native mailbox status, so that a personality can pass them on.</summary>
internal enum CoreStatus : byte
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>A parameter is out of range.</summary>
    BadParameter = 3,

    /// <summary>The handle names no object of the kind.</summary>
    BadHandle = 4,

    /// <summary>The handle's generation or epoch is past.</summary>
    StaleHandle = 5,

    /// <summary>No slot is free.</summary>
    TableFull = 6,

    /// <summary>The object is referenced, or has descriptors in flight. A context so removed goes when its last reference is released.</summary>
    Busy = 7,

    /// <summary>Reserved cipher, version or mode.</summary>
    Unsupported = 8,

    /// <summary>A rule with the same tuple exists.</summary>
    Duplicate = 10,

    /// <summary>The object's state does not allow the command.</summary>
    BadState = 11,

    /// <summary>Handles are used up; only a power cycle helps.</summary>
    EpochExhausted = 13,
}
