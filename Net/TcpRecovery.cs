namespace NicEmu.Net;

/// <summary>Why a sender repeats bytes.</summary>
internal enum TcpRecovery
{
    /// <summary>It does not.</summary>
    Open,

    /// <summary>Three duplicate acknowledgments or their SACK equivalent (RFC 6582, RFC 6675).</summary>
    Fast,

    /// <summary>The retransmission timer expired, or the window reopened over an unaccepted probe.</summary>
    Loss,
}
