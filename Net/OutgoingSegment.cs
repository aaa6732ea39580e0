namespace NicEmu.Net;

/// <summary>One frame to send: headers and payload apart, so that a NIC can gather them. Valid until the next call on the stack or one of its connections.</summary>
public readonly ref struct OutgoingSegment
{
    /// <summary>Ethernet, IP and TCP headers with correct lengths; the whole frame if <see cref="Connection"/> is null.</summary>
    public ReadOnlySpan<byte> Headers { get; internal init; }

    /// <summary>TCP payload; more than one MSS only with segmentation offload. None where the caller keeps it.</summary>
    public ReadOnlySpan<byte> Payload { get; internal init; }

    /// <summary>Bytes of TCP payload, wherever they are.</summary>
    public int PayloadLength { get; internal init; }

    /// <summary>The connection, or null for ARP, ICMP, ND and for RST to a stranger.</summary>
    public TcpConnection? Connection { get; internal init; }

    /// <summary>TCP sequence number of the first payload byte, or of SYN or FIN.</summary>
    public uint Sequence { get; internal init; }

    /// <summary>Payload bytes per segment that the NIC has to cut, or 0 if the frame goes out as it is.</summary>
    public int SegmentSize { get; internal init; }

    /// <summary>Some of these sequence numbers were sent before.</summary>
    public bool IsRetransmission { get; internal init; }

    /// <summary>Headers and payload in bytes.</summary>
    public int Length => Headers.Length + PayloadLength;

    /// <summary>Joins headers and payload; the destination needs <see cref="Length"/> bytes.</summary>
    /// <returns><see cref="Length"/>.</returns>
    /// <exception cref="InvalidOperationException">The caller keeps the payload.</exception>
    public int CopyTo(Span<byte> destination)
    {
        if (Payload.Length != PayloadLength) throw new InvalidOperationException("The caller keeps the payload.");
        Headers.CopyTo(destination);
        Payload.CopyTo(destination[Headers.Length..]);
        return Length;
    }
}
