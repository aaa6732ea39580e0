namespace NicEmu.Spec.Testing;

/// <summary>Outcome of a call to a driver under test, by the name that Linux gives it.</summary>
public enum DriverError
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>EAGAIN: nothing was taken now.</summary>
    TryAgain,

    /// <summary>EINVAL.</summary>
    InvalidArgument,

    /// <summary>EOPNOTSUPP.</summary>
    NotSupported,

    /// <summary>ENOSPC.</summary>
    NoSpace,

    /// <summary>EBADMSG: a record is not authentic, or a record number would wrap.</summary>
    BadMessage,

    /// <summary>EMSGSIZE: a record is too long.</summary>
    MessageTooLong,

    /// <summary>EKEYEXPIRED: the peer updated its key and no new one was set.</summary>
    KeyExpired,

    /// <summary>EBUSY.</summary>
    Busy,

    /// <summary>EEXIST.</summary>
    Exists,

    /// <summary>ENOTCONN.</summary>
    NotConnected,

    /// <summary>EIO.</summary>
    InputOutput,

    /// <summary>ECONNRESET.</summary>
    ConnectionReset,
}
