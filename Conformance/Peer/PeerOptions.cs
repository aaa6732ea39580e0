namespace NicEmu.Conformance.Peer;

/// <summary>How our end of a connection behaves.</summary>
public sealed record PeerOptions
{
    /// <summary>Largest payload that the machine may put into one segment.</summary>
    public ushort Mss { get; init; } = 1460;

    /// <summary>Receive window in bytes, without scaling.</summary>
    public ushort Window { get; init; } = 65535;

    /// <summary>Scale of the window, 0 to 14; -1 does not offer the option.</summary>
    public int WindowScale { get; init; } = 4;

    /// <summary>Whether selective acknowledgement is offered (RFC 2018).</summary>
    public bool Sack { get; init; } = true;

    /// <summary>Whether timestamps are offered (RFC 7323).</summary>
    public bool Timestamps { get; init; }

    /// <summary>Whether data is acknowledged at once; otherwise only by <see cref="PeerConnection.Acknowledge"/>.</summary>
    public bool AcknowledgesAtOnce { get; init; } = true;

    /// <summary>Our first TCP sequence number.</summary>
    public uint InitialSequence { get; init; } = 0x1000_0000;
}
