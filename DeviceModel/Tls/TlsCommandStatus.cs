namespace NicEmu.DeviceModel.Tls;

/// <summary>Outcome of an engine command. The numbers are those of the native mailbox status, so that a personality can pass them on.</summary>
internal enum TlsCommandStatus : byte
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>A parameter is out of range.</summary>
    BadParameter = 3,

    /// <summary>The handle names no object of the kind.</summary>
    BadHandle = 4,

    /// <summary>The handle's generation or epoch is past, or its key was revoked.</summary>
    StaleHandle = 5,

    /// <summary>No slot is free.</summary>
    TableFull = 6,

    /// <summary>The object is referenced. A context so removed goes when its last reference is released.</summary>
    Busy = 7,

    /// <summary>Reserved cipher, version or mode.</summary>
    Unsupported = 8,

    /// <summary>The object's state does not allow the command.</summary>
    BadState = 11,

    /// <summary>The slot's generations are used up; only a power cycle helps.</summary>
    HandlesExhausted = 13,
}
