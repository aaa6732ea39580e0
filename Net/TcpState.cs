namespace NicEmu.Net;

/// <summary>Connection states of RFC 9293 §3.3.2; LISTEN is a <see cref="TcpListener"/>.</summary>
public enum TcpState
{
    /// <summary>No connection; see the reason.</summary>
    Closed,

    /// <summary>Active open: SYN sent.</summary>
    SynSent,

    /// <summary>SYN received and answered.</summary>
    SynReceived,

    /// <summary>Data flows both ways.</summary>
    Established,

    /// <summary>We closed first; our FIN waits to be sent or acknowledged.</summary>
    FinWait1,

    /// <summary>Our FIN is acknowledged; the peer may still send.</summary>
    FinWait2,

    /// <summary>The peer closed; we may still send.</summary>
    CloseWait,

    /// <summary>Both closed at once; our FIN is not yet acknowledged.</summary>
    Closing,

    /// <summary>The peer closed first; our FIN waits to be acknowledged.</summary>
    LastAck,

    /// <summary>Both FINs are acknowledged; two segment lifetimes pass.</summary>
    TimeWait,
}
