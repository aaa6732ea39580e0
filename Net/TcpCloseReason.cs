namespace NicEmu.Net;

/// <summary>How a connection came to its end.</summary>
public enum TcpCloseReason
{
    /// <summary>It has not ended.</summary>
    None,

    /// <summary>Both sides sent FIN and had it acknowledged, or it was closed before it was established.</summary>
    Graceful,

    /// <summary>The peer sent RST.</summary>
    ResetByPeer,

    /// <summary>The peer answered our SYN by RST.</summary>
    Refused,

    /// <summary>The retransmission limit was reached without an answer.</summary>
    TimedOut,

    /// <summary>No neighbour answered address resolution while the connection was being opened.</summary>
    HostUnreachable,

    /// <summary><see cref="TcpConnection.Abort"/> was called.</summary>
    Aborted,

    /// <summary>The last network interface went away.</summary>
    InterfaceLost,
}
