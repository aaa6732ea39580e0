namespace NicEmu.Spec.Native.Toe;

/// <summary>How a command of the TCP offload engine ended.</summary>
public enum ToeStatus : byte
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>No such command.</summary>
    BadOpcode = 1,

    /// <summary>A field is out of range, or reserved bytes are set.</summary>
    BadParameter = 2,

    /// <summary>The handle names no connection or listener of the kind.</summary>
    BadHandle = 3,

    /// <summary>Card memory for connections, listeners or waiting commands is used up. The host may use a TCP of its own.</summary>
    NoRoom = 4,

    /// <summary>The peer refused the connection.</summary>
    Refused = 5,

    /// <summary>The peer did not answer.</summary>
    TimedOut = 6,

    /// <summary>No neighbour answered for the peer's address, or no local address of its family is set.</summary>
    Unreachable = 7,

    /// <summary>The peer ended the connection by reset.</summary>
    Reset = 8,

    /// <summary>The peer has closed its direction, and everything before was handed over.</summary>
    EndOfStream = 9,

    /// <summary>The state of the connection does not allow the command.</summary>
    BadState = 10,

    /// <summary>SWITCH_TLS names a place that is not a record boundary: bytes behind it were handed over, or the queued bytes do not end there.</summary>
    MidRecord = 11,

    /// <summary>The record is longer than the buffer; <c>Detail</c> tells its length. It stays for the next buffer.</summary>
    BufferTooSmall = 12,

    /// <summary>Host memory that the command names could not be read or written. The direction of the connection has ended.</summary>
    DmaFault = 13,

    /// <summary>A record was not authentic. Nothing of it is handed over; receiving has ended.</summary>
    BadTag = 14,

    /// <summary>The stream holds no record where one must begin, or ended inside one. Receiving has ended.</summary>
    BadRecord = 15,

    /// <summary>The key context of the direction is gone or its key revoked. The direction has ended.</summary>
    KeyStale = 16,

    /// <summary>The port or the connection's four numbers are in use.</summary>
    InUse = 17,

    /// <summary>The connection or listener was closed by the host.</summary>
    Closed = 18,
}
