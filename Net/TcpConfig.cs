namespace NicEmu.Net;

/// <summary>Parameters of TCP connections. All times are picoseconds.</summary>
public sealed record TcpConfig
{
    private const long MillisecondPs = 1_000_000_000;

    /// <summary>Bytes that <c>Write</c> may hold until they are acknowledged; 1 to 2^30.</summary>
    public int SendBufferBytes { get; init; } = 256 * 1024;

    /// <summary>Bytes received and not yet read, and the largest window offered; 1 to 2^30. Above 65535 only with <see cref="WindowScaling"/>.</summary>
    public int ReceiveBufferBytes { get; init; } = 256 * 1024;

    /// <summary>Largest segment we accept, sent in the MSS option and bounding our own; 0 derives it from the MTU.</summary>
    public int MaximumSegmentSize { get; init; }

    /// <summary>Offer window scaling, RFC 7323 §2.</summary>
    public bool WindowScaling { get; init; } = true;

    /// <summary>Offer time stamps, RFC 7323 §3, with PAWS, §5.</summary>
    public bool Timestamps { get; init; } = true;

    /// <summary>Offer selective acknowledgment, RFC 2018; recovery is RFC 6675 with it and RFC 6582 without.</summary>
    public bool SelectiveAcknowledgment { get; init; } = true;

    /// <summary>Hold back a small segment while data is unacknowledged, RFC 9293 §3.7.4.</summary>
    public bool Nagle { get; init; }

    /// <summary>Longest delay of an acknowledgment, at most 500 ms (RFC 9293 §3.8.6.3); every second segment is acknowledged at once. 0 acknowledges each.</summary>
    public long DelayedAcknowledgmentPs { get; init; } = 40 * MillisecondPs;

    /// <summary>Initial congestion window in segments, RFC 6928.</summary>
    public int InitialWindowSegments { get; init; } = 10;

    /// <summary>Retransmission timeout before the first sample, RFC 6298 §2.1.</summary>
    public long InitialTimeoutPs { get; init; } = 1000 * MillisecondPs;

    /// <summary>Lower bound of the timeout. RFC 6298 §2.4 recommends one second; 200 ms is what widespread stacks use.</summary>
    public long MinimumTimeoutPs { get; init; } = 200 * MillisecondPs;

    /// <summary>Upper bound of the timeout with backoff, RFC 6298 §2.5.</summary>
    public long MaximumTimeoutPs { get; init; } = 60_000 * MillisecondPs;

    /// <summary>Consecutive retransmissions (or unanswered window probes) after which the connection is given up.</summary>
    public int MaximumRetransmissions { get; init; } = 15;

    /// <summary>The same for SYN and SYN-ACK.</summary>
    public int MaximumSynRetransmissions { get; init; } = 6;

    /// <summary>MSL; TIME-WAIT lasts twice as long (RFC 9293 §3.4.2).</summary>
    public long MaximumSegmentLifetimePs { get; init; } = 30_000 * MillisecondPs;

    /// <summary>Initial sequence number; null derives one from the stack's seed, the addresses and the time (RFC 9293 §3.4.1).</summary>
    public uint? InitialSequence { get; init; }

    /// <summary>
    /// The caller keeps the bytes that it sends: <see cref="TcpConnection.Append"/> stands for <see cref="TcpConnection.Write"/>, segments come out without payload, and the NIC makes the
    /// checksums, whatever is left to it else. Only with <see cref="NetStackConfig.ChecksumOffload"/>.
    /// </summary>
    public bool CallerKeepsSent { get; init; }

    /// <summary>The caller keeps the bytes that it receives where their frames put them: <see cref="ITcpObserver.OnKept"/> says which. Nothing is taken before there is an observer.</summary>
    public bool CallerKeepsReceived { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(SendBufferBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SendBufferBytes, 1 << 30);
        ArgumentOutOfRangeException.ThrowIfLessThan(ReceiveBufferBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ReceiveBufferBytes, 1 << 30);
        ArgumentOutOfRangeException.ThrowIfNegative(MaximumSegmentSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaximumSegmentSize, ushort.MaxValue);
        ArgumentOutOfRangeException.ThrowIfLessThan(InitialWindowSegments, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MinimumTimeoutPs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumTimeoutPs, MinimumTimeoutPs);
        ArgumentOutOfRangeException.ThrowIfLessThan(InitialTimeoutPs, 1);
    }
}
