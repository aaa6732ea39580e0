namespace NicEmu.Driver.Ktls;

/// <summary>Why a direction of a connection stands still, with the error that Linux returns for it.</summary>
public enum KtlsError
{
    /// <summary>It does not.</summary>
    None = 0,

    /// <summary>EBADMSG: a tag did not verify, a record is shorter than its overhead, or a TLS 1.3 record holds padding only.</summary>
    BadMessage,

    /// <summary>EMSGSIZE: a record is longer than allowed.</summary>
    MessageTooLong,

    /// <summary>EINVAL: a header with another version, or in TLS 1.3 another outer type than application data.</summary>
    InvalidHeader,

    /// <summary>EKEYEXPIRED: the peer updated its key (RFC 8446 §4.6.3) and no new one was set.</summary>
    KeyExpired,

    /// <summary>EBADMSG: the record sequence number would wrap.</summary>
    SequenceOverflow,

    /// <summary>EBUSY: a key was set before, and the version has no key update.</summary>
    Busy,

    /// <summary>EINVAL: arguments that do not go together, such as another cipher than the direction has.</summary>
    InvalidArgument,

    /// <summary>EOPNOTSUPP: not possible on a TLS socket.</summary>
    NotSupported,

    /// <summary>ENOTCONN: the connection is not established.</summary>
    NotConnected,

    /// <summary>EAGAIN: the open record does not fit into the send buffer yet.</summary>
    TryAgain,
}
