using NicEmu.Net;

namespace NicEmu.Driver.Toe;

/// <summary>How a card's TCP offload engine is used.</summary>
public sealed record ToeOptions
{
    /// <summary>Local IPv4 address; the default value means none. It may be the host's own: segments of the engine's connections never reach the host.</summary>
    public IpAddress Ipv4Address { get; init; }

    /// <summary>Local IPv6 address; the default value means none.</summary>
    public IpAddress Ipv6Address { get; init; }

    /// <summary>Largest IP packet that the engine sends, 576 to 9000.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>Greatest TCP segment, payload and options, of new connections; 0 for what the MTU allows.</summary>
    public int SegmentBytes { get; init; }

    /// <summary>Commands that may wait in the card as a power of two, 3 to 12; more wait in the driver.</summary>
    public int RingLog2 { get; init; } = 8;

    /// <summary>Buffer of one socket for received records, 16384 to 65536 bytes.</summary>
    public int ReceiveBufferBytes { get; init; } = 16384;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Mtu, 576);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Mtu, 9000);
        ArgumentOutOfRangeException.ThrowIfNegative(SegmentBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SegmentBytes, ushort.MaxValue);
        ArgumentOutOfRangeException.ThrowIfLessThan(RingLog2, 3);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(RingLog2, 12);
        ArgumentOutOfRangeException.ThrowIfLessThan(ReceiveBufferBytes, 16384);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ReceiveBufferBytes, 65536);
        if (Ipv4Address.Length is not (0 or 4) || Ipv6Address.Length is not (0 or 16)) throw new ArgumentException("Address of the wrong family.");
    }
}
